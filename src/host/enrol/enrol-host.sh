# Run as root on the host. Makes an account that reads, and one that may start one program through sudo and nothing
# else; or takes both out again. What is there already is left as it is; each line says what was done.
# shellcheck disable=SC2154 # action, mode, the accounts and the helper stand in lines that are put before this

set -uf
umask 022
LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH

HELPER=/usr/local/sbin/tcpcheck-host
SUDOERS=/etc/sudoers.d/tcpcheck
STATE=/var/lib/tcpcheck
READING='tcpcheck reading' # how an account of ours is known: its GECOS field
CHANGES='tcpcheck changes'

say() { printf '  %-6s %s\n' "$1" "$2"; }

fail() {
  say fail "$1"
  exit 1
}

dry() { [ "$mode" = dry-run ] && say would "$1"; }

need() {
  for tool; do
    command -v "$tool" >/dev/null || fail "$tool is missing on this host; install it and run this again"
  done
}

# ---------------------------------------------------------------- files

owned() { # path: mode, owner and group, as numbers
  # shellcheck disable=SC2012 # the one POSIX way to see mode and owner; the names are our own
  ls -ldn "$1" 2>/dev/null | { read -r bits _ user group _ && printf '%s %s %s' "${bits%[.+]}" "$user" "$group"; }
}

safe_folder() { # nobody but root may put other files there
  # ls: a letter for the kind, then three each for owner, group and others.
  case $(owned "$1") in
  d????-??-?' 0 '* | d????w??-?' 0 0') ;;
  d???????w?' '*) fail "anybody may write to $1; a helper for root cannot lie there" ;;
  d????w??-?' 0 '*) say warn "a group may write to $1, and so replace a helper for root: chmod g-w $1" ;;
  *) fail "$1 must be a folder of root" ;;
  esac
}

put() { # path, mode in numbers, mode in letters; the content is in wanted
  if [ "$(owned "$1")" = "$3 0 0" ] && [ ! -L "$1" ] && [ "$(cat "$1")" = "$wanted" ]; then
    say same "$1"
    return
  fi
  dry "write $1 (mode $2)" && return
  # Appears whole or not at all. A name with a dot is none that sudo reads.
  new=$1.tcpcheck-new
  rm -f "$new"
  { (umask 077 && printf '%s\n' "$wanted" >"$new") && chown 0:0 "$new" && chmod "$2" "$new" &&
    [ "$(cat "$new")" = "$wanted" ] && sync "$new" 2>/dev/null && mv -f "$new" "$1"; } || {
    rm -f "$new"
    fail "$1 could not be written"
  }
  say did "write $1 (mode $2)"
}

folder() { # path: of root, for everybody to read
  [ ! -L "$1" ] || fail "$1 is a symbolic link"
  [ "$(owned "$1")" != 'drwxr-xr-x 0 0' ] || return 0
  [ "$mode" != dry-run ] || return 0
  { mkdir -p "$1" && chown 0:0 "$1" && chmod 0755 "$1"; } || fail "$1 could not be made"
}

label() { # path: as the SELinux policy wants it
  [ "$mode" = dry-run ] || ! command -v restorecon >/dev/null || restorecon -RF "$1" 2>/dev/null || :
}

# ---------------------------------------------------------------- accounts

row() { # name: its line of passwd
  { getent passwd "$1" || grep "^$1:" /etc/passwd; } 2>/dev/null | head -n 1
}

home_of() { # name
  row "$1" | cut -d: -f6
}

purpose_of() { # name
  row "$1" | cut -d: -f5
}

account() { # name, purpose: false if there is one that is not ours
  if [ -n "$(row "$1")" ]; then
    [ "$(purpose_of "$1")" = "$2" ] || return 1
    say same "account $1"
    return 0
  fi
  dry "make the account $1 ($2)" && return 0
  if command -v useradd >/dev/null; then
    # '*' is no password; '!' would lock the account for an sshd without PAM.
    useradd --system --user-group --no-create-home --home-dir "/home/$1" --shell /bin/sh --comment "$2" \
      --password '*' "$1" || fail "the account $1 could not be made"
  else
    { adduser -S -D -H -h "/home/$1" -s /bin/sh -g "$2" "$1" && printf '%s:*\n' "$1" | chpasswd -e 2>/dev/null; } ||
      fail "the account $1 could not be made"
  fi
  say did "make the account $1 ($2)"
}

