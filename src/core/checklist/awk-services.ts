/**
 * Pieces of awk for the walk over the socket table (sockets-by-destination): established connections added up by
 * service, which is the listener for those that came in and the remote end for those that went out, and the few
 * connections that are worth a closer look in `sockets-idle` and `sockets-worst`.
 */

import { MIN_SPREAD } from './sampling.ts';

/** Services told: first those with connections that get no answer, then those with full queues, then the largest. */
export const MAX_SERVICES = 50;
const MAX_TROUBLED = 25;
/** Services told apart while counting. */
const MAX_SERVICE_KEYS = 50_000;
/** Connections with a queue that are looked at more closely: per service and direction, and all together. */
const MAX_QUEUED = 12;
const MAX_ALL_PICKED = 120;
/** Connections of which it is told how long they are silent: per service, without a timer and with keepalive's. */
const MAX_BARE = 20;
const MAX_KEPT = 20;
/** Services of which it is told. Fewer connections than this are no pile, whoever is silent. */
const MAX_SILENT_SERVICES = 20;
const MIN_SILENT = 10;
/** Where services are more than this (a forward proxy) those of a few connections are not listened to at all. */
const MAX_WATCHED = 2000;
/**
 * Connections beside a stuck one, of the same service with the same remote address: they show whether anything comes
 * from there. Places are such pairs of service and address.
 */
const MAX_MATES = 3;
const MAX_MATE_PLACES = 20_000;
const MAX_MATE_PLACES_TOLD = 8;

/**
 * Retransmissions of the same segment from which on the other end is not merely slow: 6 s at least with the shortest
 * timeout of Linux, 200 ms doubled five times (TCP_RTO_MIN).
 */
export const RETRIES_LOST = 5;

/**
 * `count_service()`, for each established row; wants what the walk sets for it, `sample`, and in `sshd` and `client` the
 * ports of the connection that asks, which is none of the host's own. `note_silence()` then reads the line of details that
 * follows the row, where it set `watched`. It runs once a row: what is known to be enough is
 * looked up first (`has_bare`, `has_kept`, `has_mates`), since each string put together costs as much as the whole row.
 */
const AWK_COUNT_SERVICE = `
  function count_service(   end, other, place, queued) {
    if (port == sshd && port_of(there) == client) return
    end = out ? "out " there : "in " here
    if (!(end in open_of)) { if (++ends_seen > ${MAX_SERVICE_KEYS}) return; open_of[end] = spread[end] = 0 }
    open_of[end]++
    if (sampling && spread[end] < ${MIN_SPREAD}) widen(end)
    queued = queue + backlog > 0
    if (queued) { queue += 0; backlog += 0; if (queue > 0) reads_of[end]++; if (backlog > 0) sends_of[end]++ }
    if (kind == "k") kept_of[end]++
    else if (kind == "") bare_of[end]++
    else {
      tries = $NF; sub(/.*,/, "", tries); tries += 0
      if (kind == "p") full_of[end]++
      if (tries >= ${RETRIES_LOST}) lost_of[end]++
    }
    if (sample != 1) return
    other = out ? here : there
    if (queued) {
      if (queue > 0) pick("recv " end, other, queue, ${MAX_QUEUED})
      if (backlog > 0) pick("send " end, other, backlog, ${MAX_QUEUED})
    }
    if (ends_seen <= ${MAX_WATCHED} || open_of[end] >= ${MIN_SILENT}) {
      if (kind == "k") { if (!(end in has_kept)) { watched = end; timer = $NF } }
      else if (kind == "" && !queued && !(end in has_bare)) { watched = end; timer = "" }
    }
    if (out) place = end
    else place = end " " substr(there, 1, length(there) - length(port_of(there)) - 1)
    if (kind == "o") { if (tries > 1) bad[place]; return }
    if (place in has_mates) return
    if (!(place in mates)) { if (++places > ${MAX_MATE_PLACES}) return; mates[place] = 0; mate[place] = "" }
    mate[place] = mate[place] " " here " " there
    if (++mates[place] >= ${MAX_MATES}) has_mates[place]
  }
  function pick(name, other, size, many) {
    if (picked[name]++ < many) some[name] = some[name] " " other
    else if (size > most_of[name]) last[name] = " " other
    if (size > most_of[name]) most_of[name] = size
  }
  function note_silence(   name, at, sent, got) {
    if (at = index($0, "lastsnd:")) sent = substr($0, at + 8, 15) + 0
    if (at = index($0, "lastrcv:")) got = substr($0, at + 8, 15) + 0
    name = (timer == "" ? "bare " : "kept ") watched
    silent[name] = silent[name] " " int((sent < got ? sent : got) / 1000) (timer == "" ? "" : "/" timer)
    if (timer == "") { if (++bare_told[watched] >= ${MAX_BARE}) has_bare[watched] }
    else if (++kept_told[watched] >= ${MAX_KEPT}) has_kept[watched]
  }`;

