import { assert } from '../domain/errors.ts';
import { CONTAINER_NAME, isPid, NETNS, type Target } from '../domain/place.ts';
import { count } from './figures.ts';
import { linesOf } from './lines.ts';
import { quoted } from './shell-text.ts';

/** Matching processes told; all of one container share its namespace. */
const MAX_MATCHES = 200;

/** What the script finds out about each process, beside who asks and with what tools. */
const TELL = `tell() {
  set --
  for pid in $found; do set -- "$@" "/proc/$pid/ns/net"; done
  # shellcheck disable=SC2012 # names of ours; find has no way to tell where a link leads in busybox
  [ "$#" = 0 ] || ls -ld "$@" 2>/dev/null | awk '{ split($0, path, "/proc/"); split(path[2], part, "/")
    print "match", part[1], $(NF - 1) == "->" ? $NF : "hidden" }'
  echo end
}
echo "uid $(id -u)"
command -v nsenter >/dev/null || echo 'missing nsenter'`;

/**
 * A POSIX sh script that looks for the process or container on the host. A container is looked for by its id, by the
 * files in which Docker, Podman and Kubernetes keep names, by LXC's and systemd's names in cgroup paths, and last by
 * asking docker and podman. The name stands in the script as one quoted word.
 */
export function findNamespaceScript(target: Target): string {
  if (target.kind === 'pid') {
    assert(isPid(target.pid), `the process id ${target.pid}`);
    return `${TELL}\nfound=${target.pid}\n[ -d "/proc/$found" ] || found=\ntell\n`;
  }
  assert(CONTAINER_NAME.test(target.name), 'the name of a container');
  return `${TELL}
name=${quoted(target.name)}
ids=
case $name in *[!0-9a-f]*) ;; ????????????*) ids=$name ;; esac
# shellcheck disable=SC2013 # no blanks in these paths
for file in $(grep -lsF -e '"Name":"/'"$name"'"' /var/lib/docker/containers/*/config.v2.json); do
  file=\${file%/*}
  ids="$ids \${file##*/}"
done
kept=/var/lib/containers/storage/overlay-containers/containers.json
[ ! -r "$kept" ] || ids="$ids $(tr '{' '\\n' <"$kept" | grep -F -e '"names":["'"$name"'"' | grep -oE '"id":"[0-9a-f]{64}"' | cut -d '"' -f 4)"
for file in /var/log/containers/"$name"_*-*.log /var/log/containers/*_"$name"-*.log; do
  file=\${file%.log}
  case $file in *'*'*) ;; *) ids="$ids \${file##*-}" ;; esac
done
paths=$(printf '%s\\n' /proc/[0-9]*/cgroup | xargs grep -sH '/..')
find_ids() {
  printf '%s\\n' "$paths" | awk -v name="$name" -v ids="$ids" '
  BEGIN { n = split(ids, id, " ") }
  { split($0, path, "/"); pid = path[3]; if (pid in seen) next
    text = $0; sub(/^[^:]*:[0-9]+:[^:]*:/, "", text); m = split(text, part, "/")
    for (i = 1; i <= m; i++) {
      here = part[i]; hit = here == "lxc.payload." name || here == "machine-" name ".scope" || here == "systemd-nspawn@" name ".service" || (here == name && part[i - 1] == "lxc")
      if (here !~ /conmon/) { sub(/\\.scope$/, "", here); sub(/^.*-/, "", here)
        if (length(here) == 64 && here !~ /[^0-9a-f]/) for (j = 1; j <= n; j++) if (index(here, id[j]) == 1) hit = 1 }
      if (hit) { seen[pid]; print pid; break }
    } }' | sort -n | head -n ${MAX_MATCHES}
}
found=$(find_ids)
for tool in docker podman; do
  [ -z "$found" ] || break
  command -v "$tool" >/dev/null || continue
  found=$("$tool" inspect --type container -f '{{.State.Pid}}' "$name" 2>/dev/null | grep -xE '[1-9][0-9]*')
done
tell
`;
}

/** What was found. */
export type FoundNamespace =
  | { readonly kind: 'one'; readonly pid: number; readonly netns: string }
  | { readonly kind: 'none'; readonly isRoot: boolean }
  /** Processes, one for each namespace. */
  | { readonly kind: 'several'; readonly pids: readonly number[] }
  /** It exists, but only root may enter. */
  | { readonly kind: 'denied' }
  | { readonly kind: 'no-tool' }
  | { readonly kind: 'unreadable' };

/** Reads the script's answer. */
export function foundNamespace(text: string): FoundNamespace {
  const lines = linesOf(text);
  const uid = lines.find((line) => line.startsWith('uid '));
  if (uid === undefined || lines.at(-1) !== 'end') return { kind: 'unreadable' };
  const isRoot = uid === 'uid 0';
  const byNetns = new Map<string, number>();
  let hidden = false;
  for (const line of lines) {
    const [, digits, netns = ''] = /^match (\d{1,10}) (\S+)$/.exec(line) ?? [];
    const pid = count(digits);
    if (pid === undefined) continue;
    if (NETNS.test(netns)) byNetns.set(netns, Math.min(pid, byNetns.get(netns) ?? pid));
    else hidden = true;
  }
  const [one, ...more] = [...byNetns];
  if (!isRoot && (hidden || one !== undefined)) return { kind: 'denied' };
  if (one === undefined) return { kind: 'none', isRoot };
  if (more.length > 0) return { kind: 'several', pids: [one, ...more].map(([, pid]) => pid) };
  if (lines.includes('missing nsenter')) return { kind: 'no-tool' };
  return { kind: 'one', pid: one[1], netns: one[0] };
}