keys_file() { # name: where this sshd looks for its keys; a pattern of root's own goes before the home
  patterns=$(sshd -T -C "user=$1,host=localhost,addr=127.0.0.1" 2>/dev/null | sed -n 's/^authorizedkeysfile //p')
  for pattern in ${patterns:-.ssh/authorized_keys}; do
    case $pattern in
    none) fail "this sshd takes no authorized_keys (AuthorizedKeysFile none)" ;;
    .ssh/authorized_keys | %h/.ssh/authorized_keys) printf '%s' "${home:-/home/$1}/.ssh/authorized_keys" && return ;;
    esac
  done
  for pattern in $patterns; do
    case $pattern in
    /*%u*) printf '%s' "$pattern" | sed "s/%u/$1/g" && return ;;
    esac
  done
  fail "AuthorizedKeysFile of this sshd ($patterns) is none that can be used"
}

# Root owns home and keys: the account cannot let in anybody else, nor leave anything behind.
authorize() { # name, line of authorized_keys
  home=$(home_of "$1")
  file=$(keys_file "$1") || { printf '%s\n' "$file" && exit 1; }
  case $file in
  "${home:-/home/$1}"/*)
    folder "${home:-/home/$1}"
    folder "${file%/*}"
    ;;
  *) [ "$(owned "${file%/*}")" != '' ] || fail "${file%/*} is missing, where this sshd looks for keys" ;;
  esac
  wanted=$2
  put "$file" 0644 -rw-r--r--
  label "${file%/*}"
}

# ---------------------------------------------------------------- sudo

allow() {
  wanted="# Written by tcpcheck enroll. One program, without arguments; take it out with tcpcheck enroll --remove.
$change_user ALL=(root) NOPASSWD: $HELPER \"\""
  # Old RHEL asks for a terminal, which this account never has.
  ! grep -rqs '^[^#]*requiretty' /etc/sudoers /etc/sudoers.d || wanted="Defaults:$change_user !requiretty
$wanted"
  if [ "$mode" != dry-run ]; then
    check=$(mktemp) || fail 'mktemp failed'
    printf '%s\n' "$wanted" >"$check"
    visudo -cqf "$check" >/dev/null 2>&1 || { rm -f "$check" && fail "visudo does not take the line for $SUDOERS"; }
    rm -f "$check"
  fi
  before=$(visudo -cq >/dev/null 2>&1 && echo good)
  put "$SUDOERS" 0440 -r--r-----
  [ "$mode" != dry-run ] || return 0
  if ! visudo -cq >/dev/null 2>&1; then
    [ -z "$before" ] || rm -f "$SUDOERS"
    [ -z "$before" ] || fail "visudo finds a mistake with $SUDOERS in place; it was taken out again"
    say warn 'visudo finds a mistake in sudoers, which was there before: visudo -c'
  fi
  # What sudo makes of it, all files together.
  granted=$(sudo -n -l -U "$change_user" 2>/dev/null | grep '^ *(')
  case $granted in
  *"$HELPER"*) ;;
  *) fail "sudo does not read $SUDOERS: /etc/sudoers should have the line @includedir /etc/sudoers.d" ;;
  esac
  [ "$(printf '%s\n' "$granted" | grep -c .)" -eq 1 ] ||
    say warn "sudo lets $change_user do more than start the helper; see: sudo -l -U $change_user"
}

# ---------------------------------------------------------------- in and out

install() {
  if account "$reading_user" "$READING"; then
    authorize "$reading_user" "$reading_key"
  else
    say left "account $reading_user, which is not of our making"
  fi
  [ -n "$change_user" ] || return 0
  need sudo visudo flock sha256sum timeout setsid head
  for path in /usr /usr/local /usr/local/sbin; do safe_folder "$path"; done
  wanted=$(helper_text)
  put "$HELPER" 0755 -rwxr-xr-x
  label "$HELPER"
  account "$change_user" "$CHANGES" ||
    fail "the account $change_user is not of our making; name another one in changes: {user: …}"
  authorize "$change_user" "$change_key"
  allow
}

drop() { # path
  [ -e "$1" ] || [ -L "$1" ] || return 0
  dry "remove $1" && return
  rm -f "$1" || fail "$1 could not be removed"
  say did "remove $1"
}

drop_account() { # name, purpose
  [ -n "$(row "$1")" ] || return 0
  [ "$(purpose_of "$1")" = "$2" ] || { say left "account $1, which is not of our making" && return; }
  home=$(home_of "$1")
  file=$(keys_file "$1") || file=$home/.ssh/authorized_keys
  drop "$file"
  dry "remove the account $1" && return
  # Its key is gone, so whatever of it still runs (-f) is a session that can do nothing and ends by itself.
  { userdel "$1" || userdel -f "$1" || deluser "$1"; } >/dev/null 2>&1
  [ -z "$(row "$1")" ] || fail "the account $1 could not be removed"
  # Only what is empty: nothing of anybody else's goes with it.
  rmdir "$home/.ssh" "$home" 2>/dev/null
  say did "remove the account $1"
}

remove() {
  standing=''
  if [ -e "$HELPER" ] && [ -d "$STATE" ]; then
    status=$("$HELPER" status </dev/null 2>/dev/null)
    case $status in
    *'"open":null'*) ;;
    *) fail "a change is half done, or its state cannot be read: $HELPER status" ;;
    esac
    case $status in
    *'"armed":true'*) fail 'the timer of a change still runs; try again when it is decided' ;;
    *'"standing":[]'*) ;;
    *) standing=yes ;;
    esac
  fi
  drop "$SUDOERS"
  [ -z "$change_user" ] || drop_account "$change_user" "$CHANGES"
  drop_account "$reading_user" "$READING"
  drop "$HELPER"
  [ -d "$STATE" ] || return 0
  if [ -n "$standing" ]; then
    say left "$STATE: changes are in force, and this is how to take them back"
  elif [ -n "$(find "$STATE" -mtime -1 -name 'change.*' | head -n 1)" ]; then
    say left "$STATE: it holds changes of the last 24 hours, which must not be made again"
  else
    dry "remove $STATE" && return
    rm -rf "$STATE" && say did "remove $STATE"
  fi
}

[ "$(id -u)" = 0 ] || fail 'this must be run as root'
if [ "$action" = remove ]; then remove; else install; fi
