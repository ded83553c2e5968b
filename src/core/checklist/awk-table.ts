import { AWK_SERVICE_FUNCTIONS } from './awk-services.ts';
import { AWK_SLICE, MIN_SEEN, MIN_SPREAD } from './sampling.ts';

/** Destinations told, and told apart while counting (a forward proxy has as many as sockets). */
const MAX_DESTINATIONS = 50;
const MAX_KEYS = 100_000;
/** Local ends with half-open connections, and ports without a listener, that are told. */
const MAX_ENDS = 50;
/** A client may be bound to a port of its own (NFS), with one connection; a server that went away leaves several. */
const MIN_LEFT = 3;
/**
 * Destinations that are asked for TCP timestamps, and connections of each, about: ss collects all before it prints, so
 * it is asked for a part of the local ports only.
 */
const MAX_ASKED = 3;
const MAX_ASKED_ROWS = 200;
/**
 * Of a sample some destinations are counted exactly after all: those that seem to have taken so much of the range, where
 * the range is so small that an estimate would be rough, and those that leave so many connects without an answer.
 */
const MAX_COUNTED = 5;
const MAYBE_FULL = 0.5;
const MAX_COUNTED_ROWS = 4000;
const MAX_UNANSWERED = 3;
const MIN_UNANSWERED = 5;

/**
 * What of a remote end may stand in a filter for ss: `askable()` makes `ADDRESS:PORT` of it, or nothing. A v4-mapped
 * address is asked for as a plain one, which finds both.
 */
const AWK_ASKABLE = `
  function askable(end,   port) {
    if (end !~ /^[][0-9a-fA-F.:]+$/) return ""
    port = end; sub(/.*:/, "", port); end = substr(end, 1, length(end) - length(port) - 1)
    gsub(/[][]/, "", end); sub(/^::ffff:/, "", end)
    return (end ~ /:/ ? "[" end "]" : end) ":" port
  }`;

/**
 * Prints the filter for those of the fullest destinations that take a tenth of the range and can be asked; of a large
 * table half of it, since asking makes the kernel walk it once more.
 */
const AWK_ASK_TIMESTAMPS = `
  function ask_timestamps(   k, key, best, most, ends, to, rows, filter) {
    for (k = 0; k < ${MAX_ASKED}; k++) {
      best = ""; most = 0
      for (key in open) if (used[key] * (partial ? 2 : 10) >= width && used[key] > most) { best = key; most = used[key] }
      if (best == "") break
      split(best, ends, " "); used[best] = 0
      to = askable(ends[2])
      if (to == "") continue
      to = "dst " to
      rows = open[best] * by_out
      if (rows > ${MAX_ASKED_ROWS}) to = to " and sport <= :" int(low + (high - low) * ${MAX_ASKED_ROWS} / rows)
      filter = filter (filter == "" ? "" : " or ") "( " to " )"
    }
    if (filter != "") print "ask " filter
  }`;

/** Prints the filter for destinations that are to be counted exactly after all. */
const AWK_ASK_COUNTS = `
  function ask_counts(   k, key, best, most, ends, to, filter, asked_ends) {
    for (k = 0; k < ${MAX_COUNTED}; k++) {
      best = ""; most = width * ${MAYBE_FULL}
      for (key in used) if (used[key] > total[key] && used[key] <= ${MAX_COUNTED_ROWS} && used[key] >= most && !(key in counted)) { best = key; most = used[key] }
      if (best == "") break
      counted[best]; split(best, ends, " ")
      to = askable(ends[2]); if (to != "") asked_ends[to]
    }
    for (k = 0; k < ${MAX_UNANSWERED}; k++) {
      best = ""; most = ${MIN_UNANSWERED}
      for (key in sent) if (sent[key] >= most && !(key in counted)) { best = key; most = sent[key] }
      if (best == "") break
      counted[best]; split(best, ends, " ")
      to = askable(ends[2]); if (to != "") asked_ends[to]
    }
    for (to in asked_ends) filter = filter (filter == "" ? "" : " or ") "dst " to
    if (filter != "") print "count ( " filter " ) and sport >= :" low " and sport <= :" high
  }`;

