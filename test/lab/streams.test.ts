import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabHost } from '../../src/demo/lab/host.ts';
import { startLab, type Lab } from '../../src/demo/lab/lab.ts';
import { needs } from '../support/machine.ts';
import { sockets } from './kernel.ts';

const gate = needs('lab');

const queues = async (host: LabHost, which: 'recvQ' | 'sendQ'): Promise<readonly number[]> =>
  (await sockets(host))
    .filter(
      ({ state, peer, localPort }) => state === 'ESTAB' && (localPort === 8080 || peer.endsWith(':8080')),
    )
    .map((row) => row[which])
    .sort((a, b) => a - b);

/** The queues once they have filled: a sender's memory still grows for a moment on a busy machine. */
async function filled(host: LabHost, which: 'recvQ' | 'sendQ'): Promise<readonly number[]> {
  let before: readonly number[] = [];
  for (let tries = 0; tries < 10; tries += 1) {
    const now = await queues(host, which);
    if (now.length === 8 && now.join() === before.join()) return now;
    before = now;
    await host.workload.next(1);
  }
  return before;
}

/** Bytes that went through the connections of the service port. */
async function moved(host: LabHost, name: 'bytes_received' | 'bytes_acked'): Promise<number> {
  const { stdout } = await host.exec([
    'ss',
    '-Htni',
    'state',
    'established',
    '( sport = :8080 or dport = :8080 )',
  ]);
  return [...stdout.matchAll(new RegExp(`\\b${name}:(\\d+)`, 'g'))].reduce(
    (sum, [, n]) => sum + Number(n),
    0,
  );
}

describe.skipIf(gate.skip).concurrent(`bulk transfers ${gate.reason}`, () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ prefix: 'tcpcheck-test-streams' });
  });
  afterAll(() => lab.stop());

  it('inbound-stuck-reader: larger buffers do not help an application that does not read', async () => {
    const host = await lab.addHost({ name: 'stuck-reader', workload: { kind: 'inbound-stuck-reader' } });
    const before = await filled(host, 'recvQ');
    expect(before).toHaveLength(8);
    expect(before[0]).toBeGreaterThan(100_000);
    await host.setSysctl('net.ipv4.tcp_rmem', '4096 131072 33554432');
    const { ok, failed, errors } = await host.workload.next(2);
    expect({ ok, errors }).toEqual({ ok: 0, errors: { STALLED: failed } });
    expect(await queues(host, 'recvQ')).toEqual(before);

    await host.workload.signal('HUP');
    await host.workload.until((second) => second.ok > 100 && second.failed === 0, 10_000);
    expect(await moved(host, 'bytes_received')).toBeGreaterThan(8 * 2_000_000);
    await host.stop();
  });

  it('outbound-stuck-peer: what the other end does not read stays in Send-Q', async () => {
    const host = await lab.addHost({ name: 'stuck-peer', workload: { kind: 'outbound-stuck-peer' } });
    const before = await filled(host, 'sendQ');
    expect(before).toHaveLength(8);
    expect(before[0]).toBeGreaterThan(50_000);
    const result = await host.workload.next(2);
    expect(result.ok).toBe(0);
    expect(result.errors).toEqual({ STALLED: result.failed });
    expect(await queues(host, 'sendQ')).toEqual(before);
    const { stdout } = await host.exec(['ss', '-Htno', 'state', 'established', 'dport = :8080']);
    expect(stdout.match(/timer:\(persist,/g)).toHaveLength(8);
    await host.stop();
  });

  it('bulk-reader: queues just as long on a host that keeps reading', async () => {
    const host = await lab.addHost({ name: 'bulk-reader', workload: { kind: 'bulk-reader' } });
    const before = await moved(host, 'bytes_received');
    expect((await queues(host, 'recvQ')).at(-1)).toBeGreaterThan(100_000);
    expect((await host.workload.next(2)).okRatio).toBe(1);
    expect((await queues(host, 'recvQ')).at(-1)).toBeGreaterThan(100_000);
    expect((await moved(host, 'bytes_received')) - before).toBeGreaterThan(10_000_000);
    await host.stop();
  });

  it('bulk-sender: the same for a host that keeps sending', async () => {
    const host = await lab.addHost({ name: 'bulk-sender', workload: { kind: 'bulk-sender' } });
    const before = await moved(host, 'bytes_acked');
    expect((await queues(host, 'sendQ')).at(-1)).toBeGreaterThan(100_000);
    expect((await host.workload.next(2)).okRatio).toBe(1);
    expect((await queues(host, 'sendQ')).at(-1)).toBeGreaterThan(100_000);
    expect((await moved(host, 'bytes_acked')) - before).toBeGreaterThan(10_000_000);
    await host.stop();
  });
});
