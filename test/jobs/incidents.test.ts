import { describe, expect, it } from 'vitest';
import type { Click, ClickOutcome } from '../../src/core/domain/ports.ts';
import { diagnosis } from '../core/render/examples.ts';
import { entitiesOf, textsOf } from '../support/block-kit.ts';
import { needs } from '../support/machine.ts';
import { alertStage, firing, wordsIn, type AlertStage, type Posted } from './alert-stage.ts';
import { APPROVER, askFor, CHANNEL, codeOf, finishRun, host, REQUESTER, TEAM } from './bench.ts';

const need = needs('redis-server');
const healthy = { ...diagnosis, verdict: 'ok' as const, findings: [], facts: null };

let presses = 0;
const click = (root: Posted | undefined, value: string, userId = APPROVER): Click => {
  presses += 1;
  return {
    teamId: TEAM,
    userId,
    channel: CHANNEL,
    messageTs: root?.ts ?? '',
    value,
    deliveryKey: `press-${presses}`,
  };
};

/** What the look of a host came to, shown. */
async function look(stage: AlertStage, name: string, found = {}): Promise<void> {
  stage.bench.clock.nowMs += 12_000;
  await finishRun(stage.bench, name, found);
  await stage.turn();
}

const idOf = (root: Posted | undefined): string => root?.key.replace(':root', '') ?? '';

describe.skipIf(need.skip)(`an incident ${need.reason}`, () => {
  it('is one thread for one delivery that comes 33 times', async () => {
    const stage = await alertStage();
    const alert = firing('web-1');
    await Promise.all(Array.from({ length: 33 }, async () => stage.intake([alert])));
    await stage.turn();
    expect(stage.roots()).toHaveLength(1);
    expect(stage.roots().map(wordsIn)).toEqual([expect.stringContaining('ListenOverflows firing')]);
    expect(stage.roots().map(wordsIn)).toEqual([expect.stringContaining('alerts 1, repeats 32')]);
    expect(await stage.bench.state.requests.runsOf(idOf(stage.roots()[0]))).toEqual({
      runs: [],
      waits: true,
    });
  });

  it('goes from firing to findings to resolved in place, and says how the host is', async () => {
    const stage = await alertStage();
    const alert = firing('web-1', { silenceUrl: 'https://alertmanager.test/#/silences/new' });
    await stage.hear(alert);
    const [root] = stage.roots();
    expect(root?.message.text).toBe('web-1: ListenOverflows firing');
    expect(wordsIn(root)).toContain('<https://prometheus.test/graph?a=1&amp;b=2|open the alert>');
    await look(stage, 'web-1');
    expect(root?.message.text).toBe('web-1: critical');
    expect(
      stage
        .replies(root)
        .filter(({ key }) => key.endsWith(':end'))
        .map(wordsIn),
    ).toEqual([expect.stringContaining('<@U9>')]);
    await stage.hear({ ...alert, status: 'resolved' });
    expect(root?.message.text).toBe('web-1: checking again');
    await look(stage, 'web-1', healthy);
    expect(root?.message.text).toBe('web-1: resolved');
    const end = stage.replies(root).find(({ key }) => key.endsWith(':end:2'));
    expect(end?.message.text).toMatch(/^web-1 looks healthy again, over after /);
    expect(stage.roots()).toHaveLength(1);
    // What fires again within minutes is the same trouble.
    await stage.hear({ ...alert, startedAtMs: Date.UTC(2026, 10, 20, 3) });
    expect(stage.roots()).toHaveLength(1);
    expect(stage.roots().map(wordsIn)).toEqual([expect.stringContaining('Came back 1×')]);
    stage.bench.clock.nowMs += 3_600_000;
    await stage.hear({ ...alert, startedAtMs: Date.UTC(2026, 10, 20, 3), status: 'resolved' });
    await look(stage, 'web-1');
    expect(root?.message.text).toBe('web-1: resolved, but critical');
    expect(stage.replies(root).at(-1)?.message.text).toContain(
      'alert resolved, but: critical, Accept queue overflow',
    );
    stage.bench.clock.nowMs += 3_600_000;
    await stage.hear({ ...alert, startedAtMs: Date.UTC(2026, 10, 20, 6) });
    expect(stage.roots()).toHaveLength(2);
  });

  it('takes a delivery alert by alert, and ignores a resolve of what nobody heard firing', async () => {
    const stage = await alertStage();
    const [one, other] = [firing('web-1'), firing('web-1', { name: 'ConnLimit' })];
    await stage.hear(one, other, firing('web-2', { status: 'resolved' }));
    await look(stage, 'web-1');
    await stage.hear({ ...one, status: 'resolved' }, firing('web-2'));
    const texts = stage.roots().map(wordsIn);
    expect(texts).toHaveLength(2);
    expect(texts[0]).toContain('✅ *ListenOverflows*');
    expect(texts[0]).toContain('🔥 *ConnLimit*');
    expect(texts[0]).not.toContain('checked once more');
  });

  it('looks once more for a new kind of alert, and not for a hundred', async () => {
    const stage = await alertStage();
    await stage.hear(firing('web-1'));
    await look(stage, 'web-1');
    for (let kind = 0; kind < 100; kind += 1) await stage.intake([firing('web-1', { name: `Kind${kind}` })]);
    await stage.turn();
    await look(stage, 'web-1');
    await stage.hear(firing('web-1', { name: 'OneMore' }));
    const id = idOf(stage.roots()[0]);
    expect(await stage.bench.state.requests.runsOf(id)).toMatchObject({ waits: false, runs: { length: 2 } });
    expect(stage.roots().map(wordsIn)).toEqual([expect.stringContaining('alerts 102, repeats 0')]);
  });

  it('shows who is on it, and calls nobody else from then on', async () => {
    const stage = await alertStage();
    await stage.hear(firing('web-1'));
    const [root] = stage.roots();
    const press = async (userId: string): Promise<ClickOutcome> =>
      stage.bench.desk.acknowledge(click(root, idOf(root), userId));
    expect(codeOf(await press(APPROVER))).toBe('done');
    expect(codeOf(await press(REQUESTER))).toBe('CHANGE_DECIDED');
    await look(stage, 'web-1');
    expect(wordsIn(root)).toContain(`👀 <@${APPROVER}> is on it, since`);
    const end = stage
      .replies(root)
      .filter(({ key }) => key.endsWith(':end'))
      .map(wordsIn);
    expect(end).toEqual([expect.stringContaining(`<@${APPROVER}>`)]);
    expect(end).toEqual([expect.not.stringContaining('<@U9>')]);
    expect(codeOf(await stage.bench.desk.acknowledge(click(undefined, idOf(root))))).toBe('REDIS_LOST');
  });

  it('is closed by a clean look that a person has asked for, and by silence', async () => {
    const stage = await alertStage();
    await stage.hear(firing('web-1'), firing('web-2'));
    await look(stage, 'web-1');
    await look(stage, 'web-2', healthy);
    const rootAbout = (name: string) => stage.roots().find(({ message }) => message.text.startsWith(name));
    const [first, second] = [rootAbout('web-1'), rootAbout('web-2')];
    expect(second?.message.text).toBe('web-2: ok');
    expect(codeOf(await stage.bench.desk.recheck(click(first, idOf(first))))).toBe('done');
    await stage.turn();
    await look(stage, 'web-1');
    expect(first?.message.text).toBe('web-1: critical');
    expect(codeOf(await stage.bench.desk.recheck(click(first, idOf(first))))).toBe('done');
    await stage.turn();
    await look(stage, 'web-1', healthy);
    expect(first?.message.text).toBe('web-1: closed, looks healthy');
    stage.bench.clock.nowMs += 7 * 3_600_000;
    await stage.turn();
    expect(second?.message.text).toBe('web-2: checking again');
    await look(stage, 'web-2');
    expect(wordsIn(second)).toContain('No word from its alerts for hours');
  });

  it('is named in the thread of a person who asks about its host', async () => {
    const stage = await alertStage();
    await stage.hear(firing('web-1'));
    await askFor(stage.bench);
    await stage.turn();
    const [incident, asked] = stage.roots();
    const address = `https://slack.test/archives/${CHANNEL}/p${incident?.ts.replace('.', '')}`;
    expect(wordsIn(asked)).toContain(`An incident is open for this host: <${address}|open the thread>`);
  });

  it('escapes what alerts say, and links nothing but https', async () => {
    const stage = await alertStage();
    await stage.hear(
      firing('web-1', {
        name: '<!channel> $(reboot) *x* <https://evil.test|ok>',
        severity: '<@U1>',
        alertUrl: 'https://ok.test/a|b>c<d',
        silenceUrl: 'javascript:alert(1)',
      }),
    );
    const said = textsOf(stage.roots()[0]?.message.blocks ?? []).filter(({ kind }) => kind === 'mrkdwn');
    const entities = said.flatMap(({ text }) => entitiesOf(text));
    expect(entities.filter((entity) => !entity.startsWith('!date'))).toEqual([
      'https://ok.test/a%7Cb%3Ec%3Cd|open the alert',
    ]);
  });
});

