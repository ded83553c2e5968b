import { count, ratio } from './figures.ts';
import { linesOf, wordsOf } from './lines.ts';

/** Some of the sockets in CLOSE-WAIT: those whose inode is a multiple of `step`. */
export interface Held {
  readonly count: number;
  readonly step: number;
  readonly inodes: ReadonlySet<number>;
}

/** A process that holds sockets in CLOSE-WAIT. */
export interface Holder extends Held {
  readonly pid: number;
  readonly name: string | undefined;
  readonly limit: number | undefined;
  /** Descriptors it holds, how many of them were looked at, and how many of those are sockets. */
  readonly open: number;
  readonly looked: number;
  readonly sockets: number;
}

/** What one sample says about sockets whose other end has closed. */
export interface CloseWaitLook {
  readonly all: Held;
  readonly port: { readonly port: number; readonly count: number } | null;
  readonly peer: { readonly peer: string; readonly count: number } | null;
  readonly holders: ReadonlyMap<number, Holder>;
}

/** Reads the lines below the states; null where there were too few CLOSE-WAIT to look at them. */
export function closeWaitLook(text: string | null): CloseWaitLook | null {
  const lines = linesOf(text);
  const rows = lines.map(wordsOf);
  const all = rows.flatMap((row) => (row[0] === 'waits' ? (held(row.slice(1)) ?? []) : []))[0];
  if (all === undefined) return null;
  const [port, portCount] = numbers(rows.find(([word]) => word === 'port'));
  const peer = rows.find(([word]) => word === 'peer');
  const peerCount = count(peer?.[2]);
  const holders = lines.flatMap((line) => holder(line) ?? []);
  return {
    all,
    port: port === undefined || portCount === undefined ? null : { port, count: portCount },
    peer: peer?.[1] === undefined || peerCount === undefined ? null : { peer: peer[1], count: peerCount },
    holders: new Map(holders.map((each) => [each.pid, each])),
  };
}

/** Share of the sockets of the first look that are there in the second; undefined where none can be compared. */
export function stayedRatio(first: Held, second: Held): number | undefined {
  const step = Math.max(first.step, second.step);
  const before = [...first.inodes].filter((inode) => inode % step === 0);
  const stayed = before.filter((inode) => second.inodes.has(inode)).length;
  return ratio(stayed, before.length);
}

/** `COUNT STEP INODE…` */
function held(words: readonly string[]): Held | null {
  const [total, step, ...inodes] = words.map(count);
  if (total === undefined || step === undefined || step < 1) return null;
  return { count: total, step, inodes: new Set(inodes.flatMap((inode) => inode ?? [])) };
}

/** `holder PID LIMIT OPEN LOOKED SOCKETS COUNT STEP INODE… name NAME`; a name may hold anything. */
function holder(line: string): Holder | null {
  const [, row = '', name] = /^holder (.*?) name (.*)$/.exec(line) ?? [];
  const [pidText, limitText, openText, lookedText, socketsText, ...rest] = wordsOf(row);
  const [pid, open, looked, sockets] = [pidText, openText, lookedText, socketsText].map(count);
  const own = held(rest);
  if (pid === undefined || open === undefined || looked === undefined || sockets === undefined) return null;
  if (own === null || sockets > looked || own.count > sockets) return null;
  const limit = count(limitText);
  return {
    ...own,
    pid,
    limit,
    open: Math.max(open, looked),
    looked,
    sockets,
    name: name?.slice(0, MAX_NAME_CHARS),
  };
}

/** Kernel limit of a process name (TASK_COMM_LEN), with room for kernel threads. */
const MAX_NAME_CHARS = 64;

const numbers = (row: readonly string[] | undefined): readonly (number | undefined)[] =>
  (row ?? []).slice(1).map(count);
