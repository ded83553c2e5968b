import { SS_STATES } from './ss-rows.ts';

/** Processes whose files fit on one command line: 30 bytes each, of 2 MiB. */
const MAX_AT_ONCE = 10_000;

/** Quotes a text for POSIX sh. */
export const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/**
 * sh function `tc_clock`: sets tc_cs to hundredths of a second since boot. /proc/uptime needs no process, cannot be
 * set back, and is there where `date` knows no milliseconds (busybox). Leading zeros go, or sh would read octal.
 */
export const SH_CLOCK = `tc_clock() {
  tc_up=0.00
  { read -r tc_up _ </proc/uptime; } 2>/dev/null
  tc_cs=\${tc_up%.*}\${tc_up#*.}
  tc_cs=\${tc_cs#"\${tc_cs%%[!0]*}"}
  tc_cs=\${tc_cs:-0}
}`;

/**
 * sh function `tc_nap MOST`: sleeps until TC_UNTIL_CS, at most MOST hundredths of a second (up to 100); false once that
 * moment is reached. Where `sleep` takes whole seconds only, naps are a little long.
 */
export const SH_NAP = `tc_nap() {
  tc_clock
  tc_left=$((TC_UNTIL_CS - tc_cs))
  [ "$tc_left" -gt 0 ] || return 1
  [ "$tc_left" -lt "$1" ] || tc_left=$1
  case $tc_left in
    100) sleep 1 ;;
    ?) sleep "0.0$tc_left" 2>/dev/null || sleep 1 ;;
    *) sleep "0.$tc_left" 2>/dev/null || sleep 1 ;;
  esac
}`;

/**
 * sh function `tc_uid`: sets tc_uid to the account that runs this, as `id -u` tells it, without a process.
 */
export const SH_UID = `tc_uid() {
  tc_uid=
  while read -r tc_word _ tc_uid _; do
    case $tc_word in Uid:) return ;; esac
  done </proc/self/status
  tc_uid=$(id -u)
}`;

/**
 * sh function `tc_over FILE COMMAND…`: COMMAND with that file of every process as further arguments; many processes come
 * in portions, since a command line has an end.
 */
export const SH_OVER = `tc_many() {
  set -- /proc/[0-9]*
  [ "$#" -gt ${MAX_AT_ONCE} ]
}
tc_over() {
  tc_file=$1
  shift
  if tc_many; then printf '%s\\n' /proc/[0-9]*/"$tc_file" | xargs "$@"
  else "$@" /proc/[0-9]*/"$tc_file"
  fi
}`;

/**
 * Lists the listeners. `-l` would ask for closed sockets as well, and the kernel then walks the whole table for each
 * family (6 ms each at 60,000 sockets); with this filter it looks at the listening table only. It costs the State
 * column, which parsers and `row()` below know. Further options: `-e` details, `-m`
 * memory with the drops, `-p` processes.
 */
export const ssListening = (options: '' | 'e' | 'em' | 'ep'): string => `ss -tn${options} state listening`;

/**
 * awk function `row()`, as a text for `awk "$row"'…'`: true when the line is a socket, and then state, queue (Recv-Q), backlog (Send-Q), here and
 * there are set, also where the state is glued to Recv-Q (iproute2 4.15 to 4.19) or left out. Headers and junk are no
 * rows.
 */
const AWK_ROW = `BEGIN { n = split("${SS_STATES.join(' ')}", names, " "); for (i = 1; i <= n; i++) states[names[i]] = 1 }
function row() {
  state = $1; queue = $2; backlog = $3; here = $4; there = $5
  if (state in states) return 1
  if (state ~ /^[0-9]+$/) { queue = $1; backlog = $2; here = $3; there = $4; state = "LISTEN"; return there ~ /:[*]$/ }
  if (!match(state, /^(${SS_STATES.join('|')})/)) return 0
  queue = substr(state, RLENGTH + 1)
  if (queue !~ /^[0-9]+$/) return 0
  state = substr(state, 1, RLENGTH); backlog = $2; here = $3; there = $4
  return 1
}`;
/** Sets the sh variable `row`. */
export const SH_ROW = `# shellcheck disable=SC2016 # awk
row=${quoted(AWK_ROW)}`;

/**
 * awk condition on a row: a listener whose accept queue is at least four fifths full. Only these are looked at more
 * closely; a finding needs more than that.
 */
export const AWK_FULL = 'state == "LISTEN" && queue + 0 > 0 && queue * 10 >= backlog * 8';
