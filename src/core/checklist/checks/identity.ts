import type { Check, Contribution, Samples } from '../check.ts';
import { count, decimal } from '../figures.ts';
import { linesOf } from '../lines.ts';
import { FIRST_PIDNS } from '../namespaces-look.ts';
import { SH_UID } from '../shell-text.ts';

/** What host this is and who looks; its name and addresses are not asked for. */
export const identity: Check = {
  id: 'identity',
  title: { en: 'identity', ko: '호스트 정보' },
  samples: 'first',
  core: false,
  capBytes: 4096,
  timeoutS: null,
  cost: 'three short processes',
  script: `# shellcheck disable=SC2046 # words
set -- $(cat /proc/sys/kernel/ostype /proc/sys/kernel/osrelease /proc/sys/kernel/random/boot_id)
[ "$#" = 3 ] || set -- "$(uname -s)" "$(uname -r)" ''
echo "system $1"
echo "kernel $2"
echo "boot_id $3"
for file in "/lib/modules/$2"/kernel/net/ipv4/tcp_bbr.ko*; do
  [ -e "$file" ] && echo 'bbr_module yes' || echo 'bbr_module no'
  break
done
for file in /etc/os-release /usr/lib/os-release; do
  [ -r "$file" ] || continue
  while IFS= read -r line; do
    case $line in PRETTY_NAME=*) printf '%s\\n' "$line"; break ;; esac
  done <"$file"
  break
done
read -r uptime _ </proc/uptime
echo "uptime $uptime"
${SH_UID}
tc_uid
echo "uid $tc_uid"
# shellcheck disable=SC2012 # names of ours; find has no way to tell where a link leads in busybox
ls -ldn /proc/self/ns/net /proc/self/ns/pid | while read -r line; do
  case $line in
    *'/net -> '*) echo "netns \${line##* }" ;;
    *'/pid -> '*) echo "pidns \${line##* }" ;;
  esac
done
[ ! -e /var/run/secrets/kubernetes.io ] || echo 'container kubernetes'
[ ! -e /.dockerenv ] || echo 'container docker'
[ ! -e /run/.containerenv ] || echo 'container podman'
[ ! -r /run/systemd/container ] || echo "container $(cat /run/systemd/container)"
cpus=0 online=
{ read -r online </sys/devices/system/cpu/online; } 2>/dev/null
IFS=,
for part in $online; do cpus=$((cpus + \${part#*-} - \${part%-*} + 1)); done
[ "$cpus" -gt 0 ] || cpus=$(getconf _NPROCESSORS_ONLN 2>/dev/null || grep -c '^processor' /proc/cpuinfo)
echo "cpus $cpus"
echo "ss $(ss -V 2>&1)"`,
  input: null,
  fillsWindow: false,
  linesHold: true,
  read,
};

/** Long enough for every distribution's name. */
const MAX_TEXT_CHARS = 100;

function read({ first }: Samples): Contribution | null {
  const values = new Map<string, string>();
  for (const line of linesOf(first)) {
    const [, name, value] = /^(\w+)[ =](.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined && value !== '' && !values.has(name))
      values.set(name, value);
  }
  const system = values.get('system');
  if (system === undefined) return null;
  const uid = count(values.get('uid'));
  return {
    host: {
      host: {
        system: short(system),
        kernel: short(values.get('kernel')),
        ...versionOf(values.get('kernel')),
        bbr_module: flagOf(values.get('bbr_module')),
        distribution: short(values.get('PRETTY_NAME')?.replace(/^(["'])(.*)\1$/, '$2')),
        uptime_s: decimal(values.get('uptime')),
        boot_id: matching(values.get('boot_id'), /^[0-9a-f-]{36}$/),
        is_root: uid === undefined ? undefined : uid === 0,
        netns: matching(values.get('netns'), /^net:\[\d{1,20}\]$/),
        in_container: inContainer(values.get('pidns'), values.get('container')),
        container: matching(values.get('container'), /^[a-z0-9-]{1,40}$/),
        cpus: count(values.get('cpus')),
        iproute2: short(/\biproute2-(?:ss)?([\w.-]+)/.exec(values.get('ss') ?? '')?.[1]),
      },
    },
  };
}

/** Processes of the machine are seen from its first pid namespace only; without that link a mark must do. */
function inContainer(pidns: string | undefined, mark: string | undefined): boolean | undefined {
  if (mark !== undefined) return true;
  return pidns === undefined ? undefined : pidns !== FIRST_PIDNS;
}

const short = (text: string | undefined): string | undefined =>
  text === undefined || text === '' ? undefined : text.slice(0, MAX_TEXT_CHARS);

function versionOf(release: string | undefined): { kernel_major?: number; kernel_minor?: number } {
  const [, major, minor] = /^(\d{1,3})\.(\d{1,4})\b/.exec(release ?? '') ?? [];
  return major === undefined || minor === undefined
    ? {}
    : { kernel_major: Number(major), kernel_minor: Number(minor) };
}

const flagOf = (word: string | undefined): boolean | undefined =>
  word === 'yes' ? true : word === 'no' ? false : undefined;

const matching = (text: string | undefined, shape: RegExp): string | undefined =>
  text !== undefined && shape.test(text) ? text : undefined;
