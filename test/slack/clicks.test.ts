import { describe, expect, it } from 'vitest';
import { threadOf } from '../../src/core/render/thread.ts';
import { judgedAt } from '../core/change/example-states.ts';
import { approvedAt, shown, view } from '../core/render/examples.ts';
import { like, MODES, stage, whisper, type Stage } from './stage.ts';

/** The card of a proposal, posted by the real poster; returns what a click needs. */
async function card({ bot }: Stage): Promise<{ channel: string; ts: string; confirmed: true }> {
  const messages = threadOf(view({ changes: [shown({ kind: 'proposed', approvals: [] })] }));
  const message = messages.find(({ key }) => key === 'finding:0');
  const outcome = await bot.poster.post(
    { channel: 'CIN', threadTs: null, key: 'r1:finding:0' },
    message ?? { key: '', text: '', blocks: [] },
  );
  return { channel: 'CIN', ts: outcome.kind === 'sent' ? outcome.ts : '', confirmed: true };
}

const button = {
  key: 'x',
  text: 'x',
  blocks: [
    {
      type: 'actions',
      elements: [
        { type: 'button', action_id: 'change.reject', value: 'v', text: { type: 'plain_text', text: 'x' } },
      ],
    },
  ],
};

describe.each(MODES)('a button in %s mode', (mode) => {
  it.each([
    ['change.approve', 'approve'],
    ['change.reject', 'reject'],
  ])('%s goes to the desk with who, where and the value', async (actionId, what) => {
    const stageIs = await stage(mode);
    const place = await card(stageIs);
    const outcome = await stageIs.slack.click({ ...place, userId: 'UAPP', actionId });
    expect(outcome.kind).toBe('acknowledged');
    await expect.poll(() => stageIs.desk.clicks.length).toBe(1);
    expect(stageIs.desk.clicks[0]).toEqual([
      what,
      {
        teamId: 'THOME',
        userId: 'UAPP',
        channel: 'CIN',
        messageTs: place.ts,
        value: 'ch1.5f3a',
        deliveryKey: like(/^click:CIN:[\d.]+:[^:]+:change\.\w+:[\d.]+$/),
      },
    ]);
    expect(stageIs.slack.ephemerals('UAPP')).toEqual([]);
  });

  it.each(['keep', 'rollback'] as const)('%s goes to the desk too', async (what) => {
    const stageIs = await stage(mode);
    const message = threadOf(view({ changes: [shown(judgedAt(approvedAt))] })).find(
      ({ key }) => key === 'finding:0',
    );
    const sent = await stageIs.bot.poster.post(
      { channel: 'CIN', threadTs: null, key: 'k' },
      message ?? { key: '', text: '', blocks: [] },
    );
    const ts = sent.kind === 'sent' ? sent.ts : '';
    await stageIs.slack.click({
      channel: 'CIN',
      ts,
      confirmed: true,
      userId: 'UREQ',
      actionId: `change.${what}`,
    });
    await expect.poll(() => stageIs.desk.clicks[0]?.[0]).toBe(what);
  });

  it('has one key per press, however often it is delivered', async () => {
    const stageIs = await stage(mode);
    const place = await card(stageIs);
    const press = { ...place, userId: 'UAPP', actionId: 'change.approve' };
    stageIs.slack.faults.duplicate('click');
    await stageIs.slack.click(press);
    await stageIs.slack.click(press);
    await expect.poll(() => stageIs.desk.clicks.length).toBeGreaterThanOrEqual(2);
    expect(new Set(stageIs.desk.clicks.map(([, click]) => click.deliveryKey)).size).toBe(2);
  });

  it('tells a refusal to who pressed, and to nobody else', async () => {
    const stageIs = await stage(mode);
    const place = await card(stageIs);
    stageIs.desk.onClick = async () => ({
      kind: 'refused',
      code: 'ACCESS_DENIED',
      answer: { en: 'You are not an approver.', ko: '승인자가 아닙니다.' },
    });
    await stageIs.slack.click({ ...place, userId: 'UAPP', actionId: 'change.approve' });
    expect(await whisper(stageIs.slack, 'UAPP')).toContain('승인자가 아닙니다.');
    expect(stageIs.slack.ephemerals('UREQ')).toEqual([]);
    expect(stageIs.slack.messages('CIN')).toHaveLength(1);
  });

  it('tells it in the thread where the button is', async () => {
    const { slack, bot, desk } = await stage(mode);
    const root = await bot.poster.post({ channel: 'CIN', threadTs: null, key: 'r' }, button);
    const threadTs = root.kind === 'sent' ? root.ts : '';
    const reply = await bot.poster.post({ channel: 'CIN', threadTs, key: 'f' }, button);
    const ts = reply.kind === 'sent' ? reply.ts : '';
    desk.onClick = async () => ({ kind: 'refused', code: 'X', answer: { en: 'no', ko: 'no' } });
    await slack.click({ channel: 'CIN', ts, userId: 'UREQ', actionId: 'change.reject' });
    const told = await slack.waitFor((one) => one.ephemeralTo === 'UREQ', 5_000);
    expect(told.threadTs).toBe(threadTs);
  });

  it.each(['UGUEST', 'UFAR'])('does nothing for %s', async (userId) => {
    const stageIs = await stage(mode);
    const place = await card(stageIs);
    await stageIs.slack.click({ ...place, userId, actionId: 'change.approve' });
    expect(await whisper(stageIs.slack, userId)).toMatch(/Only .*members/);
    expect(stageIs.desk.clicks).toEqual([]);
  });

  it('warns not to press again when the desk hangs', async () => {
    const stageIs = await stage(mode);
    const place = await card(stageIs);
    stageIs.desk.onClick = () => new Promise(() => undefined);
    await stageIs.slack.click({ ...place, userId: 'UREQ', actionId: 'change.reject' });
    expect(await whisper(stageIs.slack, 'UREQ')).toContain('before you press again');
  });

  it('is acknowledged when nobody knows it', async () => {
    const { slack, bot, desk } = await stage(mode);
    const button = { type: 'button', action_id: 'some.other', text: { type: 'plain_text', text: 'x' } };
    const sent = await bot.poster.post(
      { channel: 'CIN', threadTs: null, key: 'k' },
      { key: 'x', text: 'x', blocks: [{ type: 'actions', elements: [button] }] },
    );
    const ts = sent.kind === 'sent' ? sent.ts : '';
    expect((await slack.click({ userId: 'UREQ', channel: 'CIN', ts, actionId: 'some.other' })).kind).toBe(
      'acknowledged',
    );
    expect(desk.clicks).toEqual([]);
  });
});