/**
 * And `tell_services()` for the end of the walk; a line each: what there is, and whom to look at more closely. A
 * service of which only a sample was read has as a last number how many of it were seen.
 */
export const AWK_SERVICE_FUNCTIONS = `${AWK_COUNT_SERVICE}
  function tell_service(end,   by, wide) {
    if (end in told) return
    told[end]; services++
    by = substr(end, 1, 1) == "i" ? by_in : by_out; wide = spread[end] + 0
    print "service", end, times(open_of[end] + 0, by, wide), times(kept_of[end] + 0, by, wide), times(bare_of[end] + 0, by, wide), times(full_of[end] + 0, by, wide), times(lost_of[end] + 0, by, wide), times(reads_of[end] + 0, by, wide), times(sends_of[end] + 0, by, wide) (by > 1 ? " " open_of[end] : "")
  }
  function tell_picked(kind, end, most,   name, part) {
    name = kind " " end
    if (!(name in some) || all_picked[kind] >= most) return
    all_picked[kind] += split(some[name] last[name], part, " ")
    print name some[name] last[name]
  }
  function tell_services(   end, floor, largest, room, k, most, first, listened, large, place) {
    for (end in open_of) if (services < ${MAX_TROUBLED} && (end in lost_of || end in full_of)) tell_service(end)
    for (end in open_of) if (services < 2 * ${MAX_TROUBLED} && (end in reads_of || end in sends_of)) tell_service(end)
    for (end in open_of) if (!(end in told)) { large[open_of[end]]++; if (open_of[end] > largest) largest = open_of[end] }
    for (floor = largest; floor > 1 && room + large[floor] <= ${MAX_SERVICES} - services; floor--) room += large[floor]
    for (end in open_of) if (open_of[end] > floor) tell_service(end)
    for (end in open_of) if (open_of[end] == floor && services < ${MAX_SERVICES}) tell_service(end)
    if (sample != 1) return
    for (end in told) if (end in lost_of || end in full_of) { tell_picked("send", end, ${MAX_ALL_PICKED}); first[end] }
    for (end in told) { if (!(end in first)) tell_picked("send", end, ${MAX_ALL_PICKED}); tell_picked("recv", end, ${MAX_ALL_PICKED}) }
    for (k = 0; k < ${MAX_SILENT_SERVICES}; k++) {
      most = ""
      for (end in told) if (!(end in listened) && open_of[end] >= ${MIN_SILENT} && (most == "" || open_of[end] > open_of[most])) most = end
      if (most == "") break
      listened[most]
      if (("bare " most) in silent) print "silent bare", most silent["bare " most]
      if (("kept " most) in silent) print "silent kept", most silent["kept " most]
    }
    for (place in bad) if (place in mate && places_told++ < ${MAX_MATE_PLACES_TOLD}) print "mates" mate[place]
  }`;
