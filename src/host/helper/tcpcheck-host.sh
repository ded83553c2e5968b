#!/bin/sh
# tcpcheck-host: changes a few network settings of this host, all or none, at most once per change, and
# takes them back. What may be written, and how often, is decided here once more, whoever asks.
#
# usage: tcpcheck-host status|apply|confirm|keep|revert|settle|journal <ORDER        (as root)
#   status   the keys that may be changed, their values, the changes in force, and the one that is half done
#   apply    writes the new values if every old value is still there, and takes them back by itself unless
#            somebody confirms in time, who can only do so if the host can still be reached
#   confirm  gives an applied change more time, or all of it: until the next boot
#   keep     lets a confirmed change outlive the next boot, by a file of our own in /etc/sysctl.d
#   revert   puts back the old values on record, last key first, where the value is still ours
#   settle   says how the apply of a change ended; if it has not begun, it never will
#   journal  prints what is on record about a change
# The order is lines: change ID, netns INODE, then for each key: key NAME, old VALUE, new VALUE; for apply and
# confirm: hold SECONDS or hold reboot; last: end. Keys are written in this order; a later one may lean on an
# earlier one. The id alone is enough for all but apply.
#
# Prints one JSON object. Exit codes: 0 done, now or before; 10 stale: not the old values, nothing written;
# 11 busy: another call holds the lock; 12 refused by a rule; 13 put back: the kernel did not take a value,
# all old values are back; 14 undo failed: a value could not be put back; 15 foreign: somebody else changed
# a value, it was left alone; 64 order not understood; 69 a tool is missing; 73 no safe, writable journal;
# 76 another helper than the caller's; 77 not root.
#
# Installed for an account that is not root (`tcpcheck enroll`), it is the one program that sudo lets that account
# run, without arguments, and the account's key can start nothing else. All that such a key can say is then on the
# standard input, of which MAX_INPUT bytes are read: first a line `do VERB HASH`, with the SHA-256 of the helper
# that the caller was made with; then the order. Where that is another helper than this one, it takes back, and
# tells how a change ended, and does nothing else: a caller that was renewed must not be kept from undoing.
#
# Journal: one file change.ID per change in /var/lib/tcpcheck; the one in progress is called `open`, so that
# whoever comes after a killed call knows what to settle. Settings end with the boot; an entry of an earlier
# boot is only history, unless it was kept.
#
# The timer is a process of its own that apply starts before it writes anything: it sleeps until the change
# is due, and asks the journal, under the lock, whether it still is.

set -uf
umask 077
LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH

RUN=/run/tcpcheck
STATE=/var/lib/tcpcheck
KEYS='net.ipv4.tcp_tw_reuse net.core.somaxconn net.ipv4.ip_local_port_range net.ipv4.ip_local_reserved_ports
net.ipv4.tcp_syncookies net.ipv4.tcp_keepalive_time net.ipv4.tcp_keepalive_intvl net.ipv4.tcp_keepalive_probes
net.ipv4.tcp_mtu_probing net.ipv4.tcp_congestion_control'
MAX_KEYS=8       # more than any plan needs
MAX_LINES=40     # 3 per key, and some
MAX_VALUE=1000   # some shells write to /proc in pieces of 1,024 bytes, each a value of its own to the kernel
MAX_PER_HOUR=20  # more than people decide
LOCK_WAIT_S=15   # an apply takes well under one
HOLD_S=120       # unless the order says otherwise: time for a new login on a slow line
MIN_HOLD_S=5     # less would end before anybody could confirm
MAX_HOLD_S=3600  # the longest look at an effect is far shorter
MAX_LISTED=200   # entries that status looks at, newest first
MAX_INPUT=24576  # bytes that a key may send: 8 keys of two values, and some
RUN_LIMIT_S=25   # for a call by key: LOCK_WAIT_S, and far more than the work takes
KILL_AFTER_S=3   # between the polite signal, which is ignored while it writes, and the one that ends it
# Entries of the journal go when their order can't be valid any more: it is for a minute (core/change/go.ts).
PRUNE_FROM=500   # so many of the newest stay, whatever the clock of this host says
PRUNE_DAYS=90    # older ones go, if nothing of them is in force or open
CROWD_FROM=5000  # when there are so many, those older than a day go
MAX_ENTRIES=20000 # no new ones beyond: only somebody who wants the disk full makes so many
MAX_PRUNED=100   # looked at in one call, which has the lock
DUE_AGAIN_S=5    # the timer's next try when the lock is taken or the journal cannot be read
KEPT=/etc/sysctl.d/99-tcpcheck.conf

