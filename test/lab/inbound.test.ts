import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { LabHost } from '../../src/demo/lab/host.ts';
import { startLab, type Lab } from '../../src/demo/lab/lab.ts';
import { SICK_HOSTS } from '../../src/demo/lab/sick-hosts.ts';
import type { WorkloadSpec } from '../../src/demo/lab/workload-specs.ts';
import { needs } from '../support/machine.ts';
import { growth, inState, listener, sockets } from './kernel.ts';

const gate = needs('lab');

// Each test has its own host and mostly waits, so they run side by side.
describe.skipIf(gate.skip).concurrent(`inbound workloads ${gate.reason}`, () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ prefix: 'tcpcheck-test-inbound' });
  });
  afterAll(() => lab.stop());
  const add = (name: string, workload: WorkloadSpec): Promise<LabHost> => lab.addHost({ name, workload });

  it('inbound-slow-accept: overflows all the time while it still accepts, and somaxconn is not to blame', async () => {
    const host = await lab.addHost(SICK_HOSTS['web-1']);
    const names = ['ListenOverflows', 'ListenDrops', 'TCPReqQFullDrop'];
    const { grown, result } = await growth(host, names, () => host.workload.next(3));
    expect(grown['ListenOverflows']).toBeGreaterThan(3 * 5);
    // Each dropped SYN counts in both; a reader can come in between the two steps.
    expect(Math.abs((grown['ListenDrops'] ?? 0) - (grown['ListenOverflows'] ?? 0))).toBeLessThanOrEqual(1);
    expect(grown['TCPReqQFullDrop']).toBe(0);
    expect(result.okPerSecond).toBeGreaterThan(10);
    expect(result.errors).toEqual({ CONNECT_TIMEOUT: result.failed });
    expect(result.failedPerSecond).toBeGreaterThan(20);
    const full = await listener(host);
    expect(full.sendQ).toBe(16);
    expect(full.recvQ).toBeGreaterThanOrEqual(16);

    // The popular advice: nothing gets better, because the application itself asks for 16.
    await host.setSysctl('net.core.somaxconn', '65535');
    await host.workload.signal('HUP');
    expect((await host.workload.next(2)).okRatio).toBeLessThan(0.5);
    expect((await listener(host)).sendQ).toBe(16);
    await host.stop();
  });

  it('inbound-bursts: overflows because of somaxconn and recovers after raising it and listening again', async () => {
    const host = await lab.addHost(SICK_HOSTS['web-2']);
    const sick = await growth(host, ['ListenOverflows'], () => host.workload.next(3));
    expect(sick.grown['ListenOverflows']).toBeGreaterThan(3 * 5);
    expect(sick.result.okRatio).toBeLessThan(0.9);
    expect(sick.result.okRatio).toBeGreaterThan(0.4);
    expect((await listener(host)).sendQ).toBe(128);

    await host.setSysctl('net.core.somaxconn', '4096');
    expect((await listener(host)).sendQ).toBe(128);
    const notYet = await growth(host, ['ListenOverflows'], () => host.workload.next(3));
    expect(notYet.grown['ListenOverflows']).toBeGreaterThan(0);

    await host.workload.signal('HUP');
    // A process takes a signal when its turn on a processor comes.
    await vi.waitUntil(async () => (await listener(host)).sendQ === 4096, { timeout: 5_000, interval: 20 });
    // Calls that met the short queue fail within the clients' patience of a second.
    await host.workload.next(1);
    const healed = await growth(host, ['ListenOverflows'], () => host.workload.next(4));
    expect(healed.grown).toEqual({ ListenOverflows: 0 });
    expect(healed.result.failed).toBe(0);
    expect(healed.result.ok).toBeGreaterThan(180);
    await host.stop();
  });

  it('inbound-stalled (never-accepts): the queue stays full and nobody is served', async () => {
    const host = await add('web-never', { kind: 'inbound-stalled', how: 'never-accepts' });
    const { grown, result } = await growth(host, ['ListenOverflows'], () => host.workload.next(2));
    expect(result.ok).toBe(0);
    expect(result.failedPerSecond).toBeGreaterThan(5);
    expect(grown['ListenOverflows']).toBeGreaterThan(2 * 5);
    expect(await listener(host)).toMatchObject({ recvQ: 17, sendQ: 16 });
    await host.stop();
  });

  it('inbound-stalled (stopped): served well until the process stopped, and again when it goes on', async () => {
    const host = await add('web-stopped', { kind: 'inbound-stalled', how: 'stopped' });
    expect((await host.workload.next(2)).ok).toBe(0);
    expect(await listener(host)).toMatchObject({ recvQ: 17, sendQ: 16 });
    const status = await host.readFile(`/proc/${host.workload.applicationPid}/status`);
    expect(status).toMatch(/^State:\s+T/m);

    await host.workload.signal('CONT');
    await host.workload.until(({ ok, failed }) => ok > 10 && failed === 0, 10_000);
    expect((await listener(host)).recvQ).toBeLessThan(5);
    await host.stop();
  });

  it('inbound-fd-limit: EMFILE looks like an overflow and is healed by prlimit, not by a backlog', async () => {
    const host = await add('web-fd', { kind: 'inbound-fd-limit' });
    const { grown, result } = await growth(host, ['ListenOverflows'], () => host.workload.next(3));
    expect(result.failedPerSecond).toBeGreaterThan(3);
    expect(grown['ListenOverflows']).toBeGreaterThan(3);
    expect((await listener(host)).recvQ).toBeGreaterThanOrEqual(16);
    const pid = String(host.workload.applicationPid);
    const held = (await host.exec(['ls', `/proc/${pid}/fd`])).stdout.trim().split('\n').length;
    expect(held).toBeGreaterThanOrEqual(64 * 0.9);

    expect((await host.exec(['prlimit', '--pid', pid, '--nofile=256:'])).exit).toBe(0);
    await host.workload.until(({ failed }) => failed === 0, 10_000);
    const healed = await host.workload.next(3);
    expect(healed.failed).toBe(0);
    expect(inState(await sockets(host), 'ESTAB')).toBeGreaterThanOrEqual(100);
    await host.stop();
  });

  it('inbound-time-wait: thousands of TIME_WAIT, all on a listening port, and nobody suffers', async () => {
    const host = await add('web-tw', { kind: 'inbound-time-wait' });
    const names = ['ListenOverflows', 'AttemptFails', 'TCPTimeWaitOverflow'];
    const { grown, result } = await growth(host, names, () => host.workload.next(2));
    expect(result.okRatio).toBe(1);
    expect(result.okPerSecond).toBeGreaterThan(40);
    expect(Object.values(grown)).toEqual([0, 0, 0]);
    const waiting = (await sockets(host)).filter(({ state }) => state === 'TIME-WAIT');
    expect(waiting.length).toBeGreaterThan(3000);
    expect([...new Set(waiting.map(({ localPort }) => localPort))]).toEqual([8080]);
    await host.stop();
  });

  it('momentary-queue: a queue that is seen to be non-empty and never overflows', async () => {
    const host = await add('web-batch', { kind: 'momentary-queue' });
    let longest = 0;
    const { grown, result } = await growth(host, ['ListenOverflows', 'ListenDrops'], async () => {
      const figures = host.workload.next(2);
      for (let look = 0; look < 100 && longest === 0; look += 1) {
        longest = Math.max(longest, (await listener(host)).recvQ);
      }
      return figures;
    });
    expect(longest).toBeGreaterThan(0);
    expect(longest).toBeLessThan(100);
    expect(result.okRatio).toBe(1);
    expect(grown).toEqual({ ListenOverflows: 0, ListenDrops: 0 });
    await host.stop();
  });
});
