import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertNotice } from '../../../src/core/domain/alert.ts';
import type { Incident, LookResult } from '../../../src/core/domain/incident.ts';
import { emptyRecords, Ledger, type LedgerRecords } from '../../../src/core/incident/ledger.ts';
import { dueAtMs, settle } from '../../../src/core/incident/settle.ts';

const NOW = Date.UTC(2026, 10, 20, 2);
const MINUTE = 60_000;

const notice = (host: string, more: Partial<AlertNotice> = {}): AlertNotice => ({
  source: 'alertmanager',
  fingerprint: 'a',
  startedAtMs: NOW,
  status: 'firing',
  name: 'A',
  summary: '',
  severity: null,
  alertUrl: null,
  silenceUrl: null,
  target: { kind: 'host', host },
  route: { channel: 'C1', mentions: [], starts: true, rule: { kind: 'nothing' }, playbooks: [] },
  ...more,
});

const book = (records: LedgerRecords, nowMs: number): Ledger =>
  new Ledger(
    records,
    {
      locale: 'en',
      storm: { hosts: 10, withinMs: 2 * MINUTE },
      siteOf: (host) => ({ group: host.slice(0, 1), zone: 'default', jump: null }),
      maintenanceOf: () => [],
    },
    nowMs,
  );

const resolved = { status: 'resolved' } as const;
const healthy: LookResult = { verdict: 'ok', code: null, what: null, atMs: NOW + 5 * MINUTE };

describe('what a notice does', () => {
  const table: readonly (readonly [string, readonly Partial<AlertNotice>[], string])[] = [
    ['the first opens', [{}], 'opened'],
    ['the same firing again is a repeat', [{}, {}], 'repeat'],
    ['another start is another firing', [{}, { startedAtMs: NOW + 1 }], 'joined'],
    ['another name is a new kind', [{}, { fingerprint: 'b', name: 'B' }], 'new-kind'],
    ['its resolve resolves', [{}, resolved], 'resolved'],
    ['whatever start the resolve tells', [{}, { ...resolved, startedAtMs: NOW + 9 }], 'resolved'],
    ['a second resolve is nothing', [{}, resolved, resolved], 'ignored'],
    ['a resolve of what nobody heard is nothing', [resolved], 'ignored'],
    ['a resolve of another alert is nothing', [{}, { ...resolved, fingerprint: 'b' }], 'ignored'],
    ['a firing that comes after its own resolve is late', [{}, resolved, {}], 'repeat'],
    [
      'without starts, firing again while it fires is a repeat',
      [{ startedAtMs: null }, { startedAtMs: null }],
      'repeat',
    ],
    [
      'without starts, after its resolve it is new',
      [{ startedAtMs: null }, resolved, { startedAtMs: null }],
      'joined',
    ],
  ];
  it.each(table)('%s', (_, notices, what) => {
    const ledger = book(emptyRecords(), NOW);
    expect(notices.map((more) => ledger.take(notice('w1', more))).at(-1)).toBe(what);
    expect(ledger.records.incidents.size).toBeLessThanOrEqual(1);
  });

  it.each([
    ['ahead', 3_600_000, NOW],
    ['behind', -3_600_000, NOW - 3_600_000],
  ])('by a sender whose clock is %s: one firing, that never begins in the future', (_, skewMs, sinceMs) => {
    const skewed = { startedAtMs: NOW + skewMs };
    const ledger = book(emptyRecords(), NOW);
    const all = [skewed, skewed, { ...resolved, ...skewed }];
    expect(all.map((more) => ledger.take(notice('w1', more)))).toEqual(['opened', 'repeat', 'resolved']);
    expect([...ledger.records.incidents.values()]).toMatchObject([{ openedAtMs: NOW, kinds: [{ sinceMs }] }]);
  });

  it('opens nothing by an alert that starts nothing, and counts it where something is open', () => {
    const ledger = book(emptyRecords(), NOW);
    const quiet = { route: { ...notice('w1').route, starts: false } };
    expect(ledger.take(notice('w1', quiet))).toBe('ignored');
    ledger.take(notice('w1'));
    expect(ledger.take(notice('w1', { ...quiet, fingerprint: 'b', name: 'B' }))).toBe('new-kind');
    expect([...ledger.records.incidents.values()]).toMatchObject([{ kinds: [{ name: 'A' }, { name: 'B' }] }]);
  });
});

