import { count, decimal } from './figures.ts';
import { linesOf, wordsOf } from './lines.ts';

/** One sample of what the machine's processes waited for. */
export interface PressureLook {
  readonly uptimeS: number | undefined;
  readonly load1m: number | undefined;
  /** `cpu some`, `memory full` …: microseconds since boot in which some, or all, processes waited for it. */
  readonly stallUs: ReadonlyMap<string, number>;
  readonly cpu: CpuTicks | null;
}

/** Time of all processors since boot. */
export interface CpuTicks {
  readonly total: number;
  readonly busy: number;
  /** What the hypervisor gave to others. */
  readonly steal: number;
}

/** Reads one section; null without load and uptime, which every kernel has. */
export function pressureLook(text: string | null): PressureLook | null {
  const stallUs = new Map<string, number>();
  let [load1m, uptimeS]: (number | undefined)[] = [];
  let cpu: CpuTicks | null = null;
  for (const line of linesOf(text)) {
    // /proc/pressure/cpu:some avg10=0.00 avg60=0.00 avg300=0.00 total=115621075
    const [, resource, kind, total] =
      /^\/proc\/pressure\/(cpu|memory|io):(some|full) .*\btotal=(\d+)$/.exec(line) ?? [];
    const stalled = count(total);
    if (stalled !== undefined) stallUs.set(`${resource} ${kind}`, stalled);
    if (line.startsWith('/proc/loadavg:')) load1m ??= decimal(wordsOf(line.slice(14))[0]);
    if (line.startsWith('/proc/uptime:')) uptimeS ??= decimal(wordsOf(line.slice(13))[0]);
    if (line.startsWith('/proc/stat:cpu ')) cpu ??= cpuTicks(wordsOf(line).slice(1));
  }
  return load1m === undefined && uptimeS === undefined ? null : { uptimeS, load1m, stallUs, cpu };
}

/** proc_stat(5): user nice system idle iowait irq softirq steal; guest time is in user already. */
function cpuTicks(words: readonly string[]): CpuTicks | null {
  const ticks = words.slice(0, 8).map(count);
  const known = ticks.flatMap((each) => each ?? []);
  const [, , , idle = 0, iowait = 0, , , steal = 0] = known;
  if (known.length !== ticks.length || known.length < 4) return null;
  const total = known.reduce((sum, each) => sum + each, 0);
  return { total, busy: total - idle - iowait - steal, steal };
}
