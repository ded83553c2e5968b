import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabHost } from '../../src/demo/lab/host.ts';
import { startLab, type Lab } from '../../src/demo/lab/lab.ts';
import { needs } from '../support/machine.ts';
import { growth, listener, portsByDestination, sockets } from './kernel.ts';

const gate = needs('lab');

/** Packets lost because the table was full, all processors. */
async function tableDrops(host: LabHost): Promise<number> {
  const [head = '', ...rows] = (await host.exec(['cat', '/proc/net/stat/nf_conntrack'])).stdout
    .trim()
    .split('\n');
  const column = head.split(/\s+/).indexOf('drop');
  return rows.reduce((sum, row) => sum + Number.parseInt(row.split(/\s+/)[column] ?? '', 16), 0);
}

describe.skipIf(gate.skip).concurrent(`two things at once ${gate.reason}`, () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ prefix: 'tcpcheck-test-mixed' });
  });
  afterAll(() => lab.stop());

  it('one-destination-exhausted: in the same seconds another is reached', async () => {
    const host = await lab.addHost({ name: 'one', workload: { kind: 'one-destination-exhausted' } });
    const { ok, failed, errors } = await host.workload.next(3);
    expect(errors).toEqual({ EADDRNOTAVAIL: failed });
    expect(failed).toBeGreaterThan(150);
    expect(ok).toBeGreaterThanOrEqual(2);
    const used = portsByDestination(await sockets(host));
    expect(used.get('10.99.0.2:8080')).toBeGreaterThanOrEqual(180);
    expect(used.get('10.99.0.3:8080')).toBeLessThan(50);
    await host.stop();
  });

  it('two-sicknesses: each setting heals its own only', async () => {
    const host = await lab.addHost({ name: 'two', workload: { kind: 'two-sicknesses' } });
    const sick = await growth(host, ['ListenOverflows'], () => host.workload.next(2));
    expect(Object.keys(sick.result.errors).sort()).toEqual(['CONNECT_TIMEOUT', 'EADDRNOTAVAIL']);
    expect(sick.grown['ListenOverflows']).toBeGreaterThan(10);
    expect(await listener(host)).toMatchObject({ recvQ: 17, sendQ: 16 });

    await host.setSysctl('net.ipv4.tcp_tw_reuse', '1');
    await host.workload.until(({ ok, errors }) => ok > 80 && errors['EADDRNOTAVAIL'] === undefined, 20_000);
    const half = await growth(host, ['ListenOverflows'], () => host.workload.next(2));
    expect(half.result.errors).toHaveProperty('CONNECT_TIMEOUT');
    expect(half.grown['ListenOverflows']).toBeGreaterThan(10);
    await host.stop();
  });

  it('conntrack-full: new connections are dropped, shorter timeouts do not help, an empty table does', async () => {
    const host = await lab.addHost({ name: 'tracked', workload: { kind: 'conntrack-full' } });
    const before = await tableDrops(host);
    const { result, grown } = await growth(host, ['ListenDrops', 'ListenOverflows'], () =>
      host.workload.next(2),
    );
    expect(result.ok).toBe(0);
    expect((await tableDrops(host)) - before).toBeGreaterThan(20);
    expect(grown).toEqual({ ListenDrops: 0, ListenOverflows: 0 });

    // Entries keep the time they were given.
    await host.setSysctl('net.netfilter.nf_conntrack_tcp_timeout_established', '600');
    expect((await host.workload.next(2)).ok).toBe(0);

    await host.exec(['sh', '-c', 'kill -HUP "$(pidof firewall || pgrep -x firewall)"']);
    await host.workload.until(({ ok, failed }) => ok > 0 && failed === 0, 20_000);
    await host.stop();
  }, 90_000);

  it('processors-busy: not a single failure', async () => {
    const host = await lab.addHost({ name: 'busy', workload: { kind: 'processors-busy' } });
    const { okRatio, okPerSecond } = await host.workload.next(3);
    expect(okRatio).toBe(1);
    expect(okPerSecond).toBeGreaterThan(80);
    await host.stop();
  });
});
