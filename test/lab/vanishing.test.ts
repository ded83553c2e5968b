import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { LabHost } from '../../src/demo/lab/host.ts';
import { startLab, type Lab } from '../../src/demo/lab/lab.ts';
import { needs } from '../support/machine.ts';
import { growth, inState, sockets } from './kernel.ts';

const gate = needs('lab');
/** Dead within about 2 + 3 * 1 seconds. */
const QUICK_KEEPALIVE = {
  'net.ipv4.tcp_keepalive_time': '2',
  'net.ipv4.tcp_keepalive_intvl': '1',
  'net.ipv4.tcp_keepalive_probes': '3',
};

async function quicken(host: LabHost): Promise<void> {
  for (const [key, value] of Object.entries(QUICK_KEEPALIVE)) await host.setSysctl(key, value);
}

const held = async (host: LabHost): Promise<number> => inState(await sockets(host), 'ESTAB');

/** What `ss -o` says of the timers of the server's connections. */
async function timers(host: LabHost): Promise<string> {
  return (await host.exec(['ss', '-Htno', 'state', 'established', 'sport = :8080'])).stdout;
}

describe.skipIf(gate.skip).concurrent(`peers that vanish ${gate.reason}`, () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ prefix: 'tcpcheck-test-vanishing' });
  });
  afterAll(() => lab.stop());

  it('without SO_KEEPALIVE they hold their places for good, and no keepalive setting changes that', async () => {
    const host = await lab.addHost({
      name: 'no-keepalive',
      workload: { kind: 'inbound-half-open', how: 'no-keepalive', seats: 120, clientsPerSecond: 20 },
    });
    const { result, grown } = await growth(host, ['TCPKeepAlive', 'TCPAbortOnTimeout'], () =>
      host.workload.next(2),
    );
    expect(result.okRatio).toBe(0);
    expect(result.errors).toEqual({ BUSY: result.failed });
    expect(grown).toEqual({ TCPKeepAlive: 0, TCPAbortOnTimeout: 0 });
    expect(await timers(host)).not.toContain('keepalive');

    await quicken(host);
    await host.workload.signal('HUP');
    await host.workload.until(({ ok }) => ok > 0, 5_000);
    // Places for 6 s of newcomers; all of them are still held long after keepalive would have let go.
    await host.workload.until(({ ok, failed }) => ok === 0 && failed > 0, 15_000);
    const relapse = await host.workload.next(3);
    expect(relapse.ok).toBe(0);
    expect(await held(host)).toBeGreaterThanOrEqual(120);
    await host.stop();
  }, 60_000);

  it('with the two hours of the kernel too; shorter ones reach new connections only, and heal', async () => {
    const host = await lab.addHost({
      name: 'slow-keepalive',
      workload: { kind: 'inbound-half-open', how: 'slow-keepalive', seats: 120, clientsPerSecond: 10 },
    });
    expect((await timers(host)).match(/timer:\(keepalive,1\d\dmin/g)?.length).toBeGreaterThanOrEqual(120);
    await quicken(host);
    const after = await host.workload.next(7);
    expect(after.ok).toBe(0);
    expect((await timers(host)).match(/timer:\(keepalive,1\d\dmin/g)?.length).toBeGreaterThanOrEqual(120);

    await host.workload.signal('HUP');
    await host.workload.until(({ ok, failed }) => ok > 0 && failed === 0, 10_000);
    const { result, grown } = await growth(host, ['TCPAbortOnTimeout'], () => host.workload.next(14));
    expect(result.failed).toBe(0);
    expect(grown['TCPAbortOnTimeout']).toBeGreaterThan(20);
    expect(await held(host)).toBeLessThan(110);
    await host.stop();
  }, 60_000);

  it('a timer that runs is not shortened, and what follows it obeys the new values', async () => {
    const host = await lab.addHost({
      name: 'running-timer',
      sysctls: { 'net.ipv4.tcp_keepalive_time': '15' },
      workload: { kind: 'inbound-half-open', how: 'slow-keepalive', clientsPerSecond: 1 },
    });
    await host.workload.pause();
    await quicken(host);
    const before = await held(host);
    // A timer that were set anew would have let go of them by now, 2 + 3 * 1 s.
    await sleep(8000);
    expect(await held(host)).toBe(before);
    // With the values of old nothing would be noticed for another 9 * 75 s.
    await vi.waitFor(async () => expect(await held(host)).toBe(0), { timeout: 15_000, interval: 500 });
    await host.stop();
  }, 60_000);

  it('with unacknowledged data the retransmission timer decides, not keepalive', async () => {
    const host = await lab.addHost({
      name: 'unacked',
      workload: { kind: 'inbound-half-open', how: 'unacked', clientsPerSecond: 1 },
    });
    expect((await timers(host)).match(/timer:\(on,[^,]*,[3-9]\)/g)?.length).toBeGreaterThanOrEqual(100);
    await quicken(host);
    await host.workload.next(6);
    expect(await held(host)).toBeGreaterThanOrEqual(120);
    await host.setSysctl('net.ipv4.tcp_retries2', '3');
    await vi.waitFor(async () => expect(await held(host)).toBeLessThan(40), {
      timeout: 30_000,
      interval: 500,
    });
    await host.stop();
  }, 60_000);

  it('idle connections to living peers look the same, and outlive any keepalive', async () => {
    const host = await lab.addHost({
      name: 'idle',
      sysctls: QUICK_KEEPALIVE,
      workload: { kind: 'inbound-idle' },
    });
    const { result, grown } = await growth(host, ['TCPKeepAlive', 'TCPAbortOnTimeout'], () =>
      host.workload.next(6),
    );
    expect(result.okRatio).toBe(1);
    expect(grown['TCPKeepAlive']).toBeGreaterThanOrEqual(300);
    expect(grown['TCPAbortOnTimeout']).toBe(0);
    expect(await held(host)).toBeGreaterThanOrEqual(300);
    await host.stop();
  }, 60_000);

  it('a pool of idle connections has no timer at all', async () => {
    const host = await lab.addHost({ name: 'pool', workload: { kind: 'outbound-idle-pool' } });
    const { stdout } = await host.exec(['ss', '-Htno', 'state', 'established', 'dport = :8080']);
    expect(stdout.trim().split('\n')).toHaveLength(300);
    expect(stdout).not.toContain('timer:');
    expect((await host.workload.next(2)).okRatio).toBe(1);
    await host.stop();
  });
});
