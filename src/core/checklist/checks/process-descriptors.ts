import type { Check, Contribution, GroupFacts, Samples } from '../check.ts';
import { growth, ratio } from '../figures.ts';
import { processLook, processSubject, type Process, type ProcessLook } from '../process-look.ts';
import { AWK_FULL, SH_ROW, ssListening } from '../shell-text.ts';
import { SH_SS } from '../proc-sockets.ts';

/** Processes looked at; those of full listeners first. */
const MAX_PROCESSES = 20;
/** Of a listener that many workers share and that is not full, this many stand for all. */
const MAX_PER_CALM_LISTENER = 4;
/** Other processes looked at: those whose descriptor table has grown to half of their limit or more. */
const MAX_NEAR_LIMIT = 20;
/** Processes told with their descriptors, the fullest first. */
const MAX_TOLD = 20;
/**
 * `ss -p` reads every descriptor of every process: 8 us each. Above this many open ones on the machine only the
 * lowest of each process are read; a server opens its listeners early.
 */
const MAX_OPEN_DESCRIPTORS = 10_000;
const LOWEST = 64;
const MAX_SCANNED = 1000;

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
  cost: 'first sample: one ss -p, or above 10,000 open descriptors the lowest 64 of each process; then three to six short processes a sample; two small files of every process, 40 us each process',
  script: `${SH_SS}
${SH_ROW}
over() {
  file=$1
  shift
  for pid in $pids; do set -- "$@" "/proc/$pid/$file"; done
  "$@" 2>/dev/null
}
if [ "$TC_SAMPLE" = 1 ]; then
  open=$(awk '{ print $1 }' /proc/sys/fs/file-nr)
  if [ "\${open:-0}" -le ${MAX_OPEN_DESCRIPTORS} ] && [ -z "\${tc_no_ss:-}" ]; then
    rows=$(${ssListening('ep')}) || exit 1
  else
    rows=$(${ssListening('e')}) || exit 1
    links=$(stat -c '%s %n' /proc/[0-9]*/fd 2>/dev/null | awk '
    $1 > 0 { sized = 1 }
    { size[NR] = $1; dir[NR] = $2 }
    END { for (i = 1; i <= NR && i <= ${MAX_SCANNED}; i++) if (!sized || size[i] > 0)
      for (fd = 0; fd < ${LOWEST}; fd++) print dir[i] "/" fd }' | xargs ls -ld 2>/dev/null | grep -F 'socket:[')
  fi
  printf '%s\\n' "$rows"
  owners=$(printf '%s\\n' "$rows" "$links" | awk "$row"'
  row() {
    if (match($0, /ino:[0-9]+/)) listener["socket:[" substr($0, RSTART + 4, RLENGTH - 4) "]"] = here
    if (!/users:/ && match($0, /cgroup:[^ ]+\\.service/)) unit[here] = substr($0, RSTART + 7, RLENGTH - 7)
    next
  }
  $NF in listener { split($(NF - 2), path, "/"); print "owner", listener[$NF], path[3]; delete unit[listener[$NF]] }
  END { for (here in unit) if (++asked <= ${MAX_PROCESSES}) print "unit", here, unit[here] }' |
  while read -r word here what; do
    case $word$what in owner*) echo "owner $here $what"; continue ;; *..*) continue ;; esac
    for root in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
      found=$(head -n 2 "$root$what/cgroup.procs" 2>/dev/null) || continue
      case $found in '' | 0 | *[!0-9]*) ;; *) echo "owner $here $found" ;; esac
      break
    done
  done)
  [ -z "$owners" ] || printf '%s\\n' "$owners"
  pids=$(printf '%s\\n' "$rows" "$owners" | awk "$row"'
  function take(text, most,   n, pid) {
    while (n < most && match(text, /pid=[0-9]+|",[0-9]+,/)) {
      pid = substr(text, RSTART, RLENGTH); gsub(/[^0-9]/, "", pid)
      text = substr(text, RSTART + RLENGTH); n++
      if (urgent) first = first " " pid; else rest = rest " " pid
    } }
  $1 == "owner" { rest = rest " " $3; next }
  /^[^ \\t]/ { open = row() && state == "LISTEN"; urgent = open && ${AWK_FULL} }
  open { take($0, urgent ? ${MAX_PROCESSES} : ${MAX_PER_CALM_LISTENER}) }
  END { n = split(first " " rest, all, " ")
    for (i = 1; i <= n && picked < ${MAX_PROCESSES}; i++) if (!(all[i] in seen)) { seen[all[i]]; picked++; printf "%s ", all[i] } }')
  near=$(for file in status limits; do
    printf '%s\\n' /proc/[0-9]*/"$file" | xargs grep -sHE '^(FDSize|Max open files)'
  done | awk '
  { split($0, path, "/"); pid = path[3] }
  /FDSize:/ { size[pid] = $NF }
  /Max open files/ { limit[pid] = $4 }
  END { for (pid in limit) if (limit[pid] > 0 && size[pid] * 2 >= limit[pid]) print size[pid] / limit[pid], pid }' |
  sort -rn | head -n ${MAX_NEAR_LIMIT} | while read -r _ pid; do echo "$pid"; done)
  # Seen from a container's network, the machine's other processes are not its own.
  if [ -n "\${TC_INSIDE-}" ] && [ -n "$near" ]; then
    here=$(readlink /proc/self/ns/net)
    near=$(for pid in $near; do ls -ld "/proc/$pid/ns/net"; done | awk -v here="$here" '
      $NF == here { split($(NF - 2), path, "/"); print path[3] }')
  fi
  pids=$(for pid in $pids $near; do echo "$pid"; done | awk '!($1 in seen) { seen[$1]; printf "%s ", $1 }')
else
  pids=$(printf '%s\\n' "$TC_INPUT" | sed -n 's/^pids //p')
fi
echo "pids $pids"
if [ -n "$pids" ]; then
  over stat grep -sH ''
  grep -H '' /proc/uptime
  over fd stat -c '%n %s' | while read -r path n; do
    [ "$n" != 0 ] || n=$(set -- "$path"/*; [ -L "$1" ] && echo "$#")
    [ -z "$n" ] || echo "$path $n"
  done
  if [ "$TC_SAMPLE" = 1 ]; then
    echo "clk_tck $(getconf CLK_TCK 2>/dev/null || echo 100)"
    over limits grep -sH '^Max open files'
    over cgroup grep -sHE '^(0::|[0-9]+:name=systemd:)'
  fi
fi
[ "$TC_SAMPLE" = 2 ] || [ "$(id -u)" = 0 ] || {
  blind=$(printf '%s\\n' "$rows" | awk "$row"'
  row() && state == "LISTEN" && !/users:/ { n++ } END { print n + 0 }')
  [ "$blind" -le "$(printf '%s\\n' "$owners" | grep -c '^owner')" ] || exit 126
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
