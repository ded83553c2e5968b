import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabHost } from '../../src/demo/lab/host.ts';
import { startLab, type Lab } from '../../src/demo/lab/lab.ts';
import { SICK_HOSTS } from '../../src/demo/lab/sick-hosts.ts';
import { needs } from '../support/machine.ts';
import { growth, inState, portsByDestination, sockets } from './kernel.ts';

const gate = needs('lab');
/** 40000-40199. */
const PORTS = 200;

// Each test has its own host and mostly waits, so they run side by side.
describe.skipIf(gate.skip).concurrent(`outbound workloads ${gate.reason}`, () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ prefix: 'tcpcheck-test-outbound' });
  });
  afterAll(() => lab.stop());

  describe.sequential('outbound-time-wait', () => {
    let host: LabHost;
    beforeAll(async () => {
      host = await lab.addHost(SICK_HOSTS['api-1']);
    });

    it('uses up the ports towards one destination with TIME_WAIT, and no counter tells', async () => {
      const { grown, result } = await growth(host, ['AttemptFails', 'ListenDrops'], () =>
        host.workload.next(2),
      );
      expect(result.failedPerSecond).toBeGreaterThan(80);
      expect(result.okRatio).toBeLessThan(0.1);
      expect(result.errors).toEqual({ EADDRNOTAVAIL: result.failed });
      expect(grown).toEqual({ AttemptFails: 0, ListenDrops: 0 });

      const rows = await sockets(host);
      expect(portsByDestination(rows).get('10.99.0.2:8080')).toBeGreaterThanOrEqual(PORTS * 0.9);
      expect(inState(rows, 'TIME-WAIT')).toBeGreaterThanOrEqual(PORTS * 0.9);
      // The connection that stays: its options show that the peer sends timestamps.
      expect((await host.exec(['ss', '-Htino', 'state', 'established', 'dport = :8080'])).stdout).toMatch(
        /\bts\b/,
      );
    });

    it('recovers with tcp_tw_reuse=1 and falls ill again with 2', async () => {
      await host.setSysctl('net.ipv4.tcp_tw_reuse', '1');
      const { grown, result } = await growth(host, ['TWRecycled'], () => host.workload.next(3));
      expect(result.failed).toBe(0);
      expect(result.okPerSecond).toBeGreaterThan(80);
      expect(grown['TWRecycled']).toBeGreaterThan(150);

      await host.setSysctl('net.ipv4.tcp_tw_reuse', '2');
      const relapse = await host.workload.next(2);
      expect(relapse.okRatio).toBeLessThan(0.1);
    });

    it('stops asking while paused', async () => {
      await host.workload.pause();
      const paused = await host.workload.next(1);
      expect([paused.ok, paused.failed]).toEqual([0, 0]);
      await host.workload.resume();
      const resumed = await host.workload.until(({ failed }) => failed > 80, 5_000);
      expect(resumed.seconds).toBe(1);
    });
  });

  it('is not healed by tcp_tw_reuse=1 where the peer sends no timestamps', async () => {
    const host = await lab.addHost({
      ...SICK_HOSTS['api-1'],
      name: 'api-no-ts',
      peerSysctls: { 'net.ipv4.tcp_timestamps': '0' },
    });
    await host.setSysctl('net.ipv4.tcp_tw_reuse', '1');
    const { grown, result } = await growth(host, ['TWRecycled'], () => host.workload.next(2));
    expect(result.okRatio).toBe(0);
    expect(grown).toEqual({ TWRecycled: 0 });
    expect((await host.exec(['ss', '-Htino', 'state', 'established', 'dport = :8080'])).stdout).not.toMatch(
      /\bts\b/,
    );
    await host.stop();
  });

  it('outbound-pool-leak: the same error with every port ESTABLISHED, which tcp_tw_reuse cannot help', async () => {
    const host = await lab.addHost({ name: 'api-leak', workload: { kind: 'outbound-pool-leak' } });
    const rows = await sockets(host);
    expect(inState(rows, 'ESTAB')).toBe(PORTS);
    expect(inState(rows, 'TIME-WAIT')).toBe(0);
    await host.setSysctl('net.ipv4.tcp_tw_reuse', '1');
    const figures = await host.workload.next(2);
    expect(figures.okRatio).toBe(0);
    expect(figures.errors).toEqual({ EADDRNOTAVAIL: figures.failed });
    expect(figures.failedPerSecond).toBeGreaterThan(10);
    await host.stop();
  });

  it('many-destinations: five times more connections than ports, and no destination near its limit', async () => {
    const host = await lab.addHost({ name: 'proxy-1', workload: { kind: 'many-destinations' } });
    const { grown, result } = await growth(host, ['AttemptFails', 'EstabResets'], () =>
      host.workload.next(2),
    );
    expect(result.okRatio).toBe(1);
    expect(result.okPerSecond).toBeGreaterThan(40);
    expect(grown).toEqual({ AttemptFails: 0, EstabResets: 0 });
    const rows = await sockets(host);
    expect(inState(rows, 'ESTAB')).toBe(PORTS * 5);
    expect(Math.max(...portsByDestination(rows).values())).toBeLessThanOrEqual(PORTS * 0.15);
    await host.stop();
  });

  it('healthy-busy: busy in both directions without a single failure', async () => {
    const host = await lab.addHost(SICK_HOSTS['db-1']);
    const names = ['ListenOverflows', 'ListenDrops', 'AttemptFails', 'TCPTimeWaitOverflow', 'OutSegs'];
    const { grown, result } = await growth(host, names, () => host.workload.next(2));
    expect(result.okRatio).toBe(1);
    expect(result.okPerSecond).toBeGreaterThan(100);
    expect(Object.values(grown).slice(0, 4)).toEqual([0, 0, 0, 0]);
    expect(grown['OutSegs']).toBeGreaterThan(200);
    const rows = await sockets(host);
    expect(inState(rows, 'ESTAB')).toBeGreaterThanOrEqual(60);
    expect(Math.max(...portsByDestination(rows).values())).toBeLessThanOrEqual(20);
    await host.stop();
  });
});
