import type { Check, Contribution, GroupFacts, Samples } from '../check.ts';
import { growth, ratio } from '../figures.ts';
import { processLook, processSubject, type Process, type ProcessLook } from '../process-look.ts';
import { SH_SS } from '../proc-sockets.ts';
import { AWK_FIND, SH_LIMITS, SH_LOWEST, SH_PIDS } from '../process-scan.ts';
import { SH_OVER, SH_ROW, SH_UID, ssListening } from '../shell-text.ts';

/** Processes told with their descriptors, the fullest first. */
const MAX_TOLD = 20;
/**
 * `ss -p` reads every descriptor of every process: 8 us each. Above this many open ones on the machine only the
 * lowest of each process are read; a server opens its listeners early.
 */
const MAX_OPEN_DESCRIPTORS = 10_000;

/**
 * The processes behind the listeners, and whichever else may be near its limit: descriptors, processor time, state,
 * unit. FDSize of proc_pid_status(5) is the size of the descriptor table, which never shrinks: no process holds more.
 */
export const processDescriptors: Check = {
  id: 'process-descriptors',
  title: { en: 'processes that listen', ko: '리스닝 프로세스' },
  samples: 'both',
  core: false,
  capBytes: 131_072,
  timeoutS: 10,
  cost: 'first sample: one ss -p, or above 10,000 open descriptors the lowest 64 of each process; then five short processes, two in the second sample; one or two small files of every process, 20 us to 40 us each process',
  shortcut: `[ "$TC_SAMPLE" = 2 ] || exit 1
case $TC_INPUT in *"
pids "[0-9]*) exit 1 ;; *"
pids "*) echo 'pids ' ;; *) exit 1 ;; esac`,
  script: `${SH_SS}
${SH_ROW}
${SH_OVER}
${SH_UID}
pids=
IFS='
'
set -f
for line in $TC_INPUT; do
  case $line in 'pids '*) pids=\${line#pids } ;; esac
done
set +f
unset IFS
if [ "$TC_SAMPLE" = 1 ]; then
  pids=
  open=$(cat /proc/sys/fs/file-nr)
  open=\${open%%[!0-9]*}
  sizes=$(tc_over fd stat -c '%s %n' 2>/dev/null)
  if [ "\${open:-0}" -le ${MAX_OPEN_DESCRIPTORS} ] && [ -z "\${tc_no_ss:-}" ]; then
    rows=$(${ssListening('ep')}) || exit 1
  else
    rows=$(${ssListening('e')}) || exit 1
    ${SH_LOWEST}
  fi
  printf '%s\\n' "$rows"
  ${SH_LIMITS}
  found=$(printf '%s\\n' "$rows" "$links" "$sizes" "$limits" | awk "$row"'${AWK_FIND}')
  ${SH_PIDS}
fi
echo "pids $pids"
if [ -n "$pids" ]; then
  files='stat'
  [ "$TC_SAMPLE" = 2 ] || files='stat limits cgroup'
  set --
  for file in $files; do for pid in $pids; do set -- "$@" "/proc/$pid/$file"; done; done
  # Of a name with line ends in it the first line has to do.
  grep -sHE '^([0-9]+ [(]|Max open files|0::|[0-9]+:name=systemd:)' "$@"
  IFS= read -r line </proc/uptime && printf '%s\\n' "/proc/uptime:$line"
  set --
  for pid in $pids; do set -- "$@" "/proc/$pid/fd"; done
  stat -c '%n %s' "$@" 2>/dev/null | while read -r path n; do
    [ "$n" != 0 ] || n=$(set -- "$path"/*; [ -L "$1" ] && echo "$#")
    [ -z "$n" ] || echo "$path $n"
  done
fi
[ "$TC_SAMPLE" = 1 ] && tc_uid && [ "$tc_uid" != 0 ] && {
  blind=$(printf '%s\\n' "$rows" | awk "$row"'
  row() && state == "LISTEN" && !/users:/ { n++ } END { print n + 0 }')
  [ "$blind" -le "$owned" ] || exit 126
  for pid in $near; do [ -r "/proc/$pid/fd" ] || [ ! -d "/proc/$pid" ] || exit 126; done
}
exit 0`,
  input: { of: 'process-descriptors', sample: 'first' },
  fillsWindow: false,
  linesHold: true,
  read,
};

