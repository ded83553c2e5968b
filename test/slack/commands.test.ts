import { describe, expect, it } from 'vitest';
import { like, MODES, stage, typed, whisper } from './stage.ts';

describe.each(MODES)('/tcpcheck in %s mode', (mode) => {
  it('asks the desk, and tells the asker at once', async () => {
    const { slack, desk, problems } = await stage(mode);
    const outcome = await slack.command(typed('web-1 connection &lt;refused&gt;'));
    expect(outcome).toMatchObject({ kind: 'acknowledged', body: null });
    expect(outcome.kind === 'acknowledged' && outcome.afterMs < 1_000).toBe(true);
    expect(await whisper(slack, 'UREQ')).toMatch(/In the queue: `web-1`.*\/invite` <@UBOT>/);
    expect(desk.questions).toEqual([
      {
        target: 'web-1',
        symptom: 'connection <refused>',
        channel: 'CIN',
        locale: 'en',
        requester: { kind: 'slack-user', teamId: 'THOME', userId: 'UREQ' },
        mentions: ['UREQ'],
        deliveryKey: like(/^command:.+/),
      },
    ]);
    expect(slack.messages('CIN')).toEqual([]);
    expect([slack.warnings, problems]).toEqual([[], []]);
  });

  it('gives both copies of a doubled delivery the same key, and another to the next command', async () => {
    const { slack, desk } = await stage(mode);
    slack.faults.duplicate('command');
    await slack.command(typed('web-1'));
    await slack.command(typed('web-1'));
    await expect.poll(() => desk.questions.length).toBeGreaterThanOrEqual(2);
    const keys = desk.questions.map((question) => question.deliveryKey);
    expect(new Set(keys).size).toBe(2);
  });

  it.each(['', 'help', ' HELP ', '?'])('helps on %j', async (text) => {
    const { slack, desk } = await stage(mode);
    await slack.command(typed(text));
    const help = await whisper(slack, 'UREQ');
    for (const part of ['`/tcpcheck web-1`', '`/tcpcheck web`', '`/tcpcheck hosts`', '`db-1`'])
      expect(help).toContain(part);
    expect(desk.questions).toEqual([]);
  });

  it('speaks the asker’s language', async () => {
    const { slack, desk } = await stage(mode);
    await slack.command(typed('help', 'UAPP'));
    expect(await whisper(slack, 'UAPP')).toContain('호스트의 TCP 상태를');
    await slack.command(typed('web-1', 'UAPP'));
    await expect.poll(() => desk.questions[0]?.locale).toBe('ko');
  });

  it('lists hosts and groups', async () => {
    const { slack } = await stage(mode);
    await slack.command(typed('hosts'));
    expect(await whisper(slack, 'UREQ')).toContain('Hosts: `web-1`, `db-1`\\nGroup `web`: `web-1`');
  });

  it('explains to the asker alone, in their language', async () => {
    const { slack, desk, problems } = await stage(mode);
    await slack.command(typed('explain'));
    expect(await whisper(slack, 'UREQ')).toContain('`half-open` Half-open: one side is gone');
    await slack.command(typed('설명 포트', 'UAPP'));
    const korean = await whisper(slack, 'UAPP');
    expect(korean).toContain('포트 고갈: 계산');
    expect(korean).toContain('28,232 / 60 = 470 per second');
    expect([slack.messages('CIN'), desk.questions, slack.warnings, problems]).toEqual([[], [], [], []]);
  });

  it('says where to run what only the terminal does', async () => {
    const { slack, desk } = await stage(mode);
    await slack.command(typed('baseline web-1'));
    expect(await whisper(slack, 'UREQ')).toContain(
      'in a terminal, where tcpcheck is installed: `tcpcheck baseline HOST`',
    );
    expect(desk.questions).toEqual([]);
  });

  it('names near topics', async () => {
    const { slack } = await stage(mode);
    await slack.command(typed('explain quues &lt;!here&gt;'));
    expect(await whisper(slack, 'UREQ')).toContain(
      'no topic “quues &lt;!here&gt;”. Topics: `lifecycle`, `errors`',
    );
    await slack.command(typed('explain quues', 'UAPP'));
    expect(await whisper(slack, 'UAPP')).toContain('`queues`');
  });

  it('shows a refusal of the desk to the asker alone, escaped', async () => {
    const { slack, desk } = await stage(mode);
    desk.onAsk = async () => ({
      kind: 'refused',
      code: 'HOST_UNKNOWN',
      answer: { en: 'No `wbe-1` <!channel>. Did you mean `web-1`?', ko: '' },
    });
    await slack.command(typed('wbe-1'));
    expect(await whisper(slack, 'UREQ')).toContain('No `wbe-1` &lt;!channel&gt;. Did you mean `web-1`?');
    expect(slack.messages('CIN')).toEqual([]);
  });

  it.each([
    ['UGUEST', /full members/],
    ['UGUEST1', /full members/],
    ['UFAR', /another one/],
  ])('refuses %s', async (userId, words) => {
    const { slack, desk } = await stage(mode);
    await slack.command(typed('web-1', userId));
    expect(await whisper(slack, userId)).toMatch(words);
    expect(desk.questions).toEqual([]);
  });

  it('lets nobody in while Slack does not say who they are, and asks again next time', async () => {
    const { slack, desk, problems } = await stage(mode);
    slack.faults.api('users.info', { kind: 'http-500' });
    await slack.command(typed('web-1'));
    expect(await whisper(slack, 'UREQ')).toContain('could not find out who you are');
    expect(desk.questions).toEqual([]);
    expect(problems).toMatchObject([{ code: 'SLACK_UNREACHABLE' }]);
    await slack.command(typed('web-1'));
    await expect.poll(() => desk.questions.length).toBe(1);
  });

  it('looks a person up once a minute', async () => {
    const { slack, desk } = await stage(mode);
    for (let turn = 0; turn < 3; turn += 1) await slack.command(typed('web-1'));
    await expect.poll(() => desk.questions.length).toBe(3);
    expect(slack.calls('users.info')).toHaveLength(1);
  });

  it('keeps to the channels and people of the config', async () => {
    const access = { channels: ['CIN'], users: [{ teamId: null, id: 'UREQ' }] };
    const { slack, desk } = await stage(mode, { access });
    await slack.command(typed('web-1', 'UREQ', 'COUT'));
    expect(await whisper(slack, 'UREQ')).toContain('<#CIN>');
    await slack.command(typed('web-1', 'UAPP'));
    expect(await whisper(slack, 'UAPP')).toContain('권한이 없습니다');
    expect(desk.questions).toEqual([]);
    await slack.command(typed('web-1'));
    await expect.poll(() => desk.questions.length).toBe(1);
  });

  it('answers in time when the desk hangs', async () => {
    const { slack, desk } = await stage(mode);
    desk.onAsk = () => new Promise(() => undefined);
    const startedMs = performance.now();
    await slack.command(typed('web-1'));
    expect(await whisper(slack, 'UREQ')).toContain('cannot reach my queue');
    expect(performance.now() - startedMs).toBeLessThan(4_000);
  });

  it('says so when the desk has a fault, and stays up', async () => {
    const { slack, desk, problems } = await stage(mode);
    desk.onAsk = () => Promise.reject(new Error('bug: broken'));
    await slack.command(typed('web-1'));
    expect(await whisper(slack, 'UREQ')).toContain('Something went wrong on my side');
    expect(problems).toMatchObject([{ what: 'the desk failed', code: 'INTERNAL' }]);
  });

  it('answers another way when the response_url fails', async () => {
    const { slack } = await stage(mode, { slack: { timing: { responseUrlMs: 0 } } });
    await slack.command(typed('help'));
    expect(await whisper(slack, 'UREQ')).toContain('/tcpcheck web-1');
    expect(slack.calls('chat.postEphemeral')).toHaveLength(1);
  });

  it('acknowledges what it does not know', async () => {
    const { slack } = await stage(mode);
    const outcome = await slack.command({ ...typed(''), command: '/other' });
    expect(outcome.kind).toBe('acknowledged');
    expect(await whisper(slack, 'UREQ')).toContain('I do not know this command');
    const shortcut = {
      userId: 'UREQ',
      channel: 'CIN',
      ts: slack.say({ userId: 'UREQ', channel: 'CIN', text: 'hi' }).message.ts,
    };
    expect((await slack.useShortcut({ ...shortcut, callbackId: 'nobody' })).kind).toBe('acknowledged');
  });
});
