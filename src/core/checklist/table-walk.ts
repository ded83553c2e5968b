import { AWK_OTHERS, OTHER_STATES } from './awk-others.ts';
import { AWK_RESERVED_PORTS } from './awk-table.ts';
import { AWK_WALK } from './awk-walk.ts';
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
client=\${SSH_CONNECTION#* }
client=\${client%% *}
sshd=\${SSH_CONNECTION##* }
listening() {
  many=0
  IFS='
'
  for line in $(ss "$1" -tn state listening); do
    case $line in *[0-9]*) many=$((many + 1)) ;; esac
  done
  unset IFS
}
partial='' cut='' rare='' few='' family=''
if [ "$sockets" -gt "$exact" ]; then
  if [ "$TC_SAMPLE" = 2 ]; then
    # Where the first sample saw few of them there is nothing to compare.
    others=0
    IFS='
'
    set -f
    for line in $TC_INPUT; do
      case $line in 'others '*) others=\${line#others } ;; esac
    done
    unset IFS
    [ "$others" -lt ${MIN_OTHERS} ] ||
      { ss -tno ${OTHER_STATES} || echo failed; } | awk -v waits="$waits" "$row"'${AWK_OTHERS}'
    echo "skipped $sockets $exact"
    exit
  fi
  partial=1
  [ "$waits" -gt ${FEW_WAITS} ] || few='state time-wait'
  # The kernel walks the whole table for each family.
  if listening -6 && [ "$open6" -le "$many" ]; then family=-4
  elif listening -4 && [ "$open4" -le "$many" ]; then family=-6
  fi
  IFS='
'
  set -f
  # shellcheck disable=SC2046 # lines
  set -- $(awk -v open_sockets="$open" -v waits="$waits" '${AWK_SLICES}')
  set +f
  unset IFS
  [ "$#" = 4 ] || exit 1
  open_sample=$1 open_filter=$2 waits_sample=$3 waits_filter=$4
fi
# How long each is silent, and what it negotiated: of the first sample only.
info=
[ "$TC_SAMPLE" = 2 ] || [ -n "\${tc_no_ss:-}" ] || info=i
walk() {
  {
    if [ -z "$partial" ]; then
      echo table
      ss -tano$info || echo failed
    else
      ${ssListening('')} || echo failed
      echo table
      # shellcheck disable=SC2086 # options
      [ -n "$cut" ] || ss -tno ${OTHER_STATES} $few || echo failed
      echo "$open_sample open"
      # shellcheck disable=SC2086 # options
      ss $family -tno$info state established state listening $rare "$open_filter" || echo failed
      if [ -z "$few" ] || [ -n "$cut" ]; then
        echo "$waits_sample waits"
        ss -tn state time-wait state listening "$waits_filter" || echo failed
      fi
    fi
  } | awk -v sample="$TC_SAMPLE" -v sshd="$sshd" -v client="$client" \\
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
`;