function read(samples: Samples): Contribution | null {
  const first = processLook(samples.first);
  const second = processLook(samples.second);
  if (first === null) return null;
  const listeners = new Map<string, GroupFacts<'listener'>>();
  for (const [name, owner] of first.owners) {
    const candidates = owner.pids.map((pid) => candidate(pid, first, second));
    const chosen = candidates.sort(byNeed)[0];
    if (chosen !== undefined) listeners.set(name, facts(owner.name, chosen, ageS(chosen.now, first, second)));
  }
  const told = processes(first, second);
  return { listeners, processes: told, host: { descriptors: fullest(told, samples.cut) } };
}

/** They come in order, the one nearest its limit first; of a part of them nobody can say which it is. */
const fullest = (
  told: ReadonlyMap<string, GroupFacts<'process'>>,
  cut: boolean | undefined,
): GroupFacts<'descriptors'> => {
  const [first] = told.values();
  if (first === undefined || cut === true) return {};
  return { fullest_process: first.name, fullest_process_ratio: first.descriptor_ratio };
};

/** Those whose descriptors could be counted against a limit. */
function processes(
  first: ProcessLook,
  second: ProcessLook | null,
): ReadonlyMap<string, GroupFacts<'process'>> {
  const known = [...first.processes.keys()]
    .map((pid) => candidate(pid, first, second))
    .filter(({ fill }) => fill !== undefined)
    .sort(byNeed)
    .slice(0, MAX_TOLD);
  return new Map(
    known.map(({ pid, now, fill }) => [
      processSubject(pid),
      {
        name: now?.name,
        pid,
        descriptors: now?.descriptors,
        descriptors_first: first.processes.get(pid)?.descriptors,
        descriptor_limit: now?.limit,
        descriptor_ratio: fill,
        restart_hint: now?.unit,
      },
    ]),
  );
}

interface Candidate {
  readonly pid: number;
  readonly now: Process | undefined;
  readonly fill: number | undefined;
  readonly cpuRatio: number | undefined;
}

function candidate(pid: number, first: ProcessLook, second: ProcessLook | null): Candidate {
  const before = first.processes.get(pid);
  const after = second?.processes.get(pid);
  // Limit and unit are read once, the rest is newer in the second sample.
  const now = after === undefined ? before : { ...after, limit: before?.limit, unit: before?.unit };
  return {
    pid,
    now,
    fill: ratio(now?.descriptors, now?.limit),
    cpuRatio: cpuRatio(pid, first, second),
  };
}

/** Of the workers that share a listener: the one nearest its limit, then the busiest. */
const byNeed = (a: Candidate, b: Candidate): number =>
  (b.fill ?? -1) - (a.fill ?? -1) || (b.cpuRatio ?? -1) - (a.cpuRatio ?? -1);

function facts(
  ownerName: string | undefined,
  { pid, now, fill, cpuRatio }: Candidate,
  processAgeS: number | undefined,
): GroupFacts<'listener'> {
  return {
    process: ownerName ?? now?.name,
    pid,
    process_descriptors: now?.descriptors,
    process_descriptor_limit: now?.limit,
    process_descriptor_ratio: fill,
    process_state: now?.state,
    process_cpu_ratio: cpuRatio,
    process_age_s: processAgeS,
    restart_hint: now?.unit,
  };
}

function ageS(now: Process | undefined, first: ProcessLook, second: ProcessLook | null): number | undefined {
  const uptimeS = second?.uptimeS ?? first.uptimeS;
  if (now?.startTicks === undefined || uptimeS === undefined) return undefined;
  const age = uptimeS - now.startTicks / first.clkTck;
  // A container may show the uptime of its own, younger than the processes around it (lxcfs).
  return age < 0 ? undefined : Math.round(age);
}

/**
 * Processor seconds per second of the window. The start time tells a process from a later one with the same id.
 */
function cpuRatio(pid: number, first: ProcessLook, second: ProcessLook | null): number | undefined {
  const before = first.processes.get(pid);
  const after = second?.processes.get(pid);
  if (before?.startTicks === undefined || before.startTicks !== after?.startTicks) return undefined;
  if (first.uptimeS === undefined || second?.uptimeS === undefined) return undefined;
  return growth(before.cpuTicks, after.cpuTicks, (second.uptimeS - first.uptimeS) * first.clkTck);
}
