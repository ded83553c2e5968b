import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFacts } from '../../../src/core/checklist/read-facts.ts';
import { startLab, type Lab } from '../../../src/demo/lab/lab.ts';
import { costOf, fill } from '../../support/crowded-host.ts';
import { needs } from '../../support/machine.ts';

const CROWD = { timeWait: 20_000, established: 4000 };
/** 0.5 s is the budget of ten times as many sockets (npm run bench); a busy machine takes twice as long for anything. */
const LIMIT_S = 1;
const LIMIT_BYTES = 256 * 1024;

const gate = needs('lab');
describe.skipIf(gate.skip)(`what a run costs a host ${gate.reason}`, () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ prefix: 'tcpcheck-test-cost' });
  });
  afterAll(() => lab.stop());

  it('is little processor time and few bytes, with many sockets', async () => {
    const host = await lab.addHost({ name: 'crowded', workload: null });
    await fill(host, CROWD);
    const { cpuS, bytes, capture } = await costOf(host, 2);
    const { checks, facts } = readFacts(capture);
    expect(checks.filter(({ status }) => status !== 'ok')).toEqual([]);
    // Some may have ended on a machine that needed a minute to make them.
    expect(facts.host.sockets['established']).toBeGreaterThanOrEqual(2 * CROWD.established);
    expect(bytes).toBeLessThan(LIMIT_BYTES);
    expect(cpuS).toBeLessThan(LIMIT_S);
    await host.stop();
  }, 180_000);
});
