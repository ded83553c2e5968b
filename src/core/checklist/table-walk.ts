import { AWK_OTHERS, AWK_TALLY, MAX_OTHERS, OTHER_STATES } from './awk-others.ts';
import { AWK_RESERVED_PORTS, AWK_TABLE_FUNCTIONS } from './awk-table.ts';
import { SH_SS } from './proc-sockets.ts';
import { AWK_SLICES, EXACT_ROWS } from './sampling.ts';
import { SH_ROW, ssListening } from './shell-text.ts';

/** Without ss every row costs up to 40 us (busybox awk, twice): at most 0.4 s a sample. */
const MAX_WITHOUT_SS = 10_000;
/** So few TIME-WAIT are read with the rare states, which spares the kernel a walk. */
const FEW_WAITS = 2000;
/** Rare sockets from which on the second sample counts them too. */
const MIN_OTHERS = 5;
/** Above this the table is not looked at: the kernel compares every socket with a filter, 0.2 us each time. */
const MAX_SOCKETS = 300_000;

/**
 * awk program, to be put behind `row()`. Lines between the rows tell what comes: `table` after the listeners, then all,
 * or of a table that is read in part (`partial`) the rare states, and after each `sampled BY PERIOD CLIENT_PERIOD
 * open|waits` the sampled ones. It wants the kernel's own numbers of open sockets and of TIME-WAIT. Where even the rare
 * states are many it says no more than `cut`, and is started again to have them sampled with those established.
 */
const AWK_WALK = `${AWK_TABLE_FUNCTIONS}${AWK_TALLY}
  BEGIN { width = high - low + 1; by_out = by_in = by_wait = by_rest = 1${AWK_RESERVED_PORTS}
  }
  $1 == "failed" { failed = 1 }
  $1 == "table" { table = 1; next }
  $1 == "sampled" { sampling = $2 > 1; period = $3; clients_period = $4; phase = $5 }
  phase == "open" && $1 == "sampled" { by_out = $2; if (cut) by_rest = $2 }
  phase == "waits" && $1 == "sampled" { by_wait = $2 }
  !row() { if (table && /Recv-Q/) header = 1; next }
  { port = here; sub(/.*:/, "", port) }
  !table { listens[port]; by_state["LISTEN"]++; next }
  state == "LISTEN" { next }
  partial && phase == "" && state != "TIME-WAIT" && ++rare > ${MAX_OTHERS} { print "cut"; gave_up = 1; exit }
  {
    read++
    peer = there; sub(/.*:/, "", peer)
    inside = port + 0 >= low + 0 && port + 0 <= high + 0
    queue += 0; backlog += 0; kind = ""; tries = 0
    if (substr($NF, 1, 7) == "timer:(") {
      kind = substr($NF, 8, 1)
      if (kind != "k") { tries = $NF; sub(/.*,/, "", tries); tries += 0 }
    }
    count_row()
  }
  END {
    if (gave_up) exit
    if (failed || !header) exit 1
    if (partial) {
      if (by_out > 1 || by_wait > 1) print "read", read, open_sockets + waits
      there_are = cut ? open_sockets - by_state["LISTEN"] : by_state["ESTAB"]
      if (!cut) { tally(); there_are = by_state["ESTAB"] }
      if (by_out > 1 && came_in > 0) by_in = (there_are - went_out * by_out) / came_in
      if (by_in < 1) by_in = 1
      if (cut) {
        for (state in by_state) by_state[state] = int(out_of[state] * by_out + in_of[state] * by_in + 0.5)
        by_state["TIME-WAIT"] = waits - int(idle_out * by_out + (idle - idle_out) * by_in + 0.5)
      }
    }
    for (state in by_state) print "state", state, whole_number(by_state[state])
    outbound = int(outbound * by_wait + 0.5)
    print "time-wait", whole_number(by_state["TIME-WAIT"] - outbound), outbound
    if (partial && !cut) tell_unanswered()
    tell_destinations()
    tell_ends()
    tell_services()
    if (partial) print "partial"
    print "end", low, high
    if (partial) ask_counts()
    ask_timestamps()
  }`;

/** awk program, to be put behind `row()`: ports in use by destination, of the rows that ss was asked for. */
const AWK_COUNTED = `
  BEGIN {${AWK_RESERVED_PORTS}
  }
  !row() || state == "LISTEN" { next }
  { port = here; sub(/.*:/, "", port); if (port in kept) next
    key = substr(here, 1, length(here) - length(port) - 1) " " there; total[key]++ }
  state == "TIME-WAIT" { wait[key]++ }
  state == "ESTAB" { open[key]++ }
  state == "SYN-SENT" { sent[key]++ }
  END { for (key in total) print "counted", key, total[key], wait[key] + 0, open[key] + 0, sent[key] + 0 }`;

