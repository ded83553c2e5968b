import { AWK_SERVICE_FUNCTIONS } from './awk-services.ts';
import { AWK_SLICE, MIN_SEEN, MIN_SPREAD } from './sampling.ts';

/** Destinations told, and told apart while counting (a forward proxy has as many as sockets). */
const MAX_DESTINATIONS = 50;
const MAX_KEYS = 100_000;
/** Local ends with half-open connections, and ports without a listener, that are told. */
const MAX_ENDS = 50;
/** A client may be bound to a port of its own (NFS), with one connection; a server that went away leaves several. */
const MIN_LEFT = 3;
/** Destinations of which it is told whether they use TCP timestamps, and connections of each that are looked at. */
const MAX_STAMPED = 3;
const MAX_STAMPED_ROWS = 20;
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

/** Tells of those of the fullest destinations that take a tenth of the range; where little was read, half of it. */
const AWK_TELL_TIMESTAMPS = `
  function note_timestamps() {
    if (!/ rto:/) return
    looked[stamping]++; if (/[ \\t]ts[ \\t]/) stamped[stamping]++
  }
  function tell_timestamps(   k, key, best, most, ends) {
    for (k = 0; k < ${MAX_STAMPED}; k++) {
      best = ""; most = 0
      for (key in open) if (used[key] * (partial ? 2 : 10) >= width && used[key] > most) { best = key; most = used[key] }
      if (best == "") break
      split(best, ends, " "); used[best] = 0
      if (ends[2] in looked) print "timestamps", ends[2], looked[ends[2]], stamped[ends[2]] + 0
    }
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
 * The walk: for each socket that does not listen, with state, here, there, port (its own), inside (that one lies in the
 * range), out (and nobody listens on it), queue, backlog and kind (first letter of the timer). Then the functions that
 * tell. Of a sample (`sampling`) a row stands for by_out, by_in or by_wait sockets, those of rare states for by_rest; 1
 * where all were read.
 */
export const AWK_TABLE_FUNCTIONS = `${AWK_ASKABLE}${AWK_TELL_TIMESTAMPS}${AWK_ASK_COUNTS}${AWK_SLICE}${AWK_SERVICE_FUNCTIONS}
  function whole_number(n) { return n > 0 ? n : 0 }
  function port_of(end,   port) { port = substr(end, index(end, ":") + 1); if (index(port, ":")) sub(/.*:/, "", port); return port }
  # gawk 5.2 dies of an element that was never set and is passed on, hence the + 0 of every call.
  function times(n, by, wide) { return by <= 1 || n < ${MIN_SEEN} || wide < ${MIN_SPREAD} ? n : int(n * by + 0.5) }
  function widen(key,   at) { at = key " " slice(); if (!(at in seen_at)) { seen_at[at]; spread[key]++ } }
  function count_rare() {
    if (state == "FIN-WAIT-2" && kind == "t") { idle++; if (out) idle_out++ }
    if (state == "SYN-RECV") half[here]++
  }
  function count_destination(   key) {
    key = substr(here, 1, length(here) - length(port) - 1) " " there
    if (!(key in total)) { if (++keys > ${MAX_KEYS}) return; total[key] = spread[key] = 0 }
    if (state == "ESTAB") { if (++open[key] <= ${MAX_STAMPED_ROWS}) stamping = there }
    else if (state == "TIME-WAIT") { outbound++; wait[key]++ }
    else { rest[key]++; if (state == "SYN-SENT") sent[key]++ }
    if (sampling && spread[key] < ${MIN_SPREAD}) widen(key)
  }
  function weigh_destination(key,   wide) {
    wide = spread[key] + 0
    total[key] = wait[key] + open[key] + rest[key]
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
