import { describe, expect, it } from 'vitest';
import { dueReminder } from '../../../src/core/change/remind.ts';
import type { ChangeState } from '../../../src/core/domain/change.ts';
import { ALICE, RANGE_PLAN } from './arbitrary-change.ts';
import { statesAt } from './example-states.ts';

const MINUTE_MS = 60_000;
const plan = { ...RANGE_PLAN, proposedAtMs: 0, expiresAtMs: 15 * MINUTE_MS };
const due = (state: ChangeState, nowMs: number) => dueReminder({ plan, state }, nowMs);

describe('people are reminded', () => {
  it('of a proposal when half of its time has gone, and not after it ran out', () => {
    const state = { kind: 'proposed', approvals: [] } as const;
    expect([7, 7.5, 14.9, 15].map((minutes) => due(state, minutes * MINUTE_MS))).toEqual([
      null,
      'approve',
      'approve',
      null,
    ]);
  });

  it('of a change that nobody keeps or takes back an hour after its verdict', () => {
    const { judged } = statesAt({ by: ALICE, atMs: 0 });
    // The example is judged after 70 s.
    expect([61, 62].map((minutes) => due(judged, minutes * MINUTE_MS))).toEqual([null, 'decide']);
  });

  it('of nothing else, however long it takes', () => {
    const quiet = Object.values(statesAt({ by: ALICE, atMs: 0 })).filter(
      (state) => state.kind !== 'proposed' && state.kind !== 'judged',
    );
    expect(quiet.map((state) => due(state, 1e12))).toEqual(quiet.map(() => null));
  });
});
