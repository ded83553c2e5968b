import type { AlertTarget } from '../domain/alert.ts';
import type { HostEntry } from '../domain/host.ts';
import type { HostHint } from './alert.ts';
import { canonicalAddress, isLoopback, spell } from './spellings.ts';

/** Whom a hint meant, and which hint it was; null where none led anywhere. */
export interface Resolution {
  readonly target: AlertTarget;
  readonly by: HostHint | null;
}

/** Finds the host of the inventory that hints point at; nothing else is ever contacted. */
export type HostIndex = (hints: readonly HostHint[]) => Resolution;

/** A menu of more is no question but a list. */
const MAX_CANDIDATES = 25;
/** A shorter beginning of a name fits by chance. */
const MIN_PREFIX_CHARS = 3;
const MAX_NAMED_CHARS = 200;

/** Built once; a lookup costs the same for ten hosts and for ten thousand. */
export function hostIndex(hosts: Iterable<HostEntry>): HostIndex {
  const tables = tablesOf(hosts);
  return (hints) => {
    let choice: Resolution | null = null;
    for (const hint of hints) {
      const found = lookUp(tables, hint.text);
      if (found.length === 1 && found[0]?.sure === true)
        return { target: { kind: 'host', host: found[0].host }, by: hint };
      if (choice === null && found.length > 0 && found.length <= MAX_CANDIDATES) {
        const candidates = found.map(({ host }) => host).sort();
        choice = { target: { kind: 'choice', candidates, named: namedIn([hint]) }, by: hint };
      }
    }
    return choice ?? { target: { kind: 'unknown', named: namedIn(hints) }, by: null };
  };
}

const namedIn = (hints: readonly HostHint[]): string =>
  [...new Set(hints.map(({ text }) => text))].join(' ').slice(0, MAX_NAMED_CHARS);

interface Tables {
  /** Names, aliases and addresses that are names, as a whole. */
  readonly whole: ReadonlyMap<string, ReadonlySet<string>>;
  readonly address: ReadonlyMap<string, ReadonlySet<string>>;
  /** First part of each name -> the hosts, with the whole names that begin so. */
  readonly short: ReadonlyMap<string, readonly Known[]>;
  /** Names of the inventory in order, for beginnings. */
  readonly sorted: readonly string[];
}

interface Known {
  readonly host: string;
  readonly name: string;
}

function tablesOf(hosts: Iterable<HostEntry>): Tables {
  const whole = new Map<string, Set<string>>();
  const address = new Map<string, Set<string>>();
  const short = new Map<string, Known[]>();
  const sorted: string[] = [];
  for (const { name: host, address: written, aliases } of hosts) {
    sorted.push(host);
    const ip = canonicalAddress(written.toLowerCase());
    if (ip !== null) addTo(address, ip, host);
    for (const name of [host, ...aliases, ...(ip === null ? [written] : [])].map((one) =>
      one.toLowerCase(),
    )) {
      addTo(whole, name, host);
      const [first = name] = name.split('.');
      short.set(first, [...(short.get(first) ?? []), { host, name }]);
    }
  }
  return { whole, address, short, sorted: sorted.sort() };
}

function addTo(table: Map<string, Set<string>>, key: string, host: string): void {
  const there = table.get(key);
  if (there === undefined) table.set(key, new Set([host]));
  else there.add(host);
}

interface Found {
  readonly host: string;
  /** The hint names this host and no other reading is possible; else a person is asked. */
  readonly sure: boolean;
}

function lookUp(tables: Tables, text: string): readonly Found[] {
  const spelling = spell(text);
  if (spelling.kind === 'nothing') return [];
  if (spelling.kind === 'address') {
    if (isLoopback(spelling.address)) return [];
    return sure(tables.address.get(spelling.address));
  }
  const [name = ''] = spelling.names;
  for (const one of spelling.names) {
    const found = tables.whole.get(one);
    if (found === undefined) continue;
    return one === name || !contradicted(tables, name) ? sure(found) : asked(found);
  }
  const [first = name] = name.split('.');
  const alike = tables.short.get(first);
  if (alike !== undefined) {
    const found = new Set(alike.map(({ host }) => host));
    return found.size === 1 && alike.some((known) => agree(known.name, name)) ? sure(found) : asked(found);
  }
  return name.length < MIN_PREFIX_CHARS ? [] : asked(beginningWith(tables.sorted, name));
}

/**
 * `web-1.stage.example.com` where the inventory has web-1, whose address is web-1.prod.example.com: cutting off the
 * domain would ask the wrong host, so a person decides.
 */
function contradicted({ short }: Tables, name: string): boolean {
  const [first = name] = name.split('.');
  const longer = (short.get(first) ?? []).filter((known) => known.name.includes('.'));
  return longer.length > 0 && !longer.some((known) => agree(known.name, name));
}

/** One is the other with less of the domain. */
const agree = (a: string, b: string): boolean => a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);

const sure = (hosts: Iterable<string> | undefined): readonly Found[] =>
  [...(hosts ?? [])].map((host) => ({ host, sure: true }));

const asked = (hosts: Iterable<string>): readonly Found[] =>
  [...hosts].map((host) => ({ host, sure: false }));

/** The names that go on after this beginning, found by halving; one more than a menu holds is enough to know. */
function beginningWith(sorted: readonly string[], beginning: string): readonly string[] {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? '') < beginning) low = middle + 1;
    else high = middle;
  }
  const found: string[] = [];
  for (let at = low; at < sorted.length && found.length <= MAX_CANDIDATES; at += 1) {
    const name = sorted[at] ?? '';
    if (!name.startsWith(beginning)) break;
    found.push(name);
  }
  return found;
}
