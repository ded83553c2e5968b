import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SICK_HOSTS } from '../../src/demo/lab/sick-hosts.ts';
import type { LocalMessage } from '../../src/demo/local-slack/message.ts';
import { CAST } from '../../src/demo/stage-config.ts';
import { startStage, type Stage } from '../../src/demo/stage.ts';
import { readable } from '../../src/demo/story-view.ts';
import { socketPlace } from '../../src/state/embedded/socket-place.ts';
import { openState } from '../../src/state/open-state.ts';
import { needs } from '../support/machine.ts';
import { MAIN } from '../support/program.ts';
import { alert, alsoNamed, deliver } from './alert-sender.ts';

const need = needs('lab', 'redis-server');

/** Ten seconds, as promised: 10,000 alerts in a hundred deliveries a second. */
const ALERTS = 10_000;
const SECONDS = 10;
const DELIVERIES = 1_000;
const KINDS = 5;

const names = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `${prefix}-${at + 1}`);
const TWENTY = names('app', 20);
const LIVE = names('live', 200);
const DARK = names('dark', 1_800);

/** A bot that needs more falls behind on its own core, and senders wait. */
const MOST_OF_A_CORE = 0.8;
/** Of Linux, on every architecture (sysconf(_SC_CLK_TCK)). */
const TICKS_PER_S = 100;

/** User and system time of the process so far: fields 14 and 15 of proc(5) stat. */
function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
}

describe.skipIf(need.skip)(`10,000 alerts in ten seconds, on the whole product ${need.reason}`, () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage({
      main: MAIN,
      hosts: [SICK_HOSTS['db-1'], { name: 'dark-0', sysctls: {}, workload: null }],
      windowS: 1,
      mode: 'socket',
      // Many names for one host that answers and for one that is cut off; of each group a tenth answers.
      extraHosts: (lab) => [
        ...TWENTY.map((name) => alsoNamed(lab, 'db-1', { name, group: 'app' })),
        ...LIVE.map((name, at) => alsoNamed(lab, 'db-1', { name, group: `rack${at % 20}` })),
        ...DARK.map((name, at) => alsoNamed(lab, 'dark-0', { name, group: `rack${at % 20}` })),
      ],
      alerts: `storm: {hosts: 20}, rules: [{match: {group: app}, channel: ${CAST.channel}, start: true}, {start: true}], `,
    });
    await stage.lab.host('dark-0').cut();
  }, 120_000);
  afterAll(async () => stage?.stop(), 60_000);

  const rootsIn = (channel: string): readonly LocalMessage[] =>
    stage.slack.messages(channel).filter(({ threadTs }) => threadTs === null);

  /**
   * Sends the alerts, taking turns over the hosts; every one is taken in the end. How much of a core the bot spent while
   * it answered: what it needs on a machine that others load as on one that is idle.
   */
  async function flood(hosts: readonly string[]): Promise<number> {
    const to = { port: stage.product.httpPort, secret: stage.alertSecret };
    const each = ALERTS / DELIVERIES;
    const sending: Promise<number>[] = [];
    const begin = performance.now();
    const spentBefore = cpuSecondsOf(stage.product.pid);
    for (let at = 0; at < DELIVERIES; at += 1) {
      const lateMs = begin + (at * SECONDS * 1_000) / DELIVERIES - performance.now();
      if (lateMs > 1) await sleep(lateMs);
      const one = Array.from({ length: each }, (_, index) => {
        const number = at * each + index;
        const kind = Math.floor(number / hosts.length) % KINDS;
        return alert(hosts[number % hosts.length] ?? '', `Kind${kind}`);
      });
      sending.push(deliver(to, one));
    }
    await Promise.all(sending);
    return (cpuSecondsOf(stage.product.pid) - spentBefore) / SECONDS;
  }

  it('on 20 hosts: one thread each, at most 40 runs, none lost', async () => {
    expect(await flood(TWENTY)).toBeLessThan(MOST_OF_A_CORE);
    await expect.poll(() => rootsIn(CAST.channel).length, { timeout: 40_000 }).toBe(20);
    const path = await socketPlace(join(stage.dataDir, 'redis'));
    const state = await openState({ connection: { kind: 'socket', path } });
    const incidents = async () => {
      const ids = [...(await state.alerts.incidentOf(TWENTY)).values()];
      return [...(await state.alerts.load('incident', ids)).values()].map(({ record }) => record);
    };
    const looked = async (): Promise<number> =>
      (await incidents()).filter(({ lastLook }) => lastLook !== null).length;
    await expect.poll(looked, { timeout: 30_000, interval: 500 }).toBe(20);
    const all = await incidents();
    const runs = await Promise.all(all.map(async ({ id }) => (await state.requests.runsOf(id)).runs.length));
    await state.close();
    const kinds = all.flatMap((one) => one.kinds);
    expect(kinds.reduce((sum, { firings }) => sum + firings, 0)).toBe(ALERTS);
    expect(runs.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(40);
    expect(rootsIn(CAST.channel)).toHaveLength(20);
  }, 120_000);

  it('on 2,000 hosts of which 1,800 are dark: a handful of threads, and people do not wait', async () => {
    const hosts = LIVE.flatMap((live, at) => [...DARK.slice(at * 9, at * 9 + 9), live]);
    const flooding = flood(hosts);
    await sleep(4_000);
    const typedAt = performance.now();
    const { requester: userId, alertChannel: channel } = CAST;
    await stage.slack.command({ userId, channel, command: '/tcpcheck', text: 'db-1' });
    const asked = (): LocalMessage | undefined =>
      rootsIn(CAST.alertChannel).find(({ text }) => text.startsWith('db-1:'));
    await expect.poll(() => asked() === undefined, { timeout: 10_000, interval: 20 }).toBe(false);
    const rootMs = performance.now() - typedAt;
    await expect.poll(() => asked()?.text, { timeout: 40_000, interval: 20 }).toBe('db-1: ok');
    const resultMs = performance.now() - typedAt;
    expect(await flooding).toBeLessThan(MOST_OF_A_CORE);
    const storm = (): string =>
      rootsIn(CAST.alertChannel)
        .filter(({ text }) => text.includes('hosts alert'))
        .map(readable)
        .join();
    await expect.poll(storm, { timeout: 40_000 }).toContain('2,000 hosts alert at once');
    await expect.poll(storm, { timeout: 40_000 }).toContain('network or power, not TCP tuning');
    expect(rootsIn(CAST.alertChannel).length).toBeLessThanOrEqual(5 + 1);
    expect([rootMs < 3_000, resultMs < 20_000]).toEqual([true, true]);
  }, 120_000);
});
