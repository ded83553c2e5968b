/** Rows of the rarer states that are read; where they are more they are sampled like the others. */
export const MAX_OTHERS = 20_000;
/** Remote ends that are told, of those that leave so many connects without an answer. */
const MAX_ENDS = 50;
const MIN_UNANSWERED = 3;

/** The few sockets that are neither established nor in TIME-WAIT; ss has the kernel pick them. */
export const OTHER_STATES = [
  'syn-sent',
  'syn-recv',
  'fin-wait-1',
  'fin-wait-2',
  'close-wait',
  'last-ack',
  'closing',
]
  .map((state) => `state ${state}`)
  .join(' ');

/**
 * awk functions for a table that is too large to be read. `tally()` takes the two great states from the kernel: CurrEstab
 * counts ESTABLISHED and CLOSE-WAIT (RFC 1213); `tw` of sockstat, which is wanted in `waits`, counts TIME-WAIT and those
 * FIN-WAIT-2 that wait without a process, which `-o` shows with the timer `timewait` (`idle`). `tell_unanswered()` tells
 * the connects without an answer by remote end, wants `sent` by `ADDRESS REMOTE`, and ends with `others`.
 */
export const AWK_TALLY = `
  function tally(   line, n, i, value, named) {
    while ((getline line < "/proc/net/snmp") > 0) if (line ~ /^Tcp:/) {
      n = split(line, value, " ")
      for (i = 1; i <= n; i++) if (named[i] == "CurrEstab") by_state["ESTAB"] = value[i] - by_state["CLOSE-WAIT"]
      for (i = 1; i <= n; i++) named[i] = value[i]
    }
    by_state["TIME-WAIT"] = waits - idle
  }
  function tell_unanswered(   key, n) {
    for (key in sent) if (sent[key] >= ${MIN_UNANSWERED} && ++n <= ${MAX_ENDS}) print "syn-sent", key, sent[key]
    print "others", rare + 0
  }`;

/** awk program, to be put behind `row()`: only those of rare states, for the second sample; `cut` where they are many. */
export const AWK_OTHERS = `${AWK_TALLY}
  $1 == "failed" { failed = 1 }
  !row() { if (/Recv-Q/) header = 1; next }
  ++rare > ${MAX_OTHERS} { exit }
  { by_state[state]++ }
  state == "FIN-WAIT-2" && /timer:\\(timewait/ { idle++ }
  state == "SYN-SENT" { port = here; sub(/.*:/, "", port); sent[substr(here, 1, length(here) - length(port) - 1) " " there]++ }
  END {
    if (failed || !header || rare > ${MAX_OTHERS}) { print "cut"; exit }
    tally()
    for (state in by_state) print "state", state, (by_state[state] > 0 ? by_state[state] : 0)
    tell_unanswered()
  }`;
