/** States by the code of include/net/tcp_states.h, from 01 on; `-` is CLOSE, which is no connection. */
const STATES =
  'ESTAB SYN-SENT SYN-RECV FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT - CLOSE-WAIT LAST-ACK LISTEN CLOSING SYN-RECV';

/** Addresses of /proc/net/tcp: hexadecimal words in the byte order of the machine; IPv6 shortened as RFC 5952 wants. */
const AWK_ADDRESSES = String.raw`
  function part(hex, at) { return byte[substr(hex, at, 2)] }
  function whole(hex) { return ((part(hex, 1) * 256 + part(hex, 3)) * 256 + part(hex, 5)) * 256 + part(hex, 7) }
  function port_of(text) { return part(text, length(text) - 3) * 256 + part(text, length(text) - 1) }
  function ip4(hex) {
    if (big) return part(hex, 1) "." part(hex, 3) "." part(hex, 5) "." part(hex, 7)
    return part(hex, 7) "." part(hex, 5) "." part(hex, 3) "." part(hex, 1)
  }
  function group(hex) { sub(/^0+/, "", hex); return ":" (hex == "" ? "0" : tolower(hex)) }
  function ip6(hex,   at, word, text) {
    if (hex ~ /^0000000000000000(FFFF0000|0000FFFF)/) return "[::ffff:" ip4(substr(hex, 25)) "]"
    for (at = 1; at < 32; at += 8) {
      word = substr(hex, at, 8)
      if (!big) word = substr(word, 7, 2) substr(word, 5, 2) substr(word, 3, 2) substr(word, 1, 2)
      text = text group(substr(word, 1, 4)) group(substr(word, 5))
    }
    text = text ":"
    if (match(text, /(:0)(:0)+:/)) text = substr(text, 1, RSTART - 1) "::" substr(text, RSTART + RLENGTH)
    if (text !~ /^::/) sub(/^:/, "", text)
    if (text !~ /::$/) sub(/:$/, "", text)
    return "[" text "]"
  }
  function end(text,   hex, port) {
    hex = substr(text, 1, length(text) - 5)
    if (!(hex in known)) known[hex] = length(hex) == 8 ? ip4(hex) : ip6(hex)
    port = port_of(text)
    return known[hex] ":" (port == 0 ? "*" : port)
  }`;

/** One line of the table (tcp4_seq_show() of net/ipv4/tcp_ipv4.c) as a row of ss; its timer counts in USER_HZ. */
const AWK_ROW_OF_PROC = String.raw`
  function row(now,   here, line) {
    here = end($2)
    if (now == "LISTEN") {
      if (length($2) == 13) plain[port_of($2)]
      else if (here ~ /^\[::\]/ && !(port_of($2) in plain)) here = "*:" port_of($2)
      line = whole(substr($5, 10)) " - " here " " end($3)
    } else line = whole(substr($5, 10)) " " whole($5) " " here " " end($3)
    if (options ~ /o/ && $6 !~ /^00/)
      line = line " timer:(" timers[substr($6, 2, 1) + 0] "," int(whole(substr($6, 4)) / 100) "sec," whole($7) ")"
    if (options ~ /e/) line = line " uid:" $8 " ino:" $10
    print (asked == 1 ? "" : now " ") line
  }`;

/** What of the arguments of ss the checklist uses: -a -e -o, states, and "sport = :80"; without -a or a state, open ones. */
const AWK_PROC_SOCKETS = String.raw`
  BEGIN {
    for (at = 0; at < 256; at++) byte[sprintf("%02X", at)] = at
    for (at = split("${STATES}", names, " "); at > 0; at--) state[sprintf("%02X", at)] = names[at]
    split("on keepalive timewait persist", timers, " ")
    n = split(filter, word, " ")
    for (at = 1; at <= n; at++) {
      if (word[at] == "sport") { chosen++; ports[substr(word[at + 2], 2) + 0] }
      if (word[at] != "state") continue
      asked++; now = toupper(word[at + 1])
      wanted[now == "ESTABLISHED" ? "ESTAB" : now == "LISTENING" ? "LISTEN" : now]
    }
    only = asked == 1 && ("LISTEN" in wanted)
    print (asked == 1 ? "" : "State ") "Recv-Q Send-Q Local:Port Peer:Port from-proc"
    for (at = 1; at <= 2; at++) {
      file = at == 1 ? "/proc/net/tcp" : "/proc/net/tcp6"
      while ((getline < file) > 0) {
        if ($1 == "sl") continue
        if (only && $4 != "0A") break
        now = state[$4]
        if (now == "-" || now == "" || (chosen && !(port_of($2) in ports))) continue
        if (asked ? now in wanted : options ~ /a/ || (now != "LISTEN" && now != "TIME-WAIT" && now != "SYN-RECV")) row(now)
      }
      close(file)
    }
  }`;

/**
 * sh function `ss` for hosts without iproute2 (containers, busybox): rows of the same form, made of /proc/net/tcp and
 * tcp6, so that everything that reads ss reads this. Listeners stand first in those files, and asking for them alone
 * ends after the first page. What the kernel does not tell there: the backlog of a listener (told as `-`), interfaces,
 * processes, memory, and all of -i, which gets no answer; an IPv6 wildcard is taken for one of both families unless
 * IPv4 has a listener of its own on that port. Sets tc_no_ss. 4 us of CPU a socket with mawk, 20 us with busybox awk.
 */
export const SH_PROC_SS = `[ -r /proc/net/tcp ] || exit 126
tc_no_ss=1
ss() {
  case $1 in *i*) return 0 ;; esac
  tc_big=0
  case $(uname -m) in s390* | ppc | ppc64 | mips | mips64 | sparc*) tc_big=1 ;; esac
  tc_options=$1
  shift
  awk -v options="$tc_options" -v filter="$*" -v big="$tc_big" '${AWK_ADDRESSES}${AWK_ROW_OF_PROC}${AWK_PROC_SOCKETS}'
}`;

/** sh: from here on there is an `ss`, of the host or ours (the frame of the script brings it as TC_SS). */
export const SH_SS = 'command -v ss >/dev/null || eval "${TC_SS:-exit 127}"';
