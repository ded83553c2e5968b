import { count, decimal, growth } from './figures.ts';
import { linesOf, wordsOf } from './lines.ts';

/** One sample of the network namespaces that were not looked at. */
export interface NamespacesLook {
  /** The account sees the processes of the whole machine, not those of a container. */
  readonly wholeMachine: boolean;
  readonly namespaces: readonly Namespace[];
  /** Without root, and with more processes than can be told apart, only containers were found. */
  readonly partial: boolean;
  /** More than could be listed. */
  readonly uncounted: number;
  readonly uptimeS: number | undefined;
  readonly counters: ReadonlyMap<string, number>;
}

/** One network namespace, by the process that stands for it. */
export interface Namespace {
  readonly pid: number;
  /** TCP sockets, and those in TIME-WAIT. */
  readonly inUse: number;
  readonly timeWait: number;
  /** The container's name or short id, the process's name where there is none. */
  readonly name: string;
  readonly peeked: boolean;
}

/** The inode of the first pid namespace (include/linux/proc_ns.h PROC_PID_INIT_INO). */
export const FIRST_PIDNS = 'pid:[4026531836]';
const MAX_NAME_CHARS = 80;

/** Reads one section; null when it is not whole. The second sample holds counters only. */
export function namespacesLook(text: string | null): NamespacesLook | null {
  const lines = linesOf(text);
  if (lines.at(-1) !== 'end') return null;
  const rows = lines.map(wordsOf);
  const all = (word: string): readonly (readonly string[])[] =>
    rows.flatMap(([first, ...rest]) => (first === word ? [rest] : []));
  const peeked = new Set(all('peeked').flat());
  const listed = all('netns').length;
  const uptime = lines.find((line) => line.startsWith('/proc/uptime:'))?.slice(13);
  return {
    wholeMachine: all('pidns')[0]?.[0] === FIRST_PIDNS,
    namespaces: all('tally').flatMap(([pid = '', inUse, timeWait]): Namespace[] => {
      const [id, sockets] = [count(pid), count(inUse)];
      if (id === undefined || sockets === undefined) return [];
      const name = nameOf(pid, lines);
      return [{ pid: id, inUse: sockets, timeWait: count(timeWait) ?? 0, name, peeked: peeked.has(pid) }];
    }),
    partial: all('partial').length > 0,
    uncounted: Math.max(0, (count(all('there')[0]?.[0]) ?? 0) - listed),
    uptimeS: decimal(uptime?.split(' ')[0]),
    counters: new Map(
      all('counter').flatMap(([pid = '', name = '', value]): [string, number][] => {
        const figure = count(value);
        return figure === undefined ? [] : [[`${pid} ${name}`, figure]];
      }),
    ),
  };
}

/** Names come from the host: only plain characters are kept. */
function nameOf(pid: string, lines: readonly string[]): string {
  const after = (head: string): string | undefined =>
    lines.find((line) => line.startsWith(`${head} `))?.slice(head.length + 1);
  const cgroup = after(`cgroup ${pid}`) ?? '';
  const id = /[0-9a-f]{64}/.exec(cgroup)?.[0];
  const named = id === undefined ? undefined : after(`name ${id}`);
  const machine = /(?:lxc(?:\.payload)?[./]|machine-)([\w.-]+?)(?:\.scope)?(?:\/|$)/.exec(cgroup)?.[1];
  const name = named ?? id?.slice(0, 12) ?? machine ?? `${after(`process ${pid}`) ?? ''} pid ${pid}`.trim();
  return name.replaceAll(/[^\w.@: -]/g, '_').slice(0, MAX_NAME_CHARS);
}

/** What there is elsewhere, in few words. */
export interface Elsewhere {
  readonly sockets: number;
  readonly inUse: number;
  readonly namespaces: number;
  /** The fullest, each with its sockets. */
  readonly names: string;
  /** The worst that their counters showed over the window; null when there was nothing. */
  readonly trouble: { readonly counter: Trouble; readonly where: string; readonly perS: number } | null;
  /** The counters of all of them were read in both samples, and none showed trouble. */
  readonly calm: boolean;
}

const MAX_NAMES = 5;
/** netdata warns above one overflow a second; the others have the threshold of their playbooks. */
const TROUBLE_PER_S = 1;
/** Counters that mean trouble however the namespace is used. */
const TROUBLES = ['ListenOverflows', 'TCPReqQFullDrop', 'TCPTimeWaitOverflow'] as const;
export type Trouble = (typeof TROUBLES)[number];

/** Sums up the namespaces that hold TCP sockets. */
export function elsewhere(then: NamespacesLook, now: NamespacesLook | null): Elsewhere {
  const held = then.namespaces.filter(({ inUse, timeWait }) => inUse + timeWait > 0);
  const windowS =
    then.uptimeS === undefined || now?.uptimeS === undefined ? undefined : now.uptimeS - then.uptimeS;
  const rates = held.flatMap((namespace) =>
    TROUBLES.map((counter) => {
      const name = `${namespace.pid} ${counter}`;
      const perS = growth(then.counters.get(name), now?.counters.get(name), windowS);
      // A kernel that lacks the counter has the others.
      return {
        counter,
        where: namespace.name,
        perS,
        known: perS !== undefined || counter !== 'ListenOverflows',
      };
    }),
  );
  const [worst] = rates
    .flatMap(({ counter, where, perS }) =>
      perS !== undefined && perS > TROUBLE_PER_S ? [{ counter, where, perS }] : [],
    )
    .sort((a, b) => b.perS - a.perS);
  return {
    sockets: held.reduce((sum, { inUse, timeWait }) => sum + inUse + timeWait, 0),
    inUse: held.reduce((sum, { inUse }) => sum + inUse, 0),
    namespaces: held.length + then.uncounted,
    names: held
      .slice(0, MAX_NAMES)
      .map(({ name, inUse, timeWait }) => `${name} (${inUse + timeWait})`)
      .join(', '),
    trouble: worst ?? null,
    calm: worst === undefined && !then.partial && then.uncounted === 0 && rates.every(({ known }) => known),
  };
}
