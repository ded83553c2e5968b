import type { Facts } from '../../domain/facts.ts';
import type { Check, Contribution, GroupFacts, Samples } from '../check.ts';
import { cgroupLook, cpuLimit, throttledRatio } from '../cgroup-look.ts';
import { growth, ratio } from '../figures.ts';
import { pressureLook, type PressureLook } from '../pressure-look.ts';

/** Processes whose cgroups are looked at: those behind the listeners come first. */
const MAX_PROCESSES = 24;
/** Groups and the groups around them; a pod in Kubernetes is five deep. */
const MAX_GROUPS = 60;

/** Whether the machine, or the CPU limit of a service, holds its processes up. */
export const pressure: Check = {
  id: 'pressure',
  title: { en: 'pressure and CPU limits', ko: '시스템 압박과 CPU 한도' },
  samples: 'both',
  core: false,
  capBytes: 32_768,
  timeoutS: null,
  cost: 'three short processes a sample; up to 240 small files of /sys/fs/cgroup, 2 KB to 20 KB',
  // A path with blanks or \x2d must stay one word, so that lines are split by hand; one with /.. is seen from inside
  // another cgroup namespace and leads nowhere.
  script: `for file in /proc/pressure/cpu /proc/pressure/memory /proc/pressure/io; do
  [ -r "$file" ] || continue
  { while IFS= read -r line; do printf '%s\\n' "$file:$line"; done <"$file"; } 2>/dev/null
done
for file in /proc/loadavg /proc/uptime; do
  IFS= read -r line <"$file" || exit
  printf '%s\\n' "$file:$line"
done
IFS= read -r line </proc/stat && printf '%s\\n' "/proc/stat:$line"
IFS='
'
set -f
pids=
for line in $TC_INPUT; do
  case $line in 'pids '*) pids=\${line#pids } ;; esac
done
IFS=' '
set --
for pid in $pids; do
  [ "$#" -ge ${MAX_PROCESSES} ] || set -- "$@" "/proc/$pid/cgroup"
done
[ "$#" -gt 0 ] || exit 0
groups=$(grep -sHE '^(0::|[0-9]+:([a-z_]+,)*cpu(,[a-z_]+)*:)' "$@")
printf '%s\\n' "$groups"
unified=
[ ! -e /sys/fs/cgroup/cgroup.controllers ] || unified=1
IFS='
'
# shellcheck disable=SC2046 # one path a line
set -- $(printf '%s\\n' "$groups" | awk -v unified="$unified" '
  { path = $0; sub(/^[^:]*:[0-9]+:[^:]*:/, "", path)
    if (path !~ /^\\// || path ~ /\\/\\.\\./) next
    if ($0 ~ /:0::/) { if (!unified) next; root = "/sys/fs/cgroup" } else root = "/sys/fs/cgroup/cpu"
    if (path == "/") path = ""
    for (;;) {
      here = root path
      if (!(here in seen)) { seen[here]; if (++count > ${MAX_GROUPS}) exit
        print here "/cpu.stat"; print here "/cpu.max"; print here "/cpu.cfs_quota_us"; print here "/cpu.cfs_period_us" }
      if (path == "") break
      sub(/\\/[^\\/]*$/, "", path)
    } }')
[ "$#" = 0 ] || grep -sHE '^(nr_periods|nr_throttled|throttled_|usage_usec|max |-?[0-9])' "$@"
exit 0`,
  input: { of: 'process-descriptors', sample: 'same' },
  fillsWindow: false,
  linesHold: true,
  read,
};

function read({ first, second }: Samples, before: Facts): Contribution | null {
  const [then, now] = [pressureLook(first), pressureLook(second)];
  const latest = now ?? then;
  if (latest === null) return null;
  return {
    host: { pressure: pressures(then, now, latest, before) },
    listeners: limits(first, second, before),
  };
}

/** Shares of the window, from totals that the kernel keeps; its own averages look back over other times. */
function pressures(
  then: PressureLook | null,
  now: PressureLook | null,
  latest: PressureLook,
  { host }: Facts,
): GroupFacts<'pressure'> {
  const windowS =
    then?.uptimeS === undefined || now?.uptimeS === undefined ? undefined : now.uptimeS - then.uptimeS;
  const waiting = (what: 'cpu some' | 'memory some' | 'memory full' | 'io some'): number | undefined => {
    const perS = growth(then?.stallUs.get(what), now?.stallUs.get(what), windowS);
    return perS === undefined ? undefined : Math.min(1, Math.round(perS / 100) / 10_000);
  };
  const cpus = host.host['cpus'];
  const [cpuThen, cpuNow] = [then?.cpu ?? null, now?.cpu ?? null];
  const ticks = (pick: (cpu: NonNullable<PressureLook['cpu']>) => number): number | undefined =>
    cpuThen === null || cpuNow === null ? undefined : pick(cpuNow) - pick(cpuThen);
  const all = ticks(({ total }) => total);
  /** Unknown for a counter that went back, as iowait does (proc_stat(5)) and steal when a machine is moved. */
  const share = (part: number | undefined): number | undefined =>
    part === undefined || all === undefined || part < 0 || part > all ? undefined : ratio(part, all);
  return {
    cpu_waiting_ratio: waiting('cpu some'),
    memory_waiting_ratio: waiting('memory some'),
    memory_stalled_ratio: waiting('memory full'),
    io_waiting_ratio: waiting('io some'),
    load_1m: latest.load1m,
    load_per_cpu: typeof cpus === 'number' ? ratio(latest.load1m, cpus) : undefined,
    cpu_busy_ratio: share(ticks(({ busy }) => busy)),
    steal_ratio: share(ticks(({ steal }) => steal)),
  };
}

function limits(
  first: string | null,
  second: string | null,
  { subjects }: Facts,
): ReadonlyMap<string, GroupFacts<'listener'>> {
  const [then, now] = [cgroupLook(first), cgroupLook(second)];
  return new Map(
    Object.entries(subjects.listener).flatMap(([name, { pid }]): [string, GroupFacts<'listener'>][] => {
      if (typeof pid !== 'number') return [];
      const facts = {
        process_cpu_limit: cpuLimit(then, pid),
        process_throttled_ratio: throttledRatio(then, now, pid),
      };
      return [[name, facts]];
    }),
  );
}
