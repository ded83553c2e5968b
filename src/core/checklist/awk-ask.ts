/**
 * Pieces of awk that turn lines `KIND in|out END OTHER…` of the walk into a filter for `ss`, which asks for just those
 * connections. What came in is asked for by local port, what went out by remote port, each kind behind one comparison
 * with the lowest and the highest of those ports: most of the others fail there, and the kernel is done with them. Text of a host stands in the filter only where it consists of digits, letters, dots, colons and brackets.
 */
export const AWK_ASK_FUNCTIONS = `
  function place(text,   port) {
    if (text !~ /^[][0-9a-fA-F.:]+$/) return ""
    port = port_of(text); text = substr(text, 1, length(text) - length(port) - 1)
    gsub(/[][]/, "", text); sub(/^::ffff:/, "", text)
    return (text ~ /:/ ? "[" text "]" : text) ":" port
  }
  function port_of(text) { sub(/.*:/, "", text); return text ~ /^[0-9]+$/ ? text : 0 }
  function either(dir, port, part) {
    if (!(dir in asked)) { asked[dir] = ""; first[dir] = last[dir] = port }
    asked[dir] = asked[dir] (asked[dir] == "" ? "" : " or ") "( " part " )"
    if (port < first[dir]) first[dir] = port
    if (port > last[dir]) last[dir] = port
  }
  function ask_service(   i, part, parts) {
    if ($2 == "out" && place($3) == "") return
    for (i = 4; i <= NF; i++) {
      part = $2 == "out" ? "sport = :" port_of($i) : place($i) == "" ? "" : "dst " place($i)
      if (part != "") parts = parts (parts == "" ? "" : " or ") part
    }
    if (parts != "") either($2 == "out" ? "dport" : "sport", port_of($3) + 0, ($2 == "out" ? "dst " place($3) : "sport = :" port_of($3)) " and ( " parts " )")
  }
  function ask_pairs(   i) {
    for (i = 2; i < NF; i += 2) if (place($(i + 1)) != "") either("sport", port_of($i) + 0, "sport = :" port_of($i) " and dst " place($(i + 1)))
  }
  function filter(   dir, text) {
    for (dir in asked) text = text (text == "" ? "" : " or ") "( " dir " >= :" first[dir] " and " dir " <= :" last[dir] " and ( " asked[dir] " ) )"
    return text
  }`;
