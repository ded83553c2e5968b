import { endpointName, parseEndpoint } from './endpoint.ts';
import { count, decimal } from './figures.ts';
import { linesOf, wordsOf } from './lines.ts';
import { ssRows } from './ss-rows.ts';
import { unitOf } from './unit.ts';

/** What /proc said about one process. */
export interface Process {
  readonly name: string | undefined;
  readonly state: string | undefined;
  readonly cpuTicks: number | undefined;
  readonly startTicks: number | undefined;
  readonly descriptors: number | undefined;
  readonly limit: number | undefined;
  readonly unit: string | undefined;
}

/** The processes that hold a listener. */
export interface Owner {
  readonly name: string | undefined;
  readonly pids: readonly number[];
}

/** One sample of the process-descriptors check. */
export interface ProcessLook {
  readonly owners: ReadonlyMap<string, Owner>;
  readonly processes: ReadonlyMap<number, Process>;
  readonly uptimeS: number | undefined;
  /** Ticks a second, USER_HZ. */
  readonly clkTck: number;
}

/** How a process is named among the subjects; its own name may be anything. */
export const processSubject = (pid: number): string => `pid ${pid}`;

/** Reads one section; null when it is not this check's output. */
export function processLook(text: string | null): ProcessLook | null {
  const lines = linesOf(text);
  // A name with line ends in it may imitate the line, but stands above it.
  const pids = lines.findLast((line) => /^pids(?: \d{1,10})* ?$/.test(line));
  if (pids === undefined) return null;
  const known = wordsOf(pids)
    .slice(1)
    .flatMap((pid) => count(pid) ?? []);
  const files = procFiles(lines);
  return {
    owners: owners(lines, new Set(known)),
    processes: new Map(known.map((pid) => [pid, process(files.get(pid))])),
    clkTck: count(lines.find((line) => line.startsWith('clk_tck '))?.slice(8)) ?? DEFAULT_CLK_TCK,
    uptimeS: decimal(
      lines
        .find((line) => line.startsWith('/proc/uptime:'))
        ?.slice(13)
        .split(' ')[0],
    ),
  };
}

/** USER_HZ of every architecture in use. */
const DEFAULT_CLK_TCK = 100;
/** Workers of one listener that are looked at. */
const MAX_PIDS = 64;
/** Kernel limit of a process name (TASK_COMM_LEN), with room for kernel threads. */
const MAX_NAME_CHARS = 64;

/** Lines `/proc/PID/FILE:TEXT` (grep -H) and `/proc/PID/fd COUNT`, by process. */
function procFiles(lines: readonly string[]): ReadonlyMap<number, ReadonlyMap<string, string>> {
  const files = new Map<number, Map<string, string>>();
  for (const line of lines) {
    const [, digits, file, text] = /^\/proc\/(\d{1,10})\/(stat|limits|cgroup|fd)[: ](.*)$/.exec(line) ?? [];
    const pid = count(digits);
    if (pid === undefined || file === undefined || text === undefined) continue;
    const own = files.get(pid) ?? new Map<string, string>();
    // The unified hierarchy comes last and is empty on hosts that still use version 1.
    if (!own.has(file)) own.set(file, text);
    files.set(pid, own);
  }
  return files;
}

function process(files: ReadonlyMap<string, string> | undefined): Process {
  const stat = parseStat(files?.get('stat') ?? '');
  return {
    name: stat?.name,
    state: stat?.state,
    cpuTicks: stat?.cpuTicks,
    startTicks: stat?.startTicks,
    descriptors: count(files?.get('fd')),
    limit: count(/^Max open files\s+(\d{1,19})\s/.exec(files?.get('limits') ?? '')?.[1]),
    unit: unitOf(files?.get('cgroup')),
  };
}

/** proc_pid_stat(5): the name stands in parentheses and may hold blanks and parentheses itself. */
function parseStat(
  text: string,
): { name: string; state: string; cpuTicks: number; startTicks: number } | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open === -1 || close < open) return null;
  const [state = '', ...rest] = wordsOf(text.slice(close + 1));
  // Fields 14, 15 and 22; `rest` starts with field 4.
  const [user, system, start] = [count(rest[10]), count(rest[11]), count(rest[18])];
  if (!/^[A-Za-z]$/.test(state) || user === undefined || system === undefined || start === undefined)
    return null;
  const name = text.slice(open + 1, close).slice(0, MAX_NAME_CHARS);
  return { name, state, cpuTicks: user + system, startTicks: start };
}

/** Only processes that were looked at can own anything here. */
function owners(lines: readonly string[], looked: ReadonlySet<number>): ReadonlyMap<string, Owner> {
  const found = new Map<string, Owner>();
  const add = (name: string, owner: Owner): void => {
    const pids = [...new Set([...(found.get(name)?.pids ?? []), ...owner.pids])].filter((pid) =>
      looked.has(pid),
    );
    if (pids.length > 0)
      found.set(name, { name: found.get(name)?.name ?? owner.name, pids: pids.slice(0, MAX_PIDS) });
  };
  for (const { state, local, details } of ssRows(lines)) {
    if (state === 'LISTEN' && local.port !== null) add(endpointName(local), users(details));
  }
  for (const line of lines) {
    const [word, here = '', pid, ...more] = wordsOf(line);
    const local = word === 'owner' && more.length === 0 ? parseEndpoint(here) : null;
    if (local !== null && local.port !== null) {
      add(endpointName(local), { name: undefined, pids: [count(pid) ?? []].flat() });
    }
  }
  return found;
}

/**
 * `users:(("nginx",pid=7,fd=6),…)`, before iproute2 4 `users:(("nginx",7,6))`. A process names itself, in 15 characters
 * of any kind, quotes and numbers too: what follows an entry tells where it ends, and one spelling is used throughout.
 */
const USER = /\("(.{1,64}?)",pid=(\d{1,10}),fd=\d{1,10}\)(?=,\("|\)(?:\s|$))/g;
const OLD_USER = /\("(.{1,64}?)",(\d{1,10}),\d{1,10}\)(?=,\("|\)(?:\s|$))/g;
const SPELLS_PID = /",pid=\d{1,10},fd=\d{1,10}\)\)(?:\s|$)/;

function users(details: string): Owner {
  const found = [...details.matchAll(SPELLS_PID.test(details) ? USER : OLD_USER)].slice(0, MAX_PIDS);
  return {
    name: found[0]?.[1]?.slice(0, MAX_NAME_CHARS),
    pids: found.flatMap((match) => count(match[2]) ?? []),
  };
}
