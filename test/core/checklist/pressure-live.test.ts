import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFacts } from '../../../src/core/checklist/read-facts.ts';
import type { FactGroup } from '../../../src/core/domain/facts.ts';
import type { LabHost } from '../../../src/demo/lab/host.ts';
import { startLab, type Lab } from '../../../src/demo/lab/lab.ts';
import { needs } from '../../support/machine.ts';
import { lookAt } from './look.ts';

const gate = needs('lab');
const PORT = 7070;
/** Listens, and computes without end. */
const BUSY = `
import socket
server = socket.create_server(("0.0.0.0", ${PORT}))
while True: pass`;

/** Mounts the hierarchy that limits processors, whichever version the machine has, and prints where it is. */
const MOUNT = `mount -n -t tmpfs none /sys/fs/cgroup && mkdir /sys/fs/cgroup/cpu &&
if mount -n -t cgroup -o cpu none /sys/fs/cgroup/cpu 2>/dev/null || mount -n -t cgroup -o cpu,cpuacct none /sys/fs/cgroup/cpu; then echo v1
else umount -n /sys/fs/cgroup && mount -n -t cgroup2 none /sys/fs/cgroup && echo v2; fi`;
const limitScript = (group: string): string => `
cd /sys/fs/cgroup/cpu 2>/dev/null || cd /sys/fs/cgroup
mkdir ${group}
if [ -e ${group}/cpu.cfs_quota_us ]; then echo 5000 >${group}/cpu.cfs_quota_us; else echo '5000 100000' >${group}/cpu.max; fi &&
echo "$1" >${group}/cgroup.procs`;

describe.skipIf(gate.skip)(`a CPU limit on a real host ${gate.reason}`, () => {
  const group = `tcpcheck-test-${process.pid}`;
  let lab: Lab;
  let host: LabHost;
  beforeAll(async () => {
    lab = await startLab({ prefix: 'tcpcheck-test-pressure' });
    host = await lab.addHost({ name: 'limited', workload: null });
  }, 60_000);
  afterAll(async () => {
    // The group is the machine's own: it goes once nobody is in it.
    await host.exec([
      'sh',
      '-c',
      `cd /sys/fs/cgroup/cpu 2>/dev/null || cd /sys/fs/cgroup
kill -9 $(cat ${group}/cgroup.procs); for n in 1 2 3 4 5 6 7 8 9; do rmdir ${group} && exit; sleep 0.2; done`,
    ]);
    await lab.stop();
  }, 60_000);

  const listener = async (): Promise<FactGroup> =>
    readFacts(await lookAt(host, 2)).facts.subjects.listener[`0.0.0.0:${PORT}`] ?? {};

  it('is told with how often it holds the process back', async () => {
    expect(await host.exec(['sh', '-c', MOUNT])).toMatchObject({ exit: 0 });
    const start = `python3 -c '${BUSY}' >/dev/null 2>&1 & echo $!; sleep 1`;
    const pid = (await host.exec(['sh', '-c', start])).stdout.trim();
    const free = await listener();
    expect(free).toMatchObject({ pid: Number(pid), process_throttled_ratio: 0 });
    expect(free).not.toHaveProperty('process_cpu_limit');
    expect(free['process_age_s']).toBeLessThan(60);

    expect(await host.exec(['sh', '-c', limitScript(group), 'limit', pid])).toMatchObject({ exit: 0 });
    const held = await listener();
    expect(held).toMatchObject({ pid: Number(pid), process_cpu_limit: 0.05 });
    expect(held['process_throttled_ratio']).toBeGreaterThan(0.1);
  }, 60_000);
});