# Plans are kept in numbered variables, since POSIX sh has no arrays: o_... is the order, e_... an entry of
# the journal, and get copies the nth setting of one to these four.
key='' old='' new='' path='' nth=0 said=''
o_change='' o_netns='' o_count=0 o_hold=''
e_change='' e_netns='' e_count=0

# ---------------------------------------------------------------- answers

text() { # a text as a JSON string
  printf '"%s"' "$(printf '%s' "$1" | tr -c ' -~' '?' | sed 's/[\\"]/\\&/g')"
}

reply() { # exit code, outcome, further fields
  printf '{"outcome":"%s"%s}\n' "$2" "${3:-}"
  exit "$1"
}

refuse() { # code, message, exit code
  reply "${3:-12}" refused ",\"code\":$(text "$1"),\"message\":$(text "$2")"
}

differs() { # exit code, outcome; what differs is in bad, wanted and found, and in said why the kernel did not take it
  reply "$1" "$2" ",\"key\":$(text "$bad"),\"wanted\":$(text "$wanted"),\"found\":$(text "$found")${said:+,\"why\":$(text "$said")}"
}

values() { # plan: the live values of its keys
  list='' i=1
  while get "$1" "$i"; do
    live
    list="$list${list:+,}{\"key\":$(text "$key"),\"value\":$(text "$now")}"
    i=$((i + 1))
  done
  printf ',"values":[%s]' "$list"
}

# ---------------------------------------------------------------- plans and live values

get() { # plan, n: false beyond the last setting
  eval "[ $2 -le \"\$$1_count\" ]" || return 1
  eval "key=\$$1_key_$2 old=\$$1_old_$2 new=\$$1_new_$2"
  path=/proc/sys/$(printf '%s' "$key" | tr . /)
}

live() { # sets now to the value at path, blanks normalised
  # Not by `read`: it asks for a byte at a time, and /proc/sys answers the first time only.
  now=$(cat "$path" 2>/dev/null) || now='(unreadable)'
  # shellcheck disable=SC2086 # splitting is wanted; globbing is off
  set -- $now
  now=$*
}

other_than() { # old or new, plan: true if a live value is another; the last such one is in bad, wanted and found
  eval "i=\$$2_count"
  while [ "$i" -ge 1 ]; do
    get "$2" "$i"
    live
    eval "wanted=\$$1"
    [ "$now" = "$wanted" ] || { bad=$key found=$now && return 0; }
    i=$((i - 1))
  done
  return 1
}

read_plan() { # plan: takes it from the standard input
  part=key lines=0 line=''
  eval "$1_change='' $1_netns='' $1_count=0 $1_hold=''"
  while IFS= read -r line; do
    lines=$((lines + 1))
    [ "$1" = e ] || [ "$lines" -le "$MAX_LINES" ] || return 1
    [ "$1:$line" != o:end ] || break
    take_line "$1" "${line%% *}" "${line#* }" || return 1
  done
  [ "$part" = key ] && { [ "$1" = e ] || [ "$line" = end ]; } && eval "[ -n \"\$$1_change\" ]"
}

take_line() { # plan, first word, rest; the grammar is narrower than anything a shell could stumble on
  eval "nth=\$(($1_count + 1))"
  case $2 in
  change)
    case $3 in *[!A-Za-z0-9_-]* | [!A-Za-z0-9]* | '') return 1 ;; esac
    [ "${#3}" -le 63 ] && eval "$1_change=\$3"
    ;;
  netns)
    number "$3" && eval "$1_netns=\$3"
    ;;
  hold)
    [ "$1" = o ] && { [ "$3" = reboot ] || number "$3"; } && o_hold=$3
    ;;
  key)
    case $3 in *[!a-z0-9_.]* | '') return 1 ;; esac
    [ "$part" = key ] && [ "$nth" -le "$MAX_KEYS" ] && part=old && eval "$1_key_$nth=\$3"
    ;;
  old | new)
    # Small letters and _ are for names of congestion control (TCP_CA_NAME_MAX 16).
    case $3 in *[!a-z0-9_\ ,-]*) return 1 ;; esac
    [ "$part" = "$2" ] && [ "${#3}" -le "$MAX_VALUE" ] && eval "$1_$2_$nth=\$3" || return 1
    if [ "$2" = old ]; then part=new; else part=key && eval "$1_count=$nth"; fi
    ;;
  *)
    [ "$1" = e ] && note "$2" "$3"
    ;;
  esac
}

# ---------------------------------------------------------------- what may be written at all

number() { # as the kernel prints it
  case $1 in *[!0-9]* | 0?* | ???????????* | '') return 1 ;; esac
}

