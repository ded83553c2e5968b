import { describe, expect, it } from 'vitest';
import { nextCare, overdueCare } from '../../../src/core/change/care.ts';
import { freshFinding, helpedInstead, insteadOfLook } from '../../../src/core/change/fresh.ts';
import { isOpen } from '../../../src/state/change-store.ts';
import type { Change, ChangePlan, ChangeState, FreshLook } from '../../../src/core/domain/change.ts';
import { acceptQueue, approvedAt, diagnosis, plan } from '../render/examples.ts';
import { HELPED, judgedAt } from './example-states.ts';

const T0 = approvedAt.atMs;
const voided = (code: string, fresh?: FreshLook): ChangeState => ({
  kind: 'void',
  atMs: T0,
  reason: { code, message: 'the value is 256', hint: '' },
  fresh,
});
const change = (state: ChangeState, parts: Partial<ChangePlan> = {}): Change => ({
  plan: { ...plan, ...parts },
  state,
});
const PROPOSED: FreshLook = { kind: 'proposed', runId: 'anew-x', atMs: T0 };

const told = (findings: typeof diagnosis.findings): string =>
  freshFinding(plan, { ...diagnosis, findings }).kind;

describe('the look at a host whose card is no longer true', () => {
  it.each([
    ['what was shown is no longer true', voided('CHANGE_STALE'), 'look-anew'],
    ['it was looked at already', voided('CHANGE_STALE', { kind: 'gone', atMs: T0 }), null],
    ['another change has helped', voided('CHANGE_NEEDLESS'), null],
    ['somebody has tampered with it', voided('CHANGE_UNSIGNED'), null],
  ])('when %s', (_, state, care) => {
    expect(overdueCare(change(state), T0 + 1)).toBe(care);
    expect(nextCare(change(state), T0 + 1)).toBe(care);
  });

  it('is not made when the incident is long over, and the change does not wait for it for ever', () => {
    const stale = change(voided('CHANGE_STALE'));
    const late = T0 + 15 * 60_000;
    expect(insteadOfLook(stale, [stale], late - 1)).toBeNull();
    const said = insteadOfLook(stale, [stale], late);
    expect(said).toEqual({ kind: 'too-late', atMs: late });
    // Whoever finds it then has to say so, and after that it is over.
    expect(overdueCare(stale, late)).toBe('look-anew');
    expect(isOpen(stale.state)).toBe(true);
    expect(isOpen(voided('CHANGE_STALE', said ?? undefined))).toBe(false);
  });

  it('is not made again where the cards of the same setting were overtaken each time', () => {
    const before = ['a', 'b'].map((id) => change(voided('CHANGE_STALE', PROPOSED), { id }));
    const gone = change(voided('CHANGE_STALE', { kind: 'gone', atMs: T0 }), { id: 'c' });
    const other = change(voided('CHANGE_STALE', PROPOSED), {
      id: 'd',
      settings: [{ key: 'net.ipv4.tcp_tw_reuse', from: '2', to: '1' }],
    });
    const stale = change(voided('CHANGE_STALE'));
    expect(insteadOfLook(stale, [stale, ...before, gone, other], T0 + 1)).toBeNull();
    const third = change(voided('CHANGE_STALE', PROPOSED), { id: 'e' });
    expect(insteadOfLook(stale, [stale, ...before, third], T0 + 1)).toEqual({
      kind: 'too-often',
      times: 4,
      atMs: T0 + 1,
    });
  });

  it('finds that the finding stands, is gone, offers nothing more, or was not evaluated', () => {
    const unoffered = acceptQueue.fixes.map((fix) =>
      fix.kind === 'sysctl' ? { ...fix, offered: false } : fix,
    );
    expect(told([acceptQueue])).toBe('offered');
    expect(told([{ ...acceptQueue, fixes: unoffered }])).toBe('not-offered');
    expect(told([{ ...acceptQueue, status: 'cleared' }])).toBe('gone');
    expect(told([{ ...acceptQueue, subject: '0.0.0.0:9090' }])).toBe('gone');
    expect(told([{ ...acceptQueue, status: 'unknown', subject: null }])).toBe('not-looked');
    expect(told([])).toBe('not-looked');
    const error = { code: 'SSH_TIMEOUT', message: 'web-1: no answer', hint: '' };
    expect(freshFinding(plan, { ...diagnosis, error })).toEqual({
      kind: 'not-looked',
      said: 'web-1: no answer',
    });
  });
});

describe('a proposal whose finding another change has ended', () => {
  const other = { id: 'other', settings: [{ key: 'net.ipv4.tcp_syncookies', from: '0', to: '1' }] };
  it.each([
    ['helped', HELPED, {}, true],
    ['helped, and the finding still stands', { ...HELPED, finding: 'matched' }, {}, false],
    ['had no effect', { ...HELPED, verdict: 'no-effect', finding: 'matched' }, {}, false],
    ['helped with another listener', HELPED, { subject: '0.0.0.0:9090' }, false],
    ['helped with another playbook’s finding', HELPED, { playbook: 'syn-queue-full' }, false],
  ] as const)('%s', (_, judgement, parts, isNeedless) => {
    const found = helpedInstead(plan, [change(judgedAt(approvedAt, judgement), { ...other, ...parts })]);
    expect(found !== null).toBe(isNeedless);
  });
  it('is never itself', () => {
    expect(helpedInstead(plan, [change(judgedAt(approvedAt))])).toBeNull();
  });
});
