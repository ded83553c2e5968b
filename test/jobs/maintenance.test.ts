import { describe, expect, it } from 'vitest';
import type { AlertRule } from '../../src/core/alert/rules.ts';
import type { AlertSettings } from '../../src/config/alert-settings.ts';
import { SOURCE_FORMATS } from '../../src/core/alert/formats.ts';
import { announceMaintenance } from '../../src/jobs/announce-maintenance.ts';
import { postAnnouncements } from '../../src/jobs/post-announcements.ts';
import { Outbox } from '../../src/state/outbox.ts';
import { needs } from '../support/machine.ts';
import { alertStage, firing, fleet, wordsIn, type AlertStage } from './alert-stage.ts';
import { CHANNEL, CONFIG } from './bench.ts';

const need = needs('redis-server');
const EMPTY = {
  source: null,
  name: null,
  severity: null,
  host: null,
  group: null,
  zone: null,
  labels: new Map<string, readonly string[]>(),
};

const rule = (match: Partial<AlertRule['match']>, channel: string): AlertRule => ({
  number: 1,
  name: null,
  match: { ...EMPTY, ...match },
  starts: null,
  channel,
  mentions: null,
  playbooks: null,
});

const read = (): never => {
  throw new Error('nothing is read here');
};

function settings(rules: readonly AlertRule[]): AlertSettings {
  const [format] = SOURCE_FORMATS;
  if (format === undefined) throw new Error('no format');
  const proof = { bearer: [], basic: [], hmac: null };
  const source = { name: 'alertmanager', format, read, linkOrigins: [], challengeFile: null };
  return { hostLabels: [], rules, sources: [{ ...source, channel: CHANNEL, mentions: [], proof }] };
}

const told = ({ bench }: AlertStage): readonly string[] =>
  bench.slack.messages(CHANNEL).map(({ blocks }) => JSON.stringify(blocks));

describe.skipIf(need.skip)(`a maintenance window ${need.reason}`, () => {
  const fromMs = Date.now() + 60_000;
  const toMs = fromMs + 4_000;
  const window = { fromMs, toMs, hosts: ['web-1'], groups: ['db'], reason: 'new kernel' };
  const hosts = fleet('db', 2);

  /** What a bot that has just been started tells by. */
  function newsOf({ bench }: AlertStage, rules: readonly AlertRule[] = []) {
    const { state, show, poster, dataDir, clock } = bench;
    const config = {
      hosts: new Map([...CONFIG.hosts, ...hosts.map((one) => [one.name, one] as const)]),
      alerts: settings(rules),
      locale: 'en' as const,
      maintenance: [window],
    };
    const outbox = new Outbox(dataDir);
    return { config, state, outbox, poster, nowMs: () => clock.nowMs, report: show.report };
  }
  async function round(stage: AlertStage): Promise<void> {
    const news = newsOf(stage);
    await announceMaintenance(news);
    await postAnnouncements(news);
  }

  it('holds alerts of its hosts back, is announced at both ends, and lets what fires again open a thread', async () => {
    const stage = await alertStage(hosts, [window]);
    const { clock } = stage.bench;
    const early = firing('db-2');
    clock.nowMs = fromMs - 1;
    await stage.hear(early);
    await round(stage);
    expect([stage.roots().length, told(stage).length]).toEqual([1, 0]);
    clock.nowMs = fromMs;
    for (let start = 0; start < 3; start += 1) await round(stage);
    expect(told(stage)).toEqual([expect.stringContaining('Maintenance of group db, web-1')]);
    expect(told(stage)[0]).toContain('Reason: new kernel.');
    const [one, other] = [firing('web-1'), firing('db-1')];
    await stage.hear(one, other, firing('web-2'), firing('db-2', { name: 'Another' }), early);
    clock.nowMs = toMs - 1;
    await stage.hear(one, other, { ...other, status: 'resolved' });
    const roots = stage.roots().map(wordsIn);
    expect(roots.map((words) => words.split(':')[0])).toEqual(['db-2', 'web-2']);
    expect(roots[0]).toContain('alerts 1, repeats 1');
    await round(stage);
    clock.nowMs = toMs + 1_999;
    await round(stage);
    expect(told(stage)).toHaveLength(1);
    clock.nowMs = toMs + 2_000;
    for (let end = 0; end < 3; end += 1) await round(stage);
    expect(told(stage)).toHaveLength(2);
    expect(told(stage)[1]).toContain('Maintenance of group db, web-1 is over');
    expect(told(stage)[1]).toContain('Alerts held back: 3. Hosts: 3 (db-1, db-2, web-1).');
    expect(told(stage)[1]).toContain('Still firing: db-2, web-1.');
    await stage.hear(one);
    expect(stage.roots().map(({ message }) => message.text.split(':')[0])).toEqual([
      'db-2',
      'web-2',
      'web-1',
    ]);
  });

  it('is announced where its alerts would go, and says when none is on record', async () => {
    const stage = await alertStage(hosts, [window]);
    const { clock, dataDir } = stage.bench;
    const waiting = (): readonly string[] =>
      new Outbox(dataDir)
        .waiting()
        .map(({ channel, message }) => `${channel} ${message.text}`)
        .toSorted();
    const news = newsOf(stage, [
      rule({ group: ['d*'], severity: ['critical'] }, 'C0CRITICAL'),
      rule({ group: ['d*'] }, 'C0DB'),
      rule({ group: ['cache'] }, 'C0CACHE'),
    ]);
    clock.nowMs = fromMs;
    await announceMaintenance(news);
    const begins = [CHANNEL, 'C0CRITICAL', 'C0DB'].map((one) => `${one} Maintenance of group db, web-1`);
    expect(waiting()).toEqual(begins.toSorted());
    clock.nowMs = toMs + 2_000;
    await announceMaintenance(news);
    expect(waiting()).toEqual([...begins, ...begins.map((one) => `${one} is over`)].toSorted());
    expect(JSON.stringify(new Outbox(dataDir).waiting())).toContain('No alert is on record as held back.');
  });

  it('that nobody was told of has no end, unless it has held something back', async () => {
    const stage = await alertStage(hosts, [window]);
    const { clock } = stage.bench;
    clock.nowMs = toMs + 2_000;
    await round(stage);
    expect(told(stage)).toEqual([]);
    clock.nowMs = toMs - 1;
    await stage.hear(firing('web-1'));
    clock.nowMs = toMs + 2_000;
    await round(stage);
    expect(told(stage)).toEqual([expect.stringContaining('Still firing: web-1.')]);
  });
});
