/**
 * timeout(1) in its three dialects: coreutils and newer busybox, older busybox, busybox before 1.30; or none. Whoever
 * started the script may have found out already, and says so in TC_LIMIT.
 */
export const SH_LIMIT = `case \${TC_LIMIT-} in
  'timeout -k') tc_limit() { timeout -k 1 "$@"; } ;;
  *) if timeout -k 1 1 true 2>/dev/null; then tc_limit() { timeout -k 1 "$@"; }
    elif timeout 1 true 2>/dev/null; then tc_limit() { timeout "$@"; }
    elif timeout -t 1 true 2>/dev/null; then tc_limit() { timeout -t "$@"; }
    else tc_limit() { shift; "$@"; }
    fi ;;
esac`;

/**
 * Functions that run one check and print its section: `tc_here ID SAMPLE CAP TEXT` in a subshell of this shell,
 * `tc_apart ID SAMPLE CAP SECONDS TEXT` in a shell of its own under a time limit, and `tc_capped` the same through
 * `head`, so that a flood ends with SIGPIPE. `tc_short ID SAMPLE CAP TEXT` prints one only where TEXT succeeds. Starting a
 * process costs the host more than most checks do (0.5 ms to 1 ms each), hence the three ways.
 *
 * The output is held until the check is done, which gives its exit status and whether it was cut before the first line
 * of it is printed, and needs no file. In `tc_capped` descriptor 4 brings the exit status past `head`, descriptor 3 the
 * output past that.
 */
export const SH_SECTIONS = `tc_begin() {
  tc_clock
  tc_begun=$tc_cs
}
tc_tell() {
  case $tc_exit in 137 | 143) tc_exit=124 ;; esac
  tc_cut=0
  [ "\${#tc_text}" -le "$3" ] || {
    tc_cut=1
    tc_text=$(printf '%s' "$tc_text" | head -c "$(($3 + 1))")
  }
  tc_clock
  printf '%s\\n' "\${tc_mark}begin $1 $2 $tc_exit $(((tc_cs - tc_begun) * 10)) $tc_cut" "$tc_text" "\${tc_mark}end $1 $2"
}
tc_here() {
  tc_begin
  tc_text=$(eval "$4" 2>/dev/null)
  tc_exit=$?
  [ -z "$tc_text" ] || tc_text=$tc_text$tc_nl
  tc_tell "$1" "$2" "$3"
}
tc_short() {
  tc_begin
  tc_text=$(eval "$4" 2>/dev/null) || return
  tc_exit=0
  tc_text=$tc_text$tc_nl
  tc_tell "$1" "$2" "$3"
}
tc_split() {
  tc_exit=\${tc_text##*"$tc_nl"}
  tc_text=\${tc_text%"$tc_nl"*}
}
tc_apart() {
  tc_begin
  tc_text=$(tc_limit "$4" /bin/sh -c "$5" 2>/dev/null; printf '\\n%s' "$?")
  tc_split
  tc_tell "$1" "$2" "$3"
}
tc_capped() {
  tc_begin
  tc_text=$(
    { tc_exit=$({ { tc_limit "$4" /bin/sh -c "$5" 2>/dev/null 3>&- 4>&-; echo "$?" >&4; } | head -c "$(($3 + 1))" >&3; } 4>&1); } 3>&1
    printf '\\n%s' "$tc_exit"
  )
  tc_split
  tc_tell "$1" "$2" "$3"
}`;
