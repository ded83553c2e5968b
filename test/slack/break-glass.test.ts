import { describe, expect, it } from 'vitest';
import { threadOf } from '../../src/core/render/thread.ts';
import { shown, view } from '../core/render/examples.ts';
import { MODES, stage, typed, whisper, type Mode, type Stage } from './stage.ts';

const REASON = 'checkout is down, nobody else is awake';

/** The card of a change that takes two, with its button. */
async function pressed(mode: Mode, userId = 'UAPP'): Promise<Stage & { readonly ts: string }> {
  const at = await stage(mode);
  const one = shown({ kind: 'proposed', approvals: [] });
  const two = {
    ...one,
    change: { ...one.change, plan: { ...one.change.plan, approvalsNeeded: 2 as const } },
  };
  const card = threadOf(view({ changes: [two] })).find(({ key }) => key === 'finding:0');
  const sent = await at.bot.poster.post(
    { channel: 'CIN', threadTs: null, key: 'k' },
    card ?? { key: '', text: '', blocks: [] },
  );
  const ts = sent.kind === 'sent' ? sent.ts : '';
  await at.slack.click({ channel: 'CIN', ts, userId, actionId: 'change.break-glass' });
  return { ...at, ts };
}
const form = async ({ slack }: Stage, userId = 'UAPP'): Promise<string> => {
  await expect.poll(() => slack.modal(userId)?.id ?? null).not.toBeNull();
  return slack.modal(userId)?.id ?? '';
};

describe.each(MODES)('break-glass in %s mode', (mode) => {
  it('asks why, and hands the reason to the desk with the card’s own place', async () => {
    const at = await pressed(mode);
    const viewId = await form(at);
    expect(JSON.stringify(at.slack.modal('UAPP')?.view)).toContain('혼자 즉시 승인합니다');
    const blank = await at.slack.submit({ userId: 'UAPP', viewId, values: { reason: ' '.repeat(40) } });
    expect(blank).toEqual({ kind: 'errors', errors: { reason: '이유를 한 문장으로 적어 주세요.' } });
    expect(at.desk.reasons).toEqual([]);
    const sent = await at.slack.submit({ userId: 'UAPP', viewId, values: { reason: `  ${REASON}\n` } });
    expect(sent.kind).toBe('closed');
    await expect.poll(() => at.desk.reasons).toEqual([REASON]);
    const [, click] = at.desk.clicks.at(-1) ?? [];
    expect(click).toEqual({
      teamId: 'THOME',
      userId: 'UAPP',
      channel: 'CIN',
      messageTs: at.ts,
      value: 'ch1.5f3a',
      deliveryKey: `form:${viewId}`,
    });
  });

  it('tells a refusal, before the form as after it', async () => {
    const at = await stage(mode);
    const refused = {
      kind: 'refused',
      code: 'ACCESS_DENIED',
      answer: { en: 'not you', ko: '안 됩니다' },
    } as const;
    const open = await pressed(mode);
    open.desk.onClick = async () => refused;
    const viewId = await form(open);
    await open.slack.submit({ userId: 'UAPP', viewId, values: { reason: REASON } });
    expect(await whisper(open.slack, 'UAPP')).toContain('안 됩니다');
    at.desk.onGlass = async () => refused;
    const button = { type: 'button', action_id: 'change.break-glass', value: 'v' };
    const blocks = [{ type: 'actions', elements: [{ ...button, text: { type: 'plain_text', text: 'x' } }] }];
    const sent = await at.bot.poster.post(
      { channel: 'CIN', threadTs: null, key: 'k' },
      { key: 'x', text: 'x', blocks },
    );
    const ts = sent.kind === 'sent' ? sent.ts : '';
    await at.slack.click({ channel: 'CIN', ts, userId: 'UREQ', actionId: 'change.break-glass' });
    expect(await whisper(at.slack, 'UREQ')).toContain('not you');
    expect(at.slack.modal('UREQ')).toBeNull();
  });

  it('opens nothing for a guest', async () => {
    const at = await pressed(mode, 'UGUEST');
    expect(await whisper(at.slack, 'UGUEST')).toContain('Only full members');
    expect([at.desk.clicks, at.slack.modal('UGUEST')]).toEqual([[], null]);
  });

  it('says so when Slack would not open the form', async () => {
    const at = await pressed(mode);
    await form(at);
    at.slack.faults.api('views.open', { kind: 'error', error: 'expired_trigger_id' });
    await at.slack.click({ channel: 'CIN', ts: at.ts, userId: 'UREQ', actionId: 'change.break-glass' });
    expect(await whisper(at.slack, 'UREQ')).toContain('Please press again');
  });
});

describe('the command freeze', () => {
  it('reads times by the clock of whoever types, and only for full members', async () => {
    const at = await stage('socket');
    await at.slack.command(typed('freeze until 18:00 release 4.2', 'UAPP'));
    expect(await whisper(at.slack, 'UAPP')).toContain('동결');
    const [said] = at.desk.frozen;
    expect(said).toMatchObject({ teamId: 'THOME', userId: 'UAPP', channel: 'CIN' });
    const { wish } = said ?? {};
    expect(wish).toMatchObject({ kind: 'freeze', reason: 'release 4.2' });
    // In Seoul, where the local Slack's people live.
    expect(wish?.kind === 'freeze' && new Date(wish.toMs ?? 0).toISOString().slice(11, 16)).toBe('09:00');
    await at.slack.command(typed('freeze off', 'UGUEST'));
    expect(await whisper(at.slack, 'UGUEST')).toContain('Only full members');
    expect(at.desk.frozen).toHaveLength(1);
  });
});