describe.skipIf(need.skip)(`an alert that names no host of the inventory ${need.reason}`, () => {
  it('is asked about where several could be meant, and goes where a person says', async () => {
    const stage = await alertStage([host('web-3')]);
    const which = { kind: 'choice', candidates: ['web-1', 'web-3'], named: '10.0.0.5 <!here>' } as const;
    await stage.hear(firing(which), firing(which));
    const [question] = stage.roots();
    expect(stage.roots()).toHaveLength(1);
    expect(wordsIn(question)).toContain('Alerts that wait for this: 2.');
    const choose = (name: string) =>
      stage.bench.desk.chooseHost(click(question, `${idOf(question)} ${name}`));
    expect(codeOf(await choose('web-2'))).toBe('REDIS_LOST');
    expect(codeOf(await choose('web-3'))).toBe('done');
    expect(codeOf(await choose('web-1'))).toBe('CHANGE_DECIDED');
    await stage.turn();
    expect(wordsIn(question)).toContain(`<@${APPROVER}> chose \`web-3\``);
    await stage.hear(firing(which));
    expect(stage.roots().map(({ message }) => message.text)).toEqual([
      expect.stringMatching(/^“.*” is web-3$/),
      'web-3: ListenOverflows firing',
    ]);
    expect(stage.roots().map(wordsIn)[1]).toContain('alerts 3, repeats 0');
  });

  it('is told once a day and channel, and nothing is looked at', async () => {
    const stage = await alertStage();
    for (const named of ['ghost-1', 'ghost-2 <!channel>', 'ghost-1'])
      await stage.hear(firing({ kind: 'unknown', named }));
    expect(stage.roots()).toHaveLength(1);
    const text = wordsIn(stage.roots()[0]);
    expect(text).toContain('Alerts today: 3.');
    expect(text).toContain('`ghost-1`, `ghost-2 &lt;!channel&gt;`');
    expect(await stage.bench.state.sweep()).toEqual([]);
  });
});
