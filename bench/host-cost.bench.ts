import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKLIST } from '../src/core/checklist/checklist.ts';
import { readFacts } from '../src/core/checklist/read-facts.ts';
import type { LabHost } from '../src/demo/lab/host.ts';
import { startLab, type Lab } from '../src/demo/lab/lab.ts';
import { costOf, fill, type Crowd } from '../test/support/crowded-host.ts';
import { needs } from '../test/support/machine.ts';
import { printFigures } from './figures.ts';

/** What one run may take from a host with 250,000 sockets. */
const BUDGET_S = 0.5;
const BUDGET_KIB = 256;
const WINDOW_S = 10;

/** Up to 250,000 sockets, of the kinds that a busy server and a busy proxy hold; and as many as are read one by one. */
const CROWDS: Readonly<Record<string, Crowd>> = {
  'nearly all open': { timeWait: 0, established: 125_000 },
  'half of them open': { timeWait: 97_000, established: 62_500 },
  'nearly all in TIME-WAIT': { timeWait: 240_000, established: 5000 },
  'forty-four thousand open': { timeWait: 0, established: 22_000 },
  'twenty thousand, every row read': { timeWait: 0, established: 9900 },
};

/** What the machine needs now for something that is always the same: busy processors count more for everything. */
async function yardstick(host: LabHost): Promise<number> {
  const { stderr } = await host.exec([
    'sh',
    '-c',
    "awk 'BEGIN { for (i = 0; i < 5000000; i++) sum += i }'; times >&2",
  ]);
  return Number(/0m([\d.]+)s \S+\s*$/.exec(stderr)?.[1]);
}

const gate = needs('lab');
describe.skipIf(gate.skip)(`what a run costs a host ${gate.reason}`, () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ prefix: 'tcpcheck-bench-cost' });
  });
  afterAll(() => lab.stop());

  it.each(Object.entries(CROWDS))('%s', async (name, crowd) => {
    const host = await lab.addHost({ name: 'crowded', workload: null });
    await fill(host, crowd);
    const { cpuS, bytes, capture } = await costOf(host, WINDOW_S);
    const yardstickS = await yardstick(host);
    const { checks, facts } = readFacts(capture);
    const { established, time_wait: timeWait } = facts.host.sockets;
    await host.stop();
    printFigures(`${name}: ${String(established)} open, ${String(timeWait)} in TIME-WAIT`, [
      { what: 'processor time on the host', budget: `${BUDGET_S} s`, measured: `${cpuS.toFixed(2)} s` },
      { what: '  of five million additions in its awk', budget: '', measured: `${yardstickS.toFixed(2)} s` },
      { what: 'over the wire', budget: `${BUDGET_KIB} KiB`, measured: `${Math.round(bytes / 1024)} KiB` },
      ...capture.sections
        .filter(({ ms }) => ms >= 30)
        .map(({ id, sample, ms }) => ({
          what: `  ${id}, sample ${sample}`,
          budget: '',
          measured: `${ms} ms (wall)`,
        })),
    ]);
    expect(checks.filter(({ status }) => status !== 'ok')).toEqual([]);
  });

  it('each check by itself', async () => {
    const host = await lab.addHost({ name: 'crowded', workload: null });
    await fill(host, { timeWait: 30_000, established: 9500 });
    const frame = await costOf(host, 1, []);
    const figures = [];
    for (const check of CHECKLIST) {
      const { cpuS, bytes } = await costOf(host, 1, [check]);
      const [ms, kib] = [(cpuS - frame.cpuS) * 1000, (bytes - frame.bytes) / 1024];
      figures.push({
        what: check.id,
        budget: '',
        measured: `${Math.max(0, ms).toFixed(0)} ms, ${kib.toFixed(1)} KiB`,
      });
    }
    await host.stop();
    expect(figures).toHaveLength(CHECKLIST.length);
    printFigures('each check by itself, 50,000 sockets, window of 1 s', figures);
  });
});
