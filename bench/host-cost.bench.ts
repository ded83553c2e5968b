import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKLIST } from '../src/core/checklist/checklist.ts';
import { readFacts } from '../src/core/checklist/read-facts.ts';
import type { LabHost } from '../src/demo/lab/host.ts';
import { startLab, type Lab } from '../src/demo/lab/lab.ts';
import { costOf, fill, spentOn, startedIn, type Crowd } from '../test/support/crowded-host.ts';
import { needs } from '../test/support/machine.ts';
import { printFigures, type Figure } from './figures.ts';

/** What one run may take from a host with 250,000 sockets. */
const BUDGET_S = 0.5;
const BUDGET_KIB = 256;
/** And from one where nothing happens, which every host pays. */
const QUIET_BUDGET_S = 0.2;
const WINDOW_S = 10;

/** Up to 250,000 sockets, of the kinds that a busy server and a busy proxy hold; and as many as are read one by one. */
const CROWDS: Readonly<Record<string, Crowd>> = {
  'nearly all open': { timeWait: 0, established: 125_000 },
  'half of them open': { timeWait: 97_000, established: 62_500 },
  'nearly all in TIME-WAIT': { timeWait: 240_000, established: 5000 },
  'forty-four thousand open': { timeWait: 0, established: 22_000 },
  'twenty thousand, every row read': { timeWait: 0, established: 9900 },
};

/** What somebody does who looks by hand, once: the same on every version, and slower where everything is. */
const BY_HAND = `ss -tan | awk '{ n[$1]++ } END { for (state in n) print state, n[state] }'`;

/**
 * A folder with another version, built: what that one takes is measured on the same host in the same minute, since
 * a machine that is busy needs up to twice as long for everything.
 */
const OTHER = process.env['TCPCHECK_BENCH_AGAINST'];
const COMPOSED = `
const [what, dir] = process.argv.slice(1);
const load = (file) => import(dir + '/dist/core/checklist/' + file + '.js');
const [{ CHECKLIST }, { composeScript }, { REMOTE_COMMAND }] = await Promise.all(['checklist', 'compose-script', 'remote-command'].map(load));
process.stdout.write(what === 'command' ? REMOTE_COMMAND(120) : composeScript({ checks: CHECKLIST, windowS: ${WINDOW_S}, nonce: '0123456789abcdef' }));`;

async function otherVersion(host: LabHost): Promise<number | null> {
  if (OTHER === undefined) return null;
  const composed = (what: string): string =>
    execFileSync('node', ['--input-type=module', '-e', COMPOSED, what, OTHER], { encoding: 'utf8' });
  return (await spentOn(host, composed('command'), composed('script'))).cpuS;
}

/** The processor time of a run as a table tells it: in seconds, and compared with the same machine at that minute. */
async function processorTime(host: LabHost, cpuS: number, budgetS: number): Promise<readonly Figure[]> {
  const other = await otherVersion(host);
  return [
    { what: 'processor time on the host', budget: `${budgetS} s`, measured: `${cpuS.toFixed(3)} s` },
    ...(other === null ? [] : [compared('the other version', cpuS, other)]),
  ];
}

const compared = (what: string, cpuS: number, withS: number): Figure => ({
  what: `  of that of ${what}`,
  budget: '',
  measured: `${(cpuS / withS).toFixed(2)} (${withS.toFixed(3)} s)`,
});

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
    const time = await processorTime(host, cpuS, BUDGET_S);
    const byHand = await spentOn(host, BY_HAND);
    const { checks, facts } = readFacts(capture);
    const { established, time_wait: timeWait } = facts.host.sockets;
    await host.stop();
    printFigures(`${name}: ${String(established)} open, ${String(timeWait)} in TIME-WAIT`, [
      ...time,
      compared('`ss -tan` into an awk', cpuS, byHand.cpuS),
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

  it('a quiet host', async () => {
    const host = await lab.addHost({ name: 'quiet', workload: null });
    const before = await startedIn(host);
    const { cpuS, bytes } = await costOf(host, WINDOW_S);
    const started = (await startedIn(host)) - before;
    const time = await processorTime(host, cpuS, QUIET_BUDGET_S);
    await host.stop();
    printFigures('a quiet host', [
      ...time,
      { what: 'processes started', budget: '', measured: String(started) },
      { what: 'over the wire', budget: `${BUDGET_KIB} KiB`, measured: `${Math.round(bytes / 1024)} KiB` },
    ]);
    expect(started).toBeGreaterThan(0);
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
