import { count, ratio } from './figures.ts';
import { linesOf } from './lines.ts';

/** One sample of the cgroups that limit the processors of some processes. */
export interface CgroupLook {
  /** By process: its group and those around it, innermost first. */
  readonly groupsOf: ReadonlyMap<number, readonly string[]>;
  readonly groups: ReadonlyMap<string, Cgroup>;
}

/** What one group's files said. */
export interface Cgroup {
  /** Enforcement periods (100 ms each by default) in which it wanted to run, and in how many it was held back. */
  readonly periods: number | undefined;
  readonly throttled: number | undefined;
  /** Processors it may use; null without a limit. */
  readonly cpus: number | null | undefined;
}

/** Held back in one of three periods is luck; of ten, no longer. */
const MIN_PERIODS = 10;

/** Reads one section of the pressure check. */
export function cgroupLook(text: string | null): CgroupLook {
  const groupsOf = new Map<number, readonly string[]>();
  const files = new Map<string, Map<string, string>>();
  for (const line of linesOf(text)) {
    const [, digits, controllers, path] = /^\/proc\/(\d{1,10})\/cgroup:\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    const pid = count(digits);
    if (pid !== undefined && path !== undefined) {
      // With version 1 the unified hierarchy limits nothing, and it comes last.
      if (!groupsOf.has(pid)) groupsOf.set(pid, around(controllers === '' ? ROOT_V2 : ROOT_V1, path));
      continue;
    }
    const [, group, file, value] =
      /^(\/sys\/fs\/cgroup.*)\/(cpu\.(?:stat|max|cfs_quota_us|cfs_period_us)):(.*)$/.exec(line) ?? [];
    if (group === undefined || file === undefined || value === undefined) continue;
    const own = files.get(group) ?? new Map<string, string>();
    const [name = '', figure = ''] = file === 'cpu.stat' ? value.split(' ') : [file, value];
    own.set(name, figure);
    files.set(group, own);
  }
  return { groupsOf, groups: new Map([...files].map(([group, own]) => [group, cgroup(own)])) };
}

const ROOT_V1 = '/sys/fs/cgroup/cpu';
const ROOT_V2 = '/sys/fs/cgroup';
/** Deeper than any tree of groups. */
const MAX_DEPTH = 20;

function around(root: string, path: string): readonly string[] {
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .slice(0, MAX_DEPTH);
  return Array.from({ length: parts.length + 1 }, (_, up) =>
    [root, ...parts.slice(0, parts.length - up)].join('/'),
  );
}

function cgroup(own: ReadonlyMap<string, string>): Cgroup {
  return {
    periods: count(own.get('nr_periods')),
    throttled: count(own.get('nr_throttled')),
    cpus: own.has('cpu.max') ? quotaV2(own.get('cpu.max') ?? '') : quotaV1(own),
  };
}

/** `50000 100000`, `max 100000`. */
function quotaV2(text: string): number | null | undefined {
  const [quota, period] = text.split(' ');
  return quota === 'max' ? null : ratio(count(quota), count(period));
}

function quotaV1(own: ReadonlyMap<string, string>): number | null | undefined {
  const quota = own.get('cpu.cfs_quota_us');
  if (quota === '-1') return null;
  return quota === undefined ? null : ratio(count(quota), count(own.get('cpu.cfs_period_us')));
}

/** The tightest limit around the process; undefined without one, or where nothing could be read. */
export function cpuLimit({ groupsOf, groups }: CgroupLook, pid: number): number | undefined {
  const limits = (groupsOf.get(pid) ?? []).flatMap((group) => groups.get(group)?.cpus ?? []);
  return limits.length === 0 ? undefined : Math.min(...limits);
}

/**
 * Share of the periods of the window in which the process was held back by its own group's limit or one around it;
 * 0 where no limit is set, absent where one of them could not be read in both samples.
 */
export function throttledRatio(then: CgroupLook, now: CgroupLook, pid: number): number | undefined {
  const names = then.groupsOf.get(pid) ?? [];
  if (names.length === 0 || names[0] !== now.groupsOf.get(pid)?.[0]) return undefined;
  if (!names.every((name) => then.groups.has(name) && now.groups.has(name))) return undefined;
  return Math.max(0, ...names.map((name) => heldBack(then.groups.get(name), now.groups.get(name))));
}

function heldBack(then: Cgroup | undefined, now: Cgroup | undefined): number {
  const periods = (now?.periods ?? 0) - (then?.periods ?? 0);
  const throttled = (now?.throttled ?? 0) - (then?.throttled ?? 0);
  return periods < MIN_PERIODS || throttled < 0 ? 0 : Math.min(1, ratio(throttled, periods) ?? 0);
}
