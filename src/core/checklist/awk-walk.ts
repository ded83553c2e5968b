import { AWK_TALLY, MAX_OTHERS } from './awk-others.ts';
import { AWK_RESERVED_PORTS, AWK_TABLE_FUNCTIONS } from './awk-table.ts';
import { AWK_PORT_RANGE } from './sampling.ts';

/**
 * awk program, to be put behind `row()`. Lines between the rows tell what comes. After `table` all rows, listeners first
 * as the kernel prints them, for each family of addresses; or of a table that is read in part (`partial`) the
 * listeners before it, then the rare states, and after each `sampled BY PERIOD CLIENT_PERIOD open|waits` the sampled
 * ones. Where ss was asked for details they follow a row on a line of their own. It wants the kernel's own numbers of open sockets and of TIME-WAIT. Where even the rare
 * states are many it says no more than `cut`, and is started again to have them sampled with those established.
 */
export const AWK_WALK = `${AWK_TABLE_FUNCTIONS}${AWK_TALLY}
  function begin_sample() {
    sampling = $2 > 1; period = $3; clients_period = $4; phase = $5
    if (phase == "waits") by_wait = $2; else { by_out = $2; if (cut) by_rest = $2 }
  }
  BEGIN { by_out = by_in = by_wait = by_rest = 1${AWK_PORT_RANGE}${AWK_RESERVED_PORTS}
    width = high - low + 1
  }
  /^[ \\t]/ {
    if (watched != "") { note_silence(); watched = "" }
    if (stamping != "") { note_timestamps(); stamping = "" }
    next
  }
  !row() {
    if ($1 == "failed") failed = 1
    else if ($1 == "table") table = 1
    else if ($1 == "sampled") begin_sample()
    else if (table && /Recv-Q/) header = 1
    next
  }
  state == "LISTEN" { if (!table || !partial) { listens[port_of(here)]; by_state["LISTEN"]++ }; next }
  partial && phase == "" && state != "TIME-WAIT" && ++rare > ${MAX_OTHERS} { print "cut"; gave_up = 1; exit }
  {
    read++; watched = stamping = ""
    port = substr(here, index(here, ":") + 1); if (index(port, ":")) sub(/.*:/, "", port)
    inside = port + 0 >= low && port + 0 <= high
    listed = port in listens; out = inside && !listed
    if (out) out_of[state]++; else in_of[state]++
    kind = $NF != there && substr($NF, 1, 7) == "timer:(" ? substr($NF, 8, 1) : ""
    if (state == "ESTAB") count_service()
    else if (state != "TIME-WAIT") count_rare()
    if (out) { if (!(port in kept)) count_destination() }
    else if (!partial && !listed && !inside && state != "SYN-SENT") { left[port]++; if (state == "TIME-WAIT") left_waits[port]++ }
  }
  END {
    if (gave_up) exit
    if (failed || !header) exit 1
    for (state in out_of) { by_state[state] += out_of[state]; if (state == "ESTAB" || (cut && state != "TIME-WAIT")) went_out += out_of[state] }
    for (state in in_of) { by_state[state] += in_of[state]; if (state == "ESTAB" || (cut && state != "TIME-WAIT")) came_in += in_of[state] }
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
    tell_timestamps()
  }`;