/**
 * The walk: `count_row()` for each socket that does not listen, wants state, here, there, port and peer (their ports),
 * inside (the local port lies in the range), queue, backlog, kind (first letter of the timer) and tries. Then the
 * functions that tell. Of a sample (`sampling`) a row stands for by_out, by_in or by_wait sockets, those of rare states
 * for by_rest; 1 where all were read.
 */
export const AWK_TABLE_FUNCTIONS = `${AWK_ASKABLE}${AWK_ASK_TIMESTAMPS}${AWK_ASK_COUNTS}${AWK_SLICE}${AWK_SERVICE_FUNCTIONS}
  function whole_number(n) { return n > 0 ? n : 0 }
  # gawk 5.2 dies of an element that was never set and is passed on, hence the + 0 of every call.
  function times(n, by, wide) { return by <= 1 || n < ${MIN_SEEN} || wide < ${MIN_SPREAD} ? n : int(n * by + 0.5) }
  function widen(key,   at) { at = key " " slice(); if (!(at in seen_at)) { seen_at[at]; spread[key]++ } }
  function count_row(   key) {
    by_state[state]++
    if (inside && !(port in listens)) out_of[state]++; else in_of[state]++
    if (state == "ESTAB") count_service()
    if (state == "ESTAB" || (cut && state != "TIME-WAIT")) { if (inside && !(port in listens)) went_out++; else came_in++ }
    if (state == "FIN-WAIT-2" && kind == "t") { idle++; if (inside && !(port in listens)) idle_out++ }
    if (state == "SYN-RECV") half[here]++
    if (!partial && state != "SYN-SENT" && !inside && !(port in listens)) { left[port]++; if (state == "TIME-WAIT") left_waits[port]++ }
    if (port in listens || !inside || port in kept) return
    key = substr(here, 1, length(here) - length(port) - 1) " " there
    if (!(key in total)) { if (++keys > ${MAX_KEYS}) return; total[key] = 0 }
    total[key]++
    if (state == "TIME-WAIT") { outbound++; wait[key]++ } else if (state == "ESTAB") open[key]++
    else { rest[key]++; if (state == "SYN-SENT") sent[key]++ }
    if (sampling) widen(key)
  }
  function weigh_destination(key,   wide) {
    wide = spread[key] + 0
    wait[key] = times(wait[key] + 0, by_wait, wide); open[key] = times(open[key] + 0, by_out, wide)
    rest[key] = times(rest[key] + 0, by_rest, wide); sent[key] = times(sent[key] + 0, by_rest, wide)
    used[key] = wait[key] + open[key] + rest[key]
  }
  function tell_destinations(   key, sizes, biggest, least, more) {
    for (key in total) { weigh_destination(key); sizes[used[key]]++; if (used[key] > biggest) biggest = used[key] }
    for (least = biggest; least > 1 && more + sizes[least] <= ${MAX_DESTINATIONS}; least--) more += sizes[least]
    for (key in total) if (used[key] > least || (used[key] == least && more++ < ${MAX_DESTINATIONS}))
      print "destination", key, used[key], wait[key], open[key], sent[key] (partial ? " " total[key] : "")
  }
  function tell_ends(   end) {
    for (end in half) if (++halves <= ${MAX_ENDS}) print "syn-recv", end, half[end]
    for (end in left) if (left[end] >= ${MIN_LEFT} && ++lefts <= ${MAX_ENDS}) print "left", end, left[end], left_waits[end] + 0
  }`;

/** awk statements for BEGIN: the ports that the kernel does not hand out, in `kept`. */
export const AWK_RESERVED_PORTS = `
    getline reserved < "/proc/sys/net/ipv4/ip_local_reserved_ports"
    n = split(reserved, parts, ",")
    for (i = 1; i <= n; i++) {
      last_port = split(parts[i], r, "-") > 1 ? r[2] + 0 : r[1] + 0
      for (at = r[1] + 0; at <= last_port && at <= 65535; at++) kept[at]
    }`;
