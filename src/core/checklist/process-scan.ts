import { AWK_FULL } from './shell-text.ts';

/**
 * Pieces of `process-descriptors`: which processes are worth a look. They pass on what they found in sh variables: `rows`
 * (of ss), `links` (of descriptors), `sizes`, `limits`, then `pids`, `near` and `owned`.
 */

/** Processes looked at; those of full listeners first. */
const MAX_PROCESSES = 20;
/** Of a listener that many workers share and that is not full, this many stand for all. */
const MAX_PER_CALM_LISTENER = 4;
/** Other processes looked at: those that hold a quarter of their limit or more, or whose table has grown to half of it. */
const MAX_NEAR_LIMIT = 20;
/** Descriptors of a process that are read where not all are, and processes of which they are. */
const LOWEST = 64;
const MAX_SCANNED = 1000;

/**
 * The links of the lowest descriptors. Since Linux 6.2 the size of /proc/PID/fd tells how many there are: none of a thread
 * of the kernel, and of a process with few it is quicker to ask for those that are there.
 */
export const SH_LOWEST = `# shellcheck disable=SC2046 # patterns
    links=$(printf '%s\\n' $(printf '%s\\n' "$sizes" | awk '
    $1 > 0 { sized = 1 }
    { size[NR] = $1; dir[NR] = $2 }
    END { for (i = 1; i <= NR; i++) {
      if ((sized && size[i] == 0) || ++scanned > ${MAX_SCANNED}) continue
      if (sized && size[i] <= ${LOWEST}) print dir[i] "/*"
      else for (fd = 0; fd < ${LOWEST}; fd++) print dir[i] "/" fd
    } }') | xargs ls -ldn 2>/dev/null | grep -F 'socket:[')`;

/**
 * What limits whom. Where nobody tells how many descriptors there are, FDSize of proc_pid_status(5) does: the size of the
 * descriptor table, which never shrinks, so that no process holds more.
 */
export const SH_LIMITS = `case $sizes in
    [1-9]* | *"
"[1-9]*)
      limited=$(for word in $sizes; do
        case $word in
          /*) [ "$size" = 0 ] || echo "\${word%fd}limits" ;;
          *) size=$word ;;
        esac
      done)
      # shellcheck disable=SC2086 # paths
      if tc_many; then limits=$(printf '%s\\n' $limited | xargs grep -sH '^Max open files')
      else limits=$(grep -sH '^Max open files' /dev/null $limited)
      fi ;;
    *)
      sizes=
      limits=$(for file in status limits; do tc_over "$file" grep -sHE '^(FDSize|Max open files)'; done) ;;
  esac`;

/**
 * awk program, to be put behind `row()`, that reads all of these. It prints `owner HERE PID` for what the links tell,
 * `unit HERE CGROUP` for listeners nobody is known of, and the processes: `first` those that listen, `near` a limit.
 */
export const AWK_FIND = `
  function take(text, most,   n, pid) {
    while (n < most && match(text, /pid=[0-9]+|",[0-9]+,/)) {
      pid = substr(text, RSTART, RLENGTH); gsub(/[^0-9]/, "", pid)
      text = substr(text, RSTART + RLENGTH); n++
      if (urgent) first = first " " pid; else rest = rest " " pid
    } }
  NF == 2 && $2 ~ /^\\/proc\\/[0-9]+\\/fd$/ { split($2, path, "/"); size[path[3]] = $1; share = 4; next }
  /^\\/proc\\/[0-9]+\\/status:FDSize:/ { split($1, path, "/"); size[path[3]] = $NF; share = 2; next }
  /^\\/proc\\/[0-9]+\\/limits:Max/ { split($1, path, "/"); limit[path[3]] = $4; next }
  /^[^ \\t]/ {
    open = row() && state == "LISTEN"; urgent = open && ${AWK_FULL}
    if (open) {
      if (match($0, /ino:[0-9]+/)) listener["socket:[" substr($0, RSTART + 4, RLENGTH - 4) "]"] = here
      if (!/users:/ && match($0, /cgroup:[^ ]+\\.service/)) unit[here] = substr($0, RSTART + 7, RLENGTH - 7)
    }
  }
  open { take($0, urgent ? ${MAX_PROCESSES} : ${MAX_PER_CALM_LISTENER}); next }
  $NF in listener { split($(NF - 2), path, "/"); print "owner", listener[$NF], path[3]; rest = rest " " path[3]; delete unit[listener[$NF]] }
  END {
    n = split(first " " rest, all, " ")
    for (i = 1; i <= n && picked < ${MAX_PROCESSES}; i++) if (!(all[i] in seen)) { seen[all[i]]; picked++; chosen = chosen " " all[i] }
    print "first" chosen
    for (here in unit) if (++asked <= ${MAX_PROCESSES}) print "unit", here, unit[here]
    for (pid in limit) if (limit[pid] > 0 && size[pid] * share >= limit[pid]) full[pid] = size[pid] / limit[pid]
    for (k = 0; k < ${MAX_NEAR_LIMIT}; k++) {
      most = ""
      for (pid in full) if (most == "" || full[pid] > full[most] || (full[pid] == full[most] && pid + 0 < most + 0)) most = pid
      if (most == "") break
      delete full[most]; near = near " " most
    }
    print "near" near
  }`;

/** Prints the owners, those too that a unit has in its cgroup, and sets `pids`. */
export const SH_PIDS = `near='' owned=0 first=''
  IFS='
'
  set -f
  for line in $found; do
    case $line in
      'owner '*) owned=$((owned + 1)); printf '%s\\n' "$line" ;;
      'first '*) first=\${line#first } ;;
      'near '*) near=\${line#near } ;;
      'unit '*..*) ;;
      'unit '*)
        here=\${line#unit }
        for root in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
          file=$root\${here##* }/cgroup.procs
          [ -r "$file" ] || continue
          pid='' more=''
          { read -r pid; read -r more; } <"$file"
          case $more$pid in
            '' | 0 | *[!0-9]*) ;;
            *) [ -n "$more" ] || { owned=$((owned + 1)); first="$first $pid"; echo "owner \${here% *} $pid"; } ;;
          esac
          break
        done ;;
    esac
  done
  set +f
  unset IFS
  # Seen from a container's network, the machine's other processes are not its own.
  if [ -n "\${TC_INSIDE-}" ] && [ -n "$near" ]; then
    here=$(readlink /proc/self/ns/net)
    near=$(for pid in $near; do ls -ld "/proc/$pid/ns/net"; done | awk -v here="$here" '
      $NF == here { split($(NF - 2), path, "/"); print path[3] }')
  fi
  picked=0
  take() {
    case " $pids" in *" $1 "*) ;; *) picked=$((picked + 1)); pids="$pids$1 " ;; esac
  }
  for pid in $first; do [ "$picked" -ge ${MAX_PROCESSES} ] || take "$pid"; done
  for pid in $near; do take "$pid"; done`;
