import { describe, expect, it } from 'vitest';
import { judgedAt } from '../core/change/example-states.ts';
import { needs } from '../support/machine.ts';
import { testState } from '../support/state.ts';
import { BY, plan, proposal, PROPOSED, STATES } from './samples.ts';

const ENDS = new Set(['rolled-back', 'reverted', 'rejected', 'expired', 'void', 'failed']);
const machine = needs('redis-server');

describe.skipIf(machine.skip)(`changes ${machine.reason}`, () => {
  it('keeps a proposal as it was shown, once', async () => {
    const { state } = await testState();
    const given = proposal('c1');
    expect(await state.changes.propose(given)).toBe(true);
    expect(await state.changes.propose(proposal('c1', { host: 'web-2' }))).toBe(false);
    expect(await state.changes.get('c1')).toEqual(given);
    expect(await state.changes.get('c2')).toBeNull();
    await state.changes.propose(proposal('c2'));
    await state.changes.propose(proposal('c3', { requestId: 'r2' }));
    const ids = (await state.changes.ofRequest('r1')).map((change) => change.plan.id);
    expect(ids).toEqual(['c1', 'c2']);
  });

  it.each(STATES)('reads back the state $kind', async (next) => {
    const { state } = await testState();
    await state.changes.propose(proposal('c1'));
    const moved = await state.changes.move('c1', PROPOSED, next);
    expect(moved).toMatchObject({ moved: true, change: { state: next } });
    expect((await state.changes.get('c1'))?.state).toEqual(next);
  });

  it('moves for one of 40 who want to, and tells the others what it is', async () => {
    const { state } = await testState();
    await state.changes.propose(proposal('c1'));
    const results = await Promise.all(
      Array.from({ length: 40 }, async (_, index) =>
        state.changes.move(
          'c1',
          PROPOSED,
          index % 2 === 0
            ? { kind: 'approved', approvals: [{ by: BY, atMs: index }], atMs: index }
            : { kind: 'rejected', by: BY, atMs: index },
        ),
      ),
    );
    const winners = results.filter((result) => result.moved);
    expect(winners).toHaveLength(1);
    for (const result of results) expect(result.change.state).toEqual(winners[0]?.change.state);
  });

  it('counts both of two people who approve at the same moment', async () => {
    const { state } = await testState();
    await state.changes.propose(proposal('c1', { approvalsNeeded: 2 }));
    const first = { kind: 'proposed', approvals: [{ by: BY, atMs: 1 }] } as const;
    const other = { kind: 'proposed', approvals: [{ by: { ...BY, userId: 'U9' }, atMs: 1 }] } as const;
    expect(await state.changes.move('c1', PROPOSED, first)).toMatchObject({ moved: true });
    // Decided on what it saw: nobody had approved. It sees now that somebody has, and can decide again.
    expect(await state.changes.move('c1', PROPOSED, other)).toMatchObject({
      moved: false,
      change: { state: first },
    });
  });

  it('writes a state anew only where nothing has moved it since, be it in the same millisecond', async () => {
    const { state } = await testState();
    await state.changes.propose(proposal('c1'));
    const first = judgedAt({ by: BY, atMs: 1 });
    const anew = { ...first, go: { payload: '{}', signature: 'c2Vjb25k' } };
    await state.changes.move('c1', PROPOSED, first);
    expect(await state.changes.rewrite('c1', () => null)).toBe(false);
    expect(await state.changes.rewrite('c1', () => anew)).toBe(true);
    expect((await state.changes.get('c1'))?.state).toEqual(anew);
    const looked = { ...anew, secondLook: first.judgement };
    let moving: Promise<unknown> = Promise.resolve();
    const written = await state.changes.rewrite('c1', (seen) => {
      moving = state.changes.move('c1', seen, looked);
      return first;
    });
    expect(await moving).toMatchObject({ moved: true });
    expect(written).toBe(false);
    expect((await state.changes.get('c1'))?.state).toEqual(looked);
    expect(await state.changes.rewrite('gone', () => first)).toBe(false);
  });

  it('says that a change is gone when Redis was emptied', async () => {
    const { state } = await testState();
    await expect(state.changes.move('c1', PROPOSED, { kind: 'expired', atMs: 1 })).rejects.toMatchObject({
      code: 'REDIS_LOST',
    });
  });

  it('lists what is open, oldest first', async () => {
    const { state } = await testState();
    const nowMs = Date.now();
    await state.changes.propose({
      plan: plan('young', { proposedAtMs: nowMs }),
      state: { kind: 'proposed', approvals: [] },
    });
    await state.changes.propose({
      plan: plan('old', { proposedAtMs: nowMs - 1 }),
      state: { kind: 'proposed', approvals: [] },
    });
    expect(await state.changes.open()).toEqual(['old', 'young']);
    for (const next of STATES) {
      const now = (await state.changes.get('young'))?.state ?? PROPOSED;
      await state.changes.move('young', now, next);
      const isOpen = (await state.changes.open()).includes('young');
      const looked = next.kind === 'left-until-reboot' || next.kind === 'kept';
      // What was shown is no longer true: the host is looked at anew first.
      const owesLook = next.kind === 'void' && next.fresh === undefined;
      const waits = looked ? next.secondLook === null : owesLook || !ENDS.has(next.kind);
      expect.soft(isOpen, JSON.stringify(next)).toBe(waits);
    }
  });
});
