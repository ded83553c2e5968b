import { hostEntry } from '../support/host-entry.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../src/core/domain/report.ts';
import type { LabHost } from '../../src/demo/lab/host.ts';
import { startLab, type Lab } from '../../src/demo/lab/lab.ts';
import { SICK_HOSTS } from '../../src/demo/lab/sick-hosts.ts';
import { diagnoseHost } from '../../src/jobs/diagnose-host.ts';
import { listener } from '../lab/kernel.ts';
import { needs } from '../support/machine.ts';
import { shippedPlaybooks } from '../support/playbooks.ts';
import { askFor, startBench, type Bench } from './bench.ts';

const gate = needs('lab', 'ssh', 'redis-server');

describe.skipIf(gate.skip)(`two looks at a host ${gate.reason}`, () => {
  let lab: Lab;
  let host: LabHost;
  let bench: Bench;
  beforeAll(async () => {
    lab = await startLab({ prefix: 'tcpcheck-test-long' });
    host = await lab.addHost(SICK_HOSTS['web-1']);
    bench = await startBench('instant');
  });
  afterAll(async () => {
    await bench.close();
    await lab.stop();
  });

  let runs = 0;
  async function look(): Promise<Diagnosis | null | undefined> {
    const id = await askFor(bench, 'web-1', '');
    const entry = hostEntry(host, { name: 'web-1' });
    runs += 1;
    await diagnoseHost(
      {
        config: {
          hosts: new Map([['web-1', entry]]),
          windowMs: 2_000,
          reservedPorts: '',
          thresholds: new Map(),
        },
        playbooks: shippedPlaybooks(),
        state: bench.state,
        agentSocket: null,
        nowMs: () => bench.clock.nowMs,
        newId: () => `run-${runs}`,
        report: bench.show.report,
      },
      'web-1',
      new AbortController().signal,
    );
    const runId = await bench.state.requests.runOf(id);
    return (await bench.state.runs.get(runId ?? ''))?.diagnosis;
  }

  it('make one long sample: what happened in between is told, and triggers nothing', async () => {
    expect(await look()).toMatchObject({ verdict: 'critical', quiet: false });
    const first = await bench.state.looks.last('web-1');
    const before = first?.totals['counters.listen_overflows_since_boot'] ?? Number.NaN;
    await host.workload.next(2);
    await host.workload.pause();
    await expect.poll(async () => (await listener(host)).recvQ, { timeout: 30_000 }).toBe(0);

    bench.clock.nowMs += 3_600_000;
    const second = await look();
    const after = (await bench.state.looks.last('web-1'))?.totals['counters.listen_overflows_since_boot'];
    expect(after).toBeGreaterThan(before);
    expect(second).toMatchObject({ verdict: 'ok', quiet: true, notes: [{ atMs: first?.atMs }] });
    expect(second?.notes[0]?.en).toContain('accept queue overflows since the last look ({at})');

    // A reboot: what was counted before is another counting.
    await host.changeBootId();
    const third = await look();
    expect(third?.notes).toHaveLength(1);
    expect(third?.notes[0]?.en).toMatch(/^Quiet now; .* accept queue overflows since boot\.$/);
    expect(third?.notes[0]?.atMs).toBeUndefined();
  }, 120_000);
});