describe('the life of an incident', () => {
  const opened = (): Incident => {
    const ledger = book(emptyRecords(), NOW);
    ledger.take(notice('w1'));
    const [incident] = ledger.records.incidents.values();
    if (incident === undefined) throw new Error('none');
    return incident;
  };
  const over: Incident = {
    ...opened(),
    phase: { kind: 'rechecking', why: 'resolved', sinceMs: NOW, runsBefore: 1 },
  };

  it('is closed by the look that was asked for it, and by no earlier one', () => {
    expect(settle(over, { kind: 'look-ended', result: healthy, runs: 1 }).phase.kind).toBe('rechecking');
    expect(settle(over, { kind: 'look-ended', result: healthy, runs: 2 }).phase).toEqual({
      kind: 'closed',
      why: 'resolved',
      atMs: healthy.atMs,
    });
  });

  it('closes without a look that never comes, and asks for one when no word comes for hours', () => {
    expect(settle(over, { kind: 'time', nowMs: NOW + 14 * MINUTE })).toBe(over);
    expect(settle(over, { kind: 'time', nowMs: NOW + 15 * MINUTE }).phase.kind).toBe('closed');
    const open = opened();
    expect(dueAtMs(open)).toBe(NOW + 360 * MINUTE);
    expect(settle(open, { kind: 'time', nowMs: NOW + 360 * MINUTE }).phase).toMatchObject({ why: 'quiet' });
  });

  it('stays open when a person looks again and it is still sick', () => {
    const asked = settle(opened(), { kind: 'person-rechecks', runsBefore: 1, atMs: NOW });
    const sick = { ...healthy, verdict: 'critical' as const };
    expect(settle(asked, { kind: 'look-ended', result: sick, runs: 2 }).phase.kind).toBe('open');
    expect(settle(asked, { kind: 'look-ended', result: healthy, runs: 2 }).phase).toMatchObject({
      why: 'person',
    });
  });
});

/** Anything that alerts, people and time can do, in any order. */
const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        what: fc.constant('notice' as const),
        host: fc.integer({ min: 1, max: 14 }),
        alert: fc.constantFrom('a', 'b', 'c'),
        start: fc.constantFrom(null, 1, 2),
        status: fc.constantFrom('firing' as const, 'resolved' as const),
      }),
    },
    fc.record({ what: fc.constant('wait' as const), minutes: fc.constantFrom(1, 5, 30, 400) }),
    fc.record({
      what: fc.constant('look' as const),
      host: fc.integer({ min: 1, max: 14 }),
      ok: fc.boolean(),
    }),
  ),
  { maxLength: 80 },
);

describe('any walk through alerts', () => {
  it('keeps one incident per host at a time, counts every alert once, and looks a bounded number of times', () => {
    fc.assert(
      fc.property(steps, (walk) => {
        const records = emptyRecords();
        let nowMs = NOW;
        let heard = 0;
        for (const step of walk) {
          const ledger = book(records, nowMs);
          if (step.what === 'wait') nowMs += step.minutes * MINUTE;
          if (step.what === 'notice') {
            const { alert, start, status } = step;
            const startedAtMs = start === null ? null : NOW + start;
            const what = ledger.take(
              notice(`w${step.host}`, {
                fingerprint: `${alert}${step.host}`,
                name: alert,
                startedAtMs,
                status,
              }),
            );
            if (status === 'firing' && what !== 'ignored') heard += 1;
          }
          const id = step.what === 'look' ? records.incidentOf.get(`w${step.host}`) : undefined;
          const incident = id === undefined ? undefined : records.incidents.get(id);
          if (step.what === 'look' && incident !== undefined) {
            const asked = settle(incident, { kind: 'look-asked' });
            const result = {
              ...healthy,
              verdict: step.ok ? ('ok' as const) : ('warning' as const),
              atMs: nowMs,
            };
            ledger.put(settle(asked, { kind: 'look-ended', result, runs: asked.looks }));
          }
          for (const one of records.incidents.values()) ledger.put(settle(one, { kind: 'time', nowMs }));
        }
        const all = [...records.incidents.values()];
        const counted = all.reduce(
          (sum, { kinds, beyond, repeats }) =>
            kinds.reduce((more, { firings }) => more + firings, sum + beyond + repeats),
          0,
        );
        expect(counted).toBe(heard);
        for (const { looks, kinds } of all) {
          expect(looks).toBeLessThanOrEqual(6);
          for (const { firing, firings } of kinds) {
            expect(firing).toBeGreaterThanOrEqual(0);
            expect(firing).toBeLessThanOrEqual(firings);
          }
        }
        for (const storm of records.storms.values()) {
          const members = all.filter(({ stormId }) => stormId === storm.id);
          expect(storm.members.toSorted()).toEqual(members.map(({ id }) => id).toSorted());
          expect(new Set(storm.members).size).toBe(storm.members.length);
        }
        const open = all.filter(({ phase }) => phase.kind !== 'closed').map(({ host }) => host);
        expect(new Set(open).size).toBe(open.length);
      }),
      { numRuns: 150 },
    );
  });
});
