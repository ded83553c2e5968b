import { persistedSettings } from '../../sysctl/persisted.ts';
import type { Check, Contribution, Samples } from '../check.ts';
import { settingOwnersLook } from '../setting-owners-look.ts';
import { SH_OVER, SH_UID } from '../shell-text.ts';
import { SETTING_KEYS } from './settings.ts';

/** Programs that set kernel settings by themselves while the machine runs. */
const DAEMONS = ['tuned', 'bpftune', 'kube-proxy', 'kubelet', 'k3s-server', 'k3s-agent', 'rke2'];
/** A profile of tuned includes another, and that one a third; deeper ones are not known to exist. */
const MAX_PROFILES = 12;

/** What each setting will be after the next boot, and who else on the host sets some. */
export const settingOwners: Check = {
  id: 'setting-owners',
  title: { en: 'settings after a reboot', ko: '재부팅 후 설정' },
  samples: 'first',
  core: false,
  capBytes: 32_768,
  timeoutS: 5,
  mayFlood: true,
  cost: 'two short processes, seven with tuned: one grep over the sysctl.d files, one over the name of every process (10 us each)',
  // -f: a FIFO would never end. A link to nothing is an empty file, but only root knows that there is nothing.
  script: `${SH_OVER}
${SH_UID}
set --
take() {
  if [ -r "$1" ]; then echo "file $1"
  elif [ ! -e "$1" ] && tc_uid && [ "$tc_uid" = 0 ]; then echo "file $1"
  else echo "denied $1"
  fi
}
if [ -d /run/systemd/system ]; then echo 'boot systemd'; else echo 'boot procps'; fi
for dir in /etc/sysctl.d /run/sysctl.d /usr/local/lib/sysctl.d /usr/lib/sysctl.d /lib/sysctl.d; do
  [ -d "$dir" ] || continue
  if [ ! -r "$dir" ] || [ ! -x "$dir" ]; then echo "denied $dir/"; continue; fi
  for file in "$dir"/*.conf; do
    { [ -e "$file" ] || [ -L "$file" ]; } || continue
    take "$file"
    [ ! -f "$file" ] || set -- "$@" "$file"
  done
done
if [ -f /etc/sysctl.conf ]; then
  take /etc/sysctl.conf
  set -- "$@" /etc/sysctl.conf
fi
[ "$#" = 0 ] || grep -sHE '^[[:space:]]*-?[[:space:]]*(net|fs)[./]' "$@" |
  while IFS= read -r line; do printf 'line %s\\n' "$line"; done
words=
read -r words </proc/cmdline
set -f
for word in $words; do
  case $word in sysctl[./]net[./]* | sysctl[./]fs[./]*) printf 'boot-word %s\\n' "$word" ;; esac
done
set +f
[ ! -d /run/cloud-init ] || echo 'sets cloud-init'
daemons=' '
for name in $(tc_over comm grep -shxE '${DAEMONS.join('|')}'); do
  case $daemons in *" $name "*) continue ;; esac
  daemons="$daemons$name "
  echo "sets $name"
done
profiles=
[ ! -e /etc/tuned/active_profile ] || profiles=$(cat /etc/tuned/active_profile) || echo 'tuned-denied /etc/tuned/active_profile'
if [ -n "$profiles" ]; then
  echo "tuned $profiles"
  grep -shE '^[[:space:]]*reapply_sysctl[[:space:]]*=' /etc/tuned/tuned-main.conf | sed 's/^/tuned-main /'
  seen=
  # shellcheck disable=SC2086 # names separated by blanks
  set -- $profiles
  while [ "$#" -gt 0 ] && [ "\${#seen}" -le 1000 ]; do
    name=$1
    shift
    case $name in '' | *[!A-Za-z0-9_.@-]* | .*) continue ;; esac
    case " $seen " in *" $name "*) continue ;; esac
    seen="$seen $name"
    for dir in /etc/tuned/profiles /etc/tuned /usr/lib/tuned/profiles /usr/lib/tuned; do
      file=$dir/$name/tuned.conf
      [ -e "$file" ] || continue
      if [ ! -r "$file" ]; then echo "tuned-denied $file"; break; fi
      echo "tuned-profile $name"
      text=$(awk '/^[ \\t]*\\[/ { on = /\\[(main|sysctl)\\]/ } on && /^[ \\t]*(include|(net|fs)[.\\/])/ { print "tuned-line " $0 }' "$file")
      [ -z "$text" ] || printf '%s\\n' "$text"
      # shellcheck disable=SC2046 # names separated by blanks
      set -- "$@" $(printf '%s\\n' "$text" | sed -n 's/^tuned-line[ \\t]*include[ \\t]*=//p' | tr ',;' '  ')
      break
    done
  done
fi
echo end`,
  input: null,
  fillsWindow: false,
  linesHold: false,
  hostOnly: true,
  read,
};

function read({ first, second }: Samples): Contribution | null {
  const look = settingOwnersLook(second ?? first, MAX_PROFILES);
  if (look === null) return null;
  return {
    host: {
      host: {
        setting_daemons: look.daemons.length === 0 ? undefined : look.daemons.join(', '),
        tuned_profile: look.settings.tuned?.profile,
      },
    },
    persisted: persistedSettings(look.settings, SETTING_KEYS),
  };
}
