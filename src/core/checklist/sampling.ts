/**
 * A table of sockets with more rows than this is not read to its end: established ones and TIME-WAIT are sampled, each
 * down to SAMPLE_ROWS at most. A row costs ss 2 us and awk 1.5 us (mawk) to 2.5 us (gawk), and where its details are read
 * 2.5 us more.
 */
export const EXACT_ROWS = 20_000;
export const SAMPLE_ROWS = 8000;

/**
 * The sample is what ss finds in slices of ports, evenly spread: of local ports for connections that went out, of the
 * clients' ports for those that came in. The kernel hands out neighbouring ports to neighbouring connections, so one
 * slice would mislead and many do not: a run of ports that crosses S slices is estimated to 1/S. Slices begin at even
 * offsets and are even in width, since connect() and bind() take ports of different parity (ip_local_port_range). The
 * first rows of the table would be no sample: from Linux 6.15 on the connections to one destination lie beside each
 * other in it, by local port (inet_ehashfn() of net/ipv4/inet_hashtables.c).
 */
const SLICES = 64;
const GROUP = 8;
/** Ports of clients; below are those of programs that are bound to one. */
const CLIENT_LOW = 1024;
const CLIENT_HIGH = 65_535;

/** Rows of one kind below which, and slices they lie in below which, no estimate is made: those seen are told. */
export const MIN_SEEN = 10;
export const MIN_SPREAD = 8;

/** awk statements for BEGIN: the ports that connect() takes, from `low` to `high`. */
export const AWK_PORT_RANGE = `
    if ((getline range < "/proc/sys/net/ipv4/ip_local_port_range") <= 0) exit 1
    split(range, parts); low = parts[1] + 0; high = parts[2] + 0`;

/**
 * awk program that prints a line `sampled BY PERIOD CLIENT_PERIOD` and one with the filter for ss, for the open sockets,
 * and then for those in TIME-WAIT that went out: of as many as there may be about SAMPLE_ROWS are asked for; one out of
 * BY outbound ones. PERIOD is the distance of the slices. All of them (BY 1) where they are no more.
 */
export const AWK_SLICES = `
  function between(field, from, to) { return field " >= :" from " and " field " <= :" to }
  function slices(field, from, to, many,   width, at, group, text) {
    period = int((to - from + 1) / many)
    width = 2 * int(period * share / 2)
    if (width < 2) width = 2
    by = period / width
    for (at = 0; at < many; at++) {
      group = group (group == "" ? "" : " or ") "( " between(field, from + at * period, from + at * period + width - 1) " )"
      if (at % ${GROUP} < ${GROUP} - 1 && at < many - 1) continue
      # The kernel compares one group to its end, and passes over the others.
      text = text (text == "" ? "" : " or ") "( " between(field, from + int(at / ${GROUP}) * ${GROUP} * period, from + (at + 1) * period - 1) " and ( " group " ) )"
      group = ""
    }
    return "( " text " )"
  }
  function sample(rows, inbound,   clients, many, own) {
    share = rows > ${SAMPLE_ROWS} ? ${SAMPLE_ROWS} / rows : 1
    ports = "sport >= :" low " and sport <= :" high
    if (share > 0.5) {
      print "sampled 1 1 1"
      print inbound ? "sport > :0" : "( " ports " )"
      return
    }
    clients_period = 0
    if (inbound) { clients = slices("dport", ${CLIENT_LOW}, ${CLIENT_HIGH}, ${SLICES}); clients_period = period }
    many = int((high - low + 1) * share / 2)
    if (many < ${2 * MIN_SPREAD}) many = ${2 * MIN_SPREAD}
    if (many > ${SLICES}) many = ${SLICES}
    if (many > (high - low + 1) / 2) many = int((high - low + 2) / 2)
    own = slices("sport", low, high, many)
    print "sampled", by, period, clients_period
    print "( " ports " and " own " )" (inbound ? " or ( ( sport < :" low " or sport > :" high " ) and " clients " )" : "")
  }
  BEGIN {${AWK_PORT_RANGE}
    sample(open_sockets, 1); sample(waits, 0)
  }`;

/** \`slice()\`: in which slice the socket of the row lies. */
export const AWK_SLICE = `
  function slice() { return inside ? int((port - low) / period) : "c" int((port_of(there) - ${CLIENT_LOW}) / clients_period) }`;