pair() {
  number "${1%% *}" && number "${1#* }"
}

ports() { # nothing, or a,b-c,...
  rest=$1
  while [ -n "$rest" ]; do
    item=${rest%%,*}
    first=${item%%-*} last=${item#*-}
    number "$first" && number "$last" || return 1
    [ 1 -le "$first" ] && [ "$first" -le "$last" ] && [ "$last" -le 65535 ] || return 1
    [ "$rest" != "$item" ] || return 0
    rest=${rest#*,}
    [ -n "$rest" ] || return 1
  done
}

lowered() { # old, new, lowest, highest
  number "$1" && number "$2" && [ "$3" -le "$2" ] && [ "$2" -le "$4" ] && [ "$2" -lt "$1" ]
}

reserves() { # new, old: every port of the old list is in the new one, whose spans do not touch one another
  rest=$2
  while [ -n "$rest" ]; do
    item=${rest%%,*}
    first=${item%%-*} last=${item#*-} held=''
    others=$1
    while [ -n "$others" ]; do
      other=${others%%,*}
      [ "${other%%-*}" -le "$first" ] && [ "$last" -le "${other#*-}" ] && held=yes && break
      [ "$others" != "$other" ] || break
      others=${others#*,}
    done
    [ -n "$held" ] || return 1
    [ "$rest" != "$item" ] || return 0
    rest=${rest#*,}
  done
}

allowed() { # key, old, new: bounds, and only the direction that can help; the catalogue of tcpcheck has the same
  case $1 in
  net.ipv4.tcp_tw_reuse)
    case $2-$3 in 0-1 | 2-1) ;; *) false ;; esac
    ;;
  net.ipv4.tcp_syncookies | net.ipv4.tcp_mtu_probing)
    [ "$2-$3" = 0-1 ]
    ;;
  net.ipv4.tcp_congestion_control)
    case $2-$3 in reno-bbr | cubic-bbr | dctcp-bbr | htcp-bbr | vegas-bbr | westwood-bbr) ;; *) false ;; esac
    ;;
  net.core.somaxconn)
    # Linux 3.10 keeps the queue in 16 bits: 65535 is never full there.
    number "$2" && number "$3" && [ 128 -le "$3" ] && [ "$3" -le 32768 ] && [ "$2" -lt "$3" ]
    ;;
  net.ipv4.tcp_keepalive_time)
    lowered "$2" "$3" 60 32767
    ;;
  net.ipv4.tcp_keepalive_intvl)
    lowered "$2" "$3" 5 32767
    ;;
  net.ipv4.tcp_keepalive_probes)
    lowered "$2" "$3" 2 127
    ;;
  net.ipv4.ip_local_port_range)
    pair "$2" && pair "$3" || return 1
    low=${3%% *} high=${3#* }
    [ 1024 -le "$low" ] && [ "$high" -le 65535 ] && [ $((high - low)) -ge 999 ] &&
      [ "$low" -le "${2%% *}" ] && [ "${2#* }" -le "$high" ]
    ;;
  net.ipv4.ip_local_reserved_ports)
    ports "$2" && ports "$3" && reserves "$3" "$2"
    ;;
  *)
    false
    ;;
  esac
}

check_hold() { # seconds only, or the timer would never end what it guards
  { number "$o_hold" && [ "$MIN_HOLD_S" -le "$o_hold" ] && [ "$o_hold" -le "$MAX_HOLD_S" ]; } ||
    refuse order "hold takes $MIN_HOLD_S to $MAX_HOLD_S seconds" 64
}

check_order() {
  { [ -n "$o_netns" ] && [ "$o_count" -gt 0 ]; } || refuse order 'the order names no key or no netns' 64
  o_hold=${o_hold:-$HOLD_S}
  check_hold
  i=1 seen=' '
  while get o "$i"; do
    case $seen in *" $key "*) refuse order "$key occurs twice" 64 ;; esac
    seen="$seen$key "
    [ "$old" != "$new" ] || refuse no-change "$key would not change"
    allowed "$key" "$old" "$new" || refuse not-allowed "$key must not be set from '$old' to '$new'"
    [ -e "$path" ] || refuse no-such-key "this kernel has no $key"
    i=$((i + 1))
  done
}

check_cap() {
  at=$(date +%s) recent=$at used=0
  [ ! -e "$STATE/recent" ] || while read -r past; do
    if number "$past" && [ "$past" -gt $((at - 3600)) ]; then
      recent="$recent $past" used=$((used + 1))
    fi
  done <"$STATE/recent"
  [ "$used" -lt "$MAX_PER_HOUR" ] || refuse cap "this host takes $MAX_PER_HOUR changes an hour, and had them"
  recent=$(printf '%s' "$recent" | tr ' ' '\n')
}

