/**
 * Pieces of awk for the walk over the socket table (sockets-by-destination): established connections added up by
 * service, which is the listener for those that came in and the remote end for those that went out, and the few
 * connections that are worth a closer look in `sockets-idle` and `sockets-worst`.
 */

/** Services told: first those with connections that get no answer, then those with full queues, then the largest. */
export const MAX_SERVICES = 50;
const MAX_TROUBLED = 25;
/** Services told apart while counting. */
const MAX_SERVICE_KEYS = 50_000;
/** Connections with a queue that are looked at more closely: per service and direction, and all together. */
const MAX_QUEUED = 12;
const MAX_ALL_PICKED = 120;
/** Silent connections looked at: per service, without any timer and with a keepalive timer; and of so many services. */
const MAX_BARE = 20;
const MAX_KEPT = 20;
const MAX_SILENT_SERVICES = 20;
/** Fewer connections than this are no pile, whoever is silent. */
const MIN_SILENT = 10;
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
 * `count_service()`, for each established row; wants what `count_row()` of the walk sets, `sample`, and in `sshd` and
 * `client` the ports of the connection that asks, which is none of the host's own.
 */
const AWK_COUNT_SERVICE = `
  function count_service(   end, other, place) {
    if (port == sshd && peer == client) return
    end = port in listens || !inside ? "in " here : "out " there
    if (!(end in open_of)) { if (++ends_seen > ${MAX_SERVICE_KEYS}) return; open_of[end] = 0 }
    open_of[end]++
    if (sampling) widen(end)
    if (kind == "k") kept_of[end]++
    else if (kind == "") bare_of[end]++
    else { if (kind == "p") full_of[end]++; if (tries >= ${RETRIES_LOST}) lost_of[end]++ }
    if (queue > 0) reads_of[end]++
    if (backlog > 0) sends_of[end]++
    if (sample != 1) return
    other = substr(end, 1, 1) == "i" ? there : here
    if (queue > 0) pick("recv " end, other, queue, ${MAX_QUEUED})
    if (backlog > 0) pick("send " end, other, backlog, ${MAX_QUEUED})
    if (kind == "" && queue + backlog == 0) pick("bare " end, other, 0, ${MAX_BARE})
    if (kind == "k") pick("kept " end, other, 0, ${MAX_KEPT})
    place = end " " substr(there, 1, length(there) - length(peer) - 1)
    if (kind == "o") { if (tries > 1) bad[place]; return }
    if (!(place in mates)) { if (++places > ${MAX_MATE_PLACES}) return; mates[place] = 0; mate[place] = "" }
    if (mates[place]++ < ${MAX_MATES}) mate[place] = mate[place] " " here " " there
  }
  function pick(name, other, size, many) {
    if (picked[name]++ < many) some[name] = some[name] " " other
    else if (size > most_of[name]) last[name] = " " other
    if (size > most_of[name]) most_of[name] = size
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
  function tell_services(   end, floor, largest, room, k, most, first, silent, large, place) {
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
      for (end in told) if (!(end in silent) && open_of[end] >= ${MIN_SILENT} && (most == "" || open_of[end] > open_of[most])) most = end
      if (most == "") break
      silent[most]; tell_picked("bare", most, ${MAX_SILENT_SERVICES * MAX_BARE}); tell_picked("kept", most, ${MAX_SILENT_SERVICES * MAX_KEPT})
    }
    for (place in bad) if (place in mate && places_told++ < ${MAX_MATE_PLACES_TOLD}) print "mates" mate[place]
  }`;
