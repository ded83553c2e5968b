/**
 * What the first process of a box runs. Both scripts print the process id as the machine sees it, then
 * sleep on their standard input: when the lab ends or crashes the pipe breaks, the first process of the
 * pid namespace exits, and the kernel takes every other process, socket and veth of the box with it.
 * SIGCHLD is ignored so that orphans of the box leave no zombies (it stays ignored across exec).
 */
const HOLD = `
echo "$outer"
trap '' CHLD
exec cat >/dev/null
`;

/** /proc still belongs to the machine here, so that this is the pid nsenter needs. */
const OUTER_PID = `
set -eu
read -r outer _ </proc/self/stat
`;

/** A network and nothing else: remote servers and clients live here. */
export const PEER_SCRIPT = `${OUTER_PID}${HOLD}`;

/**
 * A host of its own. Arguments: empty folder for its private trees, folder with files to put there, host
 * name, boot id, folder of the workloads. Everything a host writes lands in a tmpfs; the rest of the machine
 * is read-only, and so are the sysctls no namespace separates (fs.*, kernel.*, vm.*). mount -n keeps its hands
 * off the table of mounts in the machine's /run.
 */
export const HOST_SCRIPT = `${OUTER_PID}
stage=$1 files=$2 name=$3 boot_id=$4 workloads=$5
printf '%s\\n' "$name" >/proc/sys/kernel/hostname
mount -n -t tmpfs -o mode=755,size=256m lab "$stage"
mkdir "$stage/sshd" "$stage/lab"
lab=$stage/lab
mkdir "$lab/var-lib" "$lab/var-log" "$lab/sbin" "$lab/home" "$lab/workloads"
mkdir -m 700 "$lab/root"
mkdir -m 1777 "$lab/tmp" "$lab/var-tmp"
cp "$workloads"/*.py "$lab/workloads/"
printf '%s\\n' "$boot_id" >"$lab/boot_id"

cp -a /etc "$lab/etc"
rm -rf "$lab/etc/ssh" "$lab/etc/sysctl.d" "$lab/etc/nologin"
mkdir "$lab/etc/sysctl.d"
: >"$lab/etc/sysctl.conf"
printf '%s\\n' "$name" >"$lab/etc/hostname"
cp -a "$files/ssh" "$lab/etc/ssh"
# Without PAM sshd takes '!' for a locked account even with a key.
sed -i 's/^root:[^:]*:/root:*:/' "$lab/etc/shadow"
for table in passwd group shadow; do cat "$files/$table" >>"$lab/etc/$table"; done
while IFS=: read -r user _ uid gid _; do
  mkdir -m 755 "$lab/home/$user"
  chown "$uid:$gid" "$lab/home/$user"
done <"$files/passwd"

# From here on every private tree has a path that no later mount hides.
mount -n --move "$stage" /run
for tree in etc:/etc var-lib:/var/lib var-log:/var/log sbin:/usr/local/sbin home:/home root:/root \
  tmp:/tmp var-tmp:/var/tmp; do
  mount -n --bind "/run/lab/\${tree%%:*}" "\${tree#*:}"
done
mount -n -o remount,bind,ro /

mount -n -t proc proc /proc
for shared in fs kernel vm; do
  mount -n --bind "/proc/sys/$shared" "/proc/sys/$shared"
  mount -n -o remount,bind,ro "/proc/sys/$shared"
done
mount -n --bind /run/lab/boot_id /proc/sys/kernel/random/boot_id
# /sys shows the network devices of the namespace that mounted it.
mount -n -t sysfs -o ro sysfs /sys
cd /
${HOLD}`;