# ---------------------------------------------------------------- folders and lock

private_folder() {
  [ ! -L "$1" ] || refuse unsafe-folder "$1 is a symbolic link" 73
  [ -d "$1" ] || { mkdir -m 0700 "$1" 2>/dev/null && flush "${1%/*}"; }
  # shellcheck disable=SC2012 # the one POSIX way to see mode and owner; the name is our own
  ls -ldn "$1" 2>/dev/null | {
    read -r mode _ owner _
    case "$mode $owner" in 'drwx------ 0' | 'drwx------. 0') ;; *) false ;; esac
  } || refuse unsafe-folder "$1 must be a folder of root with mode 0700" 73
}

enter() { # from here on this call is the only one on the host, and nothing is half done
  [ "$(id -u)" = 0 ] || refuse not-root 'only root may change settings' 77
  # A lost connection must not stop us half-way.
  trap '' HUP INT TERM PIPE
  private_folder "$RUN"
  private_folder "$STATE"
  boot=$(cat /proc/sys/kernel/random/boot_id)
  here=$(readlink /proc/self/ns/net)
  here=${here#*\[}
  here=${here%\]}
  [ ! -L "$RUN/lock" ] || refuse unsafe-folder "$RUN/lock is a symbolic link" 73
  { : >>"$RUN/lock"; } 2>/dev/null || refuse unsafe-folder "$RUN/lock cannot be opened" 73
  exec 9>>"$RUN/lock"
  until=$(($(date +%s) + LOCK_WAIT_S))
  until flock -n 9 2>/dev/null; do
    [ "$?" -eq 1 ] || refuse no-flock 'flock is missing; it comes with util-linux' 69
    [ "$(date +%s)" -lt "$until" ] || reply 11 busy
    sleep 0.1 2>/dev/null || sleep 1
  done
  settle_open
  said=''
}

# ---------------------------------------------------------------- journal

flush() { # file or folder: to the disk; a sync that knows no arguments (coreutils < 8.24) flushes everything
  sync "$1" 2>/dev/null
}

write_file() { # name, text: on disk as a whole, or not at all
  if { printf '%s\n' "$2" >"$STATE/new"; } 2>/dev/null && [ "$(cat "$STATE/new")" = "$2" ] &&
    flush "$STATE/new" && mv -f "$STATE/new" "$STATE/$1" && flush "$STATE"; then
    return 0
  fi
  rm -f "$STATE/new"
  refuse journal "$STATE cannot be written" 73
}

entry() { # fence, state: the order as an entry
  printf 'tcpcheck-journal 1\nchange %s\nfence %s\nboot %s\n' "$o_change" "$1" "$boot"
  printf 'netns %s\nbegan %s\n' "$here" "$(date +%s)"
  uptime
  printf 'armed %s\n' $((up + ${o_hold:-$HOLD_S}))
  i=1
  while get o "$i"; do
    printf 'key %s\nold %s\nnew %s\n' "$key" "$old" "$new"
    i=$((i + 1))
  done
  printf 'state %s\n' "$2"
}

load() { # file name: the entry becomes e_...
  e_fence=0 e_boot='' e_began=0 e_state='' e_top=0 e_done='' e_undone=' ' took='(nothing)'
  e_why='' e_wanted='' e_found='' e_error='' e_armed='' e_kept='' e_by=''
  { read_plan e <"$STATE/$1" && [ -n "$e_state" ]; } || refuse journal "$STATE/$1 is damaged" 73
}

note() { # first word, rest: what an entry says beside its plan
  case "$1 $2" in
  fence\ *) e_fence=$2 ;;
  boot\ *) e_boot=$2 ;;
  began\ *) e_began=$2 ;;
  why\ *) e_why=$2 ;;
  wanted\ *) e_wanted=$2 ;;
  found\ *) e_found=$2 ;;
  error\ *) e_error=$2 ;;
  armed\ *) e_armed=$2 ;;
  'held reboot') e_armed='' ;;
  'kept yes') e_kept=yes ;;
  'kept no') e_kept='' ;;
  'state undoing timer') e_state=undoing e_by=timer ;;
  'state writing '*) e_state=writing e_top=${2#* } ;;
  'state written '*) ;;
  'state undone '*) e_undone="$e_undone${2#* } " ;;
  'state done') e_state=applied e_done=yes e_top=$e_count ;;
  state\ *) e_state=$2 ;;
  esac
}

mark() { # the blank line keeps it apart from a line that a full disk cut off
  { printf '\nstate %s\n' "$1" >>"$STATE/open"; } 2>/dev/null
}

