import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../support/machine.ts';
import { KEEPALIVE, REUSE, startLife, type LifeStage } from './life-stage.ts';

const need = needs('lab', 'redis-server', 'flock');

describe.skipIf(need.skip)(`a card that is no longer true ${need.reason}`, { timeout: 90_000 }, () => {
  let life: LifeStage;
  beforeAll(async () => {
    life = await startLife();
  }, 60_000);
  afterAll(async () => life.close());

  it('is followed by a fresh one with the values of now; once one has helped, the others are withdrawn', async () => {
    const { host } = life.on;
    await host.setSysctl(REUSE, '2');
    await host.setSysctl(KEEPALIVE, '7200');
    const requestId = await life.ask();
    const shown = await life.become(requestId, { key: REUSE, from: '2', kind: 'proposed' });
    // An administrator's edit in the gap.
    await host.setSysctl(REUSE, '0');
    expect(await life.press(shown, 'approve')).toEqual({ kind: 'done' });
    await life.become(requestId, { key: REUSE, from: '2', kind: 'void' });
    expect(await host.sysctl(REUSE)).toBe('0');

    const fresh = await life.become(requestId, { key: REUSE, from: '0', kind: 'proposed' });
    expect(fresh.plan).toMatchObject({
      runId: `anew-${shown.plan.id}`,
      settings: [{ key: REUSE, from: '0', to: '1' }],
      requester: shown.plan.requester,
    });
    await expect.poll(life.told).toContain('A fresh card in this thread has the values of now.');
    await expect.poll(life.told).toContain('<@U1> A fresh card: an earlier one was no longer true.');

    expect(await life.press(fresh, 'approve')).toEqual({ kind: 'done' });
    const helped = await life.become(requestId, { key: REUSE, from: '0', kind: 'judged' });
    expect(helped.state).toMatchObject({ judgement: { verdict: 'verified', finding: 'cleared' } });
    expect(await host.sysctl(REUSE)).toBe('1');

    const other = await life.become(requestId, { key: KEEPALIVE, from: '7200', kind: 'proposed' });
    expect(await life.press(other, 'approve')).toMatchObject({ kind: 'refused', code: 'CHANGE_NEEDLESS' });
    await life.become(requestId, { key: KEEPALIVE, from: '7200', kind: 'void' });
    await expect.poll(life.told).toContain('so this one is no longer needed');
    expect(await host.sysctl(KEEPALIVE)).toBe('7200');

    expect(await life.press(fresh, 'rollback')).toEqual({ kind: 'done' });
    await life.become(requestId, { key: REUSE, from: '0', kind: 'rolled-back' });
  });

  it('is not where the finding is gone by then, and the sweep withdraws what nobody presses', async () => {
    const { host } = life.on;
    await host.setSysctl(REUSE, '2');
    const requestId = await life.ask();
    const [reuse, keepalive] = await Promise.all([
      life.become(requestId, { key: REUSE, from: '2', kind: 'proposed' }),
      life.become(requestId, { key: KEEPALIVE, from: '7200', kind: 'proposed' }),
    ]);
    expect(await life.press(keepalive, 'approve')).toEqual({ kind: 'done' });
    await life.become(requestId, { key: KEEPALIVE, from: '7200', kind: 'judged' });
    await life.sweep();
    await life.become(requestId, { key: REUSE, from: '2', kind: 'void' });
    expect(await life.press(reuse, 'approve')).toMatchObject({ code: 'CHANGE_DECIDED' });

    // Asked for before it helped, in another thread: that one is overtaken, and told why.
    expect(await life.press(keepalive, 'rollback')).toEqual({ kind: 'done' });
    await life.become(requestId, { key: KEEPALIVE, from: '7200', kind: 'rolled-back' });
    const later = await life.ask();
    const card = await life.become(later, { key: REUSE, from: '2', kind: 'proposed' });
    await host.setSysctl(REUSE, '1');
    expect(await life.press(card, 'approve')).toEqual({ kind: 'done' });
    await life.become(later, { key: REUSE, from: '2', kind: 'void' });
    await expect
      .poll(life.told, { timeout: 30_000 })
      .toContain('the finding is gone, so there is nothing left to change');
    expect(await life.state.changes.ofRequest(later)).toHaveLength(2);
  });
});