/** Connections of the fullest destinations: do they use TCP timestamps? */
const AWK_TIMESTAMPS = `
  /^[^ \\t]/ { open = row() && state == "ESTAB"; to = there }
  open && / rto:/ { open = 0; asked[to]++; if (/[ \\t]ts[ \\t]/) stamped[to]++ }
  END { for (to in asked) print "timestamps", to, asked[to], stamped[to] + 0 }`;

/**
 * One walk over the socket table, added up on the host. Up to EXACT_ROWS every row is read, in both samples. Above,
 * the kernel picks those of rare states, in both samples, and of the others a sample, in the first.
 */
export const SH_TABLE_WALK = `${SH_SS}
${SH_ROW}
exact=${EXACT_ROWS}
open4=0 open6=0 waits=0
for file in /proc/net/sockstat /proc/net/sockstat6; do
  [ -r "$file" ] || continue
  while read -r name _ inuse _ _ _ tw _; do
    case $name in
      TCP:) open4=$inuse waits=$tw ;;
      TCP6:) open6=$inuse ;;
    esac
  done <"$file"
done
open=$((open4 + open6))
sockets=$((open + waits))
most=${MAX_SOCKETS}
[ -z "\${tc_no_ss:-}" ] || most=${MAX_WITHOUT_SS} exact=${MAX_WITHOUT_SS}
if [ "$sockets" -gt "$most" ]; then
  echo "skipped $sockets $most"
  exit
fi
range=$(cat /proc/sys/net/ipv4/ip_local_port_range) || exit 1
low=\${range%%[!0-9]*}
high=\${range##*[!0-9]}
client=\${SSH_CONNECTION#* }
client=\${client%% *}
sshd=\${SSH_CONNECTION##* }
partial='' cut='' rare='' few='' family=''
if [ "$sockets" -gt "$exact" ]; then
  if [ "$TC_SAMPLE" = 2 ]; then
    # Where the first sample saw few of them there is nothing to compare.
    printf '%s\\n' "$TC_INPUT" | awk '$1 == "others" && $2 >= ${MIN_OTHERS} { some = 1 } END { exit !some }' &&
      { ss -tno ${OTHER_STATES} || echo failed; } | awk -v waits="$waits" "$row"'${AWK_OTHERS}'
    echo "skipped $sockets $exact"
    exit
  fi
  partial=1
  [ "$waits" -gt ${FEW_WAITS} ] || few='state time-wait'
  # The kernel walks the whole table for each family.
  if [ "$open6" -le "$(ss -6 -tn state listening | grep -c '[0-9]')" ]; then
    family=-4
  elif [ "$open4" -le "$(ss -4 -tn state listening | grep -c '[0-9]')" ]; then
    family=-6
  fi
fi
sampled() {
  slices=$(awk -v low="$low" -v high="$high" -v rows="$2" -v inbound="$3" '${AWK_SLICES}')
  printf '%s\\n' "\${slices%%
*} $1"
  filter=\${slices#*
}
}
walk() {
  {
    ${ssListening('')} || echo failed
    echo table
    if [ -z "$partial" ]; then
      ss -tano || echo failed
    else
      # shellcheck disable=SC2086 # options
      [ -n "$cut" ] || ss -tno ${OTHER_STATES} $few || echo failed
      sampled open "$open" 1
      # shellcheck disable=SC2086 # options
      ss $family -tno state established state listening $rare "$filter" || echo failed
      if [ -z "$few" ] || [ -n "$cut" ]; then
        sampled waits "$waits" ''
        ss -tn state time-wait state listening "$filter" || echo failed
      fi
    fi
  } | awk -v low="$low" -v high="$high" -v sample="$TC_SAMPLE" -v sshd="$sshd" -v client="$client" \\
    -v partial="$partial" -v cut="$cut" -v open_sockets="$open" -v waits="$waits" "$row"'${AWK_WALK}'
}
table=$(walk) || exit 1
if [ "$table" = cut ]; then
  cut=1 rare='${OTHER_STATES}'
  table=$(walk) || exit 1
fi
printf '%s\\n' "$table"
[ -z "$family" ] || echo "family $family"
case $table in *"
count "*)
  filter=\${table#*"
count "}
  filter=\${filter%%"
"*}
  ss $family -tan "$filter" | awk "$row"'${AWK_COUNTED}' ;;
esac
case $table in *"
ask "*) ss $family -tino "\${table##*ask }" | awk "$row"'${AWK_TIMESTAMPS}' ;;
esac`;