add() { # line: to the finished entry that is loaded
  { printf '\n%s\n' "$1" >>"$STATE/change.$e_change"; } 2>/dev/null && flush "$STATE/change.$e_change"
}

finish() {
  mv -f "$STATE/open" "$STATE/change.$e_change" && flush "$STATE"
}

on_record() { # then the entry is loaded
  [ -e "$STATE/change.$o_change" ] || return 1
  load "change.$o_change"
  [ "$o_count" -gt 0 ] && [ "$e_state" != barred ] || return 0
  [ "$o_count" -eq "$e_count" ] || refuse other-plan 'another plan is on record under this id'
  i=1
  while get o "$i"; do
    wanted=$key:$old:$new
    get e "$i"
    [ "$wanted" = "$key:$old:$new" ] || refuse other-plan 'another plan is on record under this id'
    i=$((i + 1))
  done
}

check_room() { # for one more entry
  [ "$entries" -lt "$MAX_ENTRIES" ] || refuse journal-full "$STATE holds $MAX_ENTRIES entries; look who makes them" 73
}

over() { # file name: true if nothing of the entry is in force or waits for a person; a damaged one does
  (
    load "$1" >/dev/null
    case $e_state in
    barred | put-back | reverted) ;;
    applied | undo-failed | foreign) [ "$e_boot" != "$boot" ] && [ -z "$e_kept" ] ;;
    *) false ;;
    esac
  )
}

prune() { # sets entries; oldest first by their last line, so that it stops at the first that is too young
  # shellcheck disable=SC2010,SC2012 # the names are our own: letters, digits, dashes
  entries=$(ls "$STATE" | grep -c '^change\.')
  [ "$entries" -gt "$PRUNE_FROM" ] || return 0
  days=$PRUNE_DAYS old_ones=$((entries - PRUNE_FROM)) gone=0
  [ "$entries" -le "$CROWD_FROM" ] || days=1
  [ "$old_ones" -le "$MAX_PRUNED" ] || old_ones=$MAX_PRUNED
  # shellcheck disable=SC2010,SC2012
  for file in $({ ls -tr "$STATE" | grep '^change\.' | head -n "$old_ones"; } 2>/dev/null); do
    [ -n "$(find "$STATE/$file" -mtime "+$days" 2>/dev/null)" ] || break
    over "$file" && rm -f "$STATE/$file" && gone=$((gone + 1))
  done
  entries=$((entries - gone))
}

bar() { # a call that is still on its way must find that the change was given up
  prune
  check_room
  write_file "change.$o_change" "$(entry 0 barred)"
}

settle_open() { # what a killed call left behind
  [ -e "$STATE/open" ] || return 0
  load open
  goal=${e_done:+reverted}
  goal=${goal:-put-back}
  case $e_state in
  applied | reverted | put-back | undo-failed | foreign) finish ;;
  *)
    if [ "$e_boot" != "$boot" ] && [ -z "$e_kept" ]; then
      mark "$goal" && finish
    elif [ "$e_boot" != "$boot" ]; then
      take_back "$goal"
    elif [ "$e_netns" = "$here" ]; then
      take_back "$goal"
    else
      refuse open-elsewhere "$STATE/open belongs to network namespace $e_netns; settle it there"
    fi
    ;;
  esac
}

# ---------------------------------------------------------------- writing and taking back

put() { # value: to path; said is the kernel's reason where it does not take it
  # By cat, since some shells say of a write that failed only that it did.
  said=$(printf '%s\n' "$1" 2>/dev/null | { cat >"$path"; } 2>&1)
  said=${said##*: }
}

undo() { # last key first. 1: not restored, 2: foreign; it stops there, as earlier keys may protect later ones
  n=$e_top
  while [ "$n" -ge 1 ]; do
    get e "$n"
    live
    case $e_undone in *" $n "*) now=$old ;; esac
    if [ "$now" != "$old" ]; then
      [ "$now" = "$new" ] || [ "$n $now" = "$took" ] || {
        bad=$key wanted=$new found=$now
        return 2
      }
      put "$old"
      live
      [ "$now" = "$old" ] || {
        bad=$key wanted=$old found=$now
        return 1
      }
    fi
    mark "undone $n"
    n=$((n - 1))
  done
}

take_back() { # what the entry is called when everything is back. A full disk does not stop it
  mark "undoing${e_by:+ $e_by}"
  undo && forget
  case $? in 0) e_state=$1 ;; 1) e_state=undo-failed ;; *) e_state=foreign ;; esac
  mark "$e_state" && finish
}

