import { markerPrefix } from '../checklist/marker.ts';
import { SH_CLOCK, SH_NAP, SH_ROW, ssListening } from '../checklist/shell-text.ts';
import { assert } from '../domain/errors.ts';
import { COUNTERS } from './tick.ts';

export interface WatchScript {
  /** Looks, one a second. */
  readonly seconds: number;
  /** Only sockets with this port at either end; null for all. */
  readonly port: number | null;
  /** As for the checklist: nobody can guess it. */
  readonly nonce: string;
}

/** Longer is a job for a monitoring system. */
export const MAX_WATCH_S = 3600;
/** A table beyond this is not walked: some 100 ms of processor time, every second, is too much to ask of a sick host. */
const MAX_WALKED = 50_000;
/** Of the time that passes, walking may take a tenth: after a walk of 200 ms the next is 2 s later. */
const WALK_SHARE = 10;
/** Ports told per direction. */
const MAX_PORTS = 5;
/** Every so many looks it is asked whether anybody still listens to us. */
const LISTENED_EVERY = 5;
/** The client sends a keepalive every 5 s; after six of them missed it is gone, whatever TCP still hopes for. */
const CLIENT_GONE_MS = 30_000;

/** The tallies: three small files and one process, at any number of sockets. */
const AWK_TALLY = `
  BEGIN { split("${['CurrEstab', ...COUNTERS].join(' ')}", names, " "); for (i in names) wanted[names[i]] = 1 }
  FILENAME ~ /sockstat$/ { if ($1 == "TCP:") for (i = 2; i < NF; i += 2) if ($i == "inuse" || $i == "tw") print "tally", $i, $(i + 1); next }
  $1 != "Tcp:" && $1 != "TcpExt:" { next }
  $1 != head { head = $1; for (i = 2; i <= NF; i++) name[i] = $i; next }
  { for (i = 2; i <= NF; i++) if (name[i] in wanted) print "count", name[i], $i; head = "" }`;

/** Walks the table once: listeners first, so that for every connection it is known whose port is whose. */
const AWK_SOCKETS = `
  function top(counts, kind,   turn, port, most) {
    for (turn = 0; turn < ${MAX_PORTS}; turn++) {
      most = ""
      for (port in counts) if (most == "" || counts[port] > counts[most]) most = port
      if (most == "") return
      print kind, most, counts[most]
      delete counts[most]
    }
  }
  $1 == "table" && NF == 1 { table = 1; next }
  !row() { next }
  { source = here; sub(/.*:/, "", source); target = there; sub(/.*:/, "", target) }
  !table {
    listens[source] = 1
    fill = queue / (backlog + 1)
    if ((only == 0 || source == only) && (fullest == "" || fill > most_full)) { most_full = fill; fullest = source " " queue " " backlog }
    next
  }
  state == "LISTEN" || (only != 0 && source != only && target != only) { next }
  { count[state]++ }
  state == "ESTAB" { if (source in listens) inward[source]++; else outward[target]++ }
  END {
    for (state in count) print "state", state, count[state]
    top(inward, "in"); top(outward, "out")
    if (fullest != "") print "queue", fullest
    print "walked"
  }`;

/**
 * A loop of looks for `/bin/sh -s`. It ends by itself: after its time, when nobody reads what it prints, and when the
 * client has been silent for so long that only TCP still believes in it. Then a write would go on to succeed for
 * minutes, and on a host that is being looked at because it is sick nothing may stay behind.
 */
export function composeWatch({ seconds, port, nonce }: WatchScript): string {
  assert(Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_WATCH_S, `a watch of ${seconds} s`);
  assert(port === null || (Number.isInteger(port) && port >= 1 && port <= 65_535), `port ${port}`);
  const mark = markerPrefix(nonce);
  return `# shellcheck disable=SC2016
tcpcheck_watch() {
${SH_CLOCK}
${SH_NAP}
${SH_ROW}
tc_tally() { awk '${AWK_TALLY}' /proc/net/snmp /proc/net/netstat /proc/net/sockstat 2>/dev/null; }
tc_walk() { { ${ssListening('')}; echo table; ss -tan; } 2>/dev/null | awk -v only=${port ?? 0} "$row"'${AWK_SOCKETS}'; }
tc_heard() {
  # shellcheck disable=SC2086
  set -- $SSH_CONNECTION
  [ "$#" = 4 ] || return 0
  case $2$4 in *[!0-9]*) return 0 ;; esac
  tc_silent=$(ss -tni "( sport = :$4 and dport = :$2 )" 2>/dev/null | sed -n 's/.*lastrcv:\\([0-9]*\\).*/\\1/p' | sort -n | head -n 1)
  [ "\${tc_silent:-0}" -lt ${CLIENT_GONE_MS} ]
}
tc_ss=1; command -v ss >/dev/null 2>&1 || tc_ss=0
tc_clock; TC_UNTIL_CS=$tc_cs tc_walk_cs=$tc_cs tc_turn=0
echo
while [ "$tc_turn" -le ${seconds} ]; do
  tc_clock; tc_at=$tc_cs
  tc_text=$(tc_tally)
  tc_sum=$(printf '%s\\n' "$tc_text" | awk '$1 == "tally" { sum += $3 } END { print sum + 0 }')
  if [ "$tc_ss" = 1 ] && [ "$tc_sum" -le ${MAX_WALKED} ] && [ "$tc_cs" -ge "$tc_walk_cs" ]; then
    tc_text="$tc_text
$(tc_walk)"
    tc_clock; tc_walk_cs=$((tc_cs + (tc_cs - tc_at) * ${WALK_SHARE} - 100))
  fi
  printf '%s\\n' "${mark}begin $tc_at" "$tc_text" "${mark}end" 2>/dev/null || return 0
  tc_turn=$((tc_turn + 1))
  [ $((tc_turn % ${LISTENED_EVERY})) != 0 ] || tc_heard || return 0
  TC_UNTIL_CS=$((TC_UNTIL_CS + 100))
  tc_clock; [ "$tc_cs" -lt $((TC_UNTIL_CS + 100)) ] || TC_UNTIL_CS=$tc_cs
  while tc_nap 100; do :; done
done
printf '%s\\n' "${mark}done"
}
</dev/null tcpcheck_watch
`;
}