answer_entry() { # how the apply of the loaded entry ended
  case $e_state in
  applied)
    [ "$e_boot" = "$boot" ] || [ -n "$e_kept" ] ||
      refuse rebooted 'the host was started anew since; this change ended with that boot'
    ! other_than new e || differs 15 foreign
    reply 0 already "$(values e)"
    ;;
  undo-failed)
    ! other_than old e || differs 14 undo-failed
    ;;
  foreign)
    ! other_than old e || { wanted=$new && differs 15 foreign; }
    ;;
  reverted)
    [ "$e_by" != timer ] || refuse timed-out 'nobody confirmed this change in time, so the host took it back'
    refuse taken-back 'this change was taken back and is not applied again'
    ;;
  barred) refuse barred 'this change was given up before it began and is not applied any more' ;;
  put-back) ;;
  *) refuse journal "$STATE/change.$e_change is damaged" 73 ;;
  esac
  get e 1
  bad=${e_why:-$key} wanted=${e_wanted:-$new} found=${e_found:-$old} said=$e_error
  differs 13 put-back
}

# ---------------------------------------------------------------- the timer

uptime() { # sets up to the seconds since boot, which no clock setting moves
  read -r up _ </proc/uptime
  up=${up%%.*}
}

start_timer() { # seconds. A second one beside an earlier one is harmless: both only ask whether it is due
  case $0 in /*) ;; *) return 1 ;; esac
  [ -r "$0" ] || return 1
  # Where logind ends what a login leaves behind (KillUserProcesses=yes), only a unit of its own survives.
  if [ -d /run/systemd/system ] && [ "$(readlink /proc/1/ns/net)" = "net:[$here]" ] &&
    systemd-run --quiet --collect "--unit=tcpcheck-$e_change-$fence" \
      /bin/sh "$0" watch "$e_change" "$1" </dev/null >/dev/null 2>&1 9>&-; then
    return 0
  fi
  # It answers once it runs, and lets go of the pipe.
  [ "$(setsid /bin/sh "$0" watch "$e_change" "$1" </dev/null 2>/dev/null 9>&- &)" = watching ]
}

watch() { # change, seconds: sleeps, and asks again as long as it is not due
  trap '' HUP
  echo watching
  exec >/dev/null
  left=$2
  while number "$left"; do
    sleep "$left"
    left=$(printf 'change %s\nend\n' "$1" | /bin/sh "$0" due)
    # Busy, or the journal cannot be read: whatever it is, this change must end.
    case $? in 0) ;; *) left=$DUE_AGAIN_S ;; esac
  done
}

due() { # prints the seconds that are left; nothing when this change needs no timer any more
  enter
  on_record || exit 0
  { [ "$e_state" = applied ] && [ "$e_boot" = "$boot" ] && [ -n "$e_armed" ]; } || exit 0
  uptime
  if [ "$up" -lt "$e_armed" ]; then
    echo $((e_armed - up))
    exit 0
  fi
  mv -f "$STATE/change.$e_change" "$STATE/open"
  e_by=timer
  take_back reverted
  exit 0
}

# ---------------------------------------------------------------- the file that outlives a boot

# Our file is a list of blocks: a line `# change ID`, then lines `key = value`. A later block wins, as in any
# file of sysctl.d(5), so that a block can be taken out and what it had covered holds again.

our_line() { # line
  case $1 in
  '# Written by tcpcheck'*) ;;
  '# change '*) case ${1#\# change } in *[!A-Za-z0-9_-]*) return 1 ;; esac ;;
  *\ =\ *) case ${1%% = *} in *[!a-z0-9_.]*) return 1 ;; esac ;;
  *) return 1 ;;
  esac
}

others() { # prints the blocks of all changes but the loaded one; false if the file holds what is not ours
  [ -e "$KEPT" ] || return 0
  [ ! -L "$KEPT" ] || return 1
  mine=''
  while IFS= read -r line; do
    our_line "$line" || return 1
    case $line in
    '# Written'*) continue ;;
    "# change $e_change") mine=yes ;;
    '# change '*) mine='' ;;
    esac
    [ -n "$mine" ] || printf '%s\n' "$line"
  done <"$KEPT"
}

block() { # the loaded change
  printf '# change %s\n' "$e_change"
  i=1
  while get e "$i"; do
    printf '%s = %s\n' "$key" "$new"
    i=$((i + 1))
  done
}

write_kept() { # text: as our file, whole or not at all; without text the file goes
  if [ -z "$1" ]; then
    rm -f "$KEPT" && flush "${KEPT%/*}"
    return
  fi
  # A name that does not end in .conf is no setting to anybody who reads the folder.
  whole="# Written by tcpcheck: changes that people decided to keep. Take one back with tcpcheck, not here.
$1"
  if (umask 022 && printf '%s\n' "$whole" >"$KEPT.new") 2>/dev/null && [ "$(cat "$KEPT.new")" = "$whole" ] &&
    flush "$KEPT.new" && mv -f "$KEPT.new" "$KEPT" && flush "${KEPT%/*}"; then
    return 0
  fi
  rm -f "$KEPT.new"
  return 1
}

root_folder() { # nobody else may put files there
  # shellcheck disable=SC2012 # the one POSIX way to see mode and owner; the name is our own
  [ ! -L "$1" ] && ls -ldn "$1" 2>/dev/null | {
    read -r mode _ owner _
    case "$mode $owner" in d????-??-?*\ 0) ;; *) false ;; esac
  }
}

forget() { # takes the loaded change out of our file; true where it is not in it
  [ -n "$e_kept" ] || return 0
  if rest=$(others) && write_kept "$rest"; then
    return 0
  fi
  bad=$KEPT wanted="without change $e_change" found='could not be written'
  return 1
}

# ---------------------------------------------------------------- verbs

apply() {
  check_order
  enter
  bad=netns wanted=$o_netns found=$here
  [ "$found" = "$wanted" ] || differs 10 stale
  ! on_record || answer_entry
  ! other_than old o || differs 10 stale
  check_cap
  prune
  check_room
  fence=$(cat "$STATE/fence" 2>/dev/null)
  number "$fence" || fence=0
  fence=$((fence + 1))
  write_file recent "$recent"
  write_file fence "$fence"
  write_file open "$(entry "$fence" begun)"
  load open
  n=1
  while get e "$n"; do
    e_why=timer e_wanted=running e_found='not started'
    [ "$n" -gt 1 ] || start_timer "$o_hold" || break
    e_why=journal e_wanted=writable e_found='full or failing'
    mark "writing $n" || break
    e_top=$n e_why=$key e_wanted=$new
    put "$new"
    live
    took="$n $now" e_found=$now e_error=$said
    [ "$now" = "$new" ] || break
    mark "written $n"
    n=$((n + 1))
  done
  if [ "$n" -gt "$e_count" ]; then
    e_why=journal e_wanted=writable e_found='full or failing'
    if mark 'done' && flush "$STATE/open"; then
      finish
      reply 0 applied ",\"fence\":$fence,\"hold\":$o_hold$(values e)"
    fi
  fi
  { printf '\nwhy %s\nwanted %s\nfound %s\nerror %s\n' "$e_why" "$e_wanted" "$e_found" "$e_error" >>"$STATE/open"; } 2>/dev/null
  take_back put-back
  answer_entry
}

in_force() { # or it says why not; then the entry is loaded
  enter
  on_record || refuse not-begun 'the host has not begun this change'
  [ "$e_state" = applied ] || answer_entry
  [ "$e_boot" = "$boot" ] || [ -n "$e_kept" ] || answer_entry
  ! other_than new e || differs 15 foreign
}

confirm() {
  [ "$o_hold" = reboot ] || check_hold
  in_force
  fence=$e_fence
  uptime
  if [ "$o_hold" = reboot ]; then
    [ -z "$e_armed" ] || add 'held reboot' || refuse journal "$STATE cannot be written" 73
  elif [ -n "$e_armed" ]; then
    add "armed $((up + o_hold))" || refuse journal "$STATE cannot be written" 73
    # The first timer may have been killed.
    start_timer "$o_hold" || refuse no-timer 'the timer could not be started' 69
  fi
  reply 0 confirmed "$(values e)"
}

keep() {
  in_force
  [ -z "$e_armed" ] || refuse not-confirmed 'the timer of this change still runs; confirm it first'
  kept=",\"file\":$(text "$KEPT")$(values e)"
  [ -z "$e_kept" ] || reply 0 kept "$kept"
  root_folder "${KEPT%/*}" || refuse unsafe-folder "${KEPT%/*} must be a folder that only root may write" 73
  rest=$(others) || refuse foreign-file "$KEPT holds lines that are not ours; it was left alone"
  # Noted first: a roll back after a kill in between looks into the file.
  add 'kept yes' || refuse journal "$STATE cannot be written" 73
  if ! write_kept "$rest${rest:+
}$(block)"; then
    add 'kept no'
    refuse journal "$KEPT cannot be written" 73
  fi
  reply 0 kept "$kept"
}

revert() {
  enter
  if ! on_record; then
    bar
    e_state=barred
  fi
  case $e_state in
  barred)
    ! other_than old o || differs 15 foreign
    reply 0 already "$(values o)"
    ;;
  reverted | put-back)
    reply 0 already "$(values e)"
    ;;
  esac
  if [ "$e_boot" != "$boot" ] && [ -z "$e_kept" ]; then
    ! other_than old e || differs 15 foreign
    reply 0 already "$(values e)"
  fi
  # An inode of an earlier boot says nothing.
  [ "$e_netns" = "$here" ] || [ "$e_boot" != "$boot" ] || refuse other-netns "the change was made in network namespace $e_netns"
  # If this call is killed from here on, the next one finishes it.
  mv -f "$STATE/change.$e_change" "$STATE/open"
  take_back reverted
  case $e_state in
  undo-failed) differs 14 undo-failed ;;
  foreign) differs 15 foreign ;;
  esac
  reply 0 rolled-back "$(values e)"
}

settle() {
  enter
  ! on_record || answer_entry
  bar
  refuse not-begun 'the host had not begun this change, and will not begin it any more'
}

about() { # the loaded entry, as fields
  list='' i=1
  while get e "$i"; do
    list="$list${list:+,}{\"key\":$(text "$key"),\"from\":$(text "$old"),\"to\":$(text "$new")}"
    i=$((i + 1))
  done
  printf '"change":%s,"state":%s,"fence":%s' "$(text "$e_change")" "$(text "$e_state")" "$(text "$e_fence")"
  printf ',"boot":%s,"netns":%s,"began":%s' "$(text "$e_boot")" "$(text "$e_netns")" "$(text "$e_began")"
  printf ',"by":%s,"armed":%s,"kept":%s' "$(text "$e_by")" "$([ -n "$e_armed" ] && echo true || echo false)" \
    "$([ -n "$e_kept" ] && echo true || echo false)"
  printf ',"settings":[%s]' "$list"
}

journal() {
  file=change.$o_change
  [ -e "$STATE/$file" ] || file=open
  [ -e "$STATE/$file" ] || reply 0 absent
  load "$file"
  [ "$e_change" = "$o_change" ] || reply 0 absent
  reply 0 journal ",$(about)"
}

standing() { # the changes in force, newest first
  boot=$(cat /proc/sys/kernel/random/boot_id)
  # shellcheck disable=SC2012 # the names are our own: letters, digits, dashes
  ls -t "$STATE" 2>/dev/null | head -n "$MAX_LISTED" | {
    comma=''
    while read -r file; do
      case $file in change.*) ;; *) continue ;; esac
      load "$file"
      [ "$e_state" = applied ] || continue
      [ "$e_boot" = "$boot" ] || [ -n "$e_kept" ] || continue
      printf '%s{%s}' "$comma" "$(about)"
      comma=,
    done
  }
}

status() {
  [ "$(id -u)" = 0 ] || refuse not-root 'only root may read the journal' 77
  part=key open=null MAX_KEYS=99 # names to look at, not a plan
  [ ! -e "$STATE/open" ] || { load open && open=$(text "$e_change"); }
  for name in $KEYS; do
    take_line o key "$name" && take_line o old '' && take_line o new ''
  done
  reply 0 status ",\"now\":$(date +%s),\"open\":$open$(values o),\"standing\":[$(standing)]"
}

# ---------------------------------------------------------------- by key

by_key() {
  for tool in timeout sha256sum head; do
    command -v "$tool" >/dev/null || refuse "no-$tool" "$tool is missing; it comes with coreutils" 69
  done
  head -c "$MAX_INPUT" | timeout -k "$KILL_AFTER_S" "$RUN_LIMIT_S" /bin/sh "$0" ordered
}

ordered() { # sets verb
  IFS= read -r line || line=''
  case $line in 'do '*' '*) ;; *) usage ;; esac
  line=${line#do } verb=${line%% *}
  own=$(sha256sum "$0") own=${own%% *}
  case $verb in
  revert | settle | journal) ;;
  status | apply | confirm | keep)
    [ "${line#* }" = "$own" ] ||
      refuse other-helper "the helper on this host is another one (SHA-256 $own) than the caller's" 76
    ;;
  *) usage ;;
  esac
}

usage() {
  refuse usage 'verbs: status, apply, confirm, keep, revert, settle, journal' 64
}

verb=${1:-}
[ "$verb" != ordered ] || ordered
case $verb in
'') by_key ;;
status) status ;;
watch) watch "${2:-}" "${3:-}" ;;
apply | confirm | keep | revert | settle | journal | due)
  read_plan o || refuse order "line $lines of the order is not understood, or the order was cut off" 64
  "$verb"
  ;;
*) usage ;;
esac
