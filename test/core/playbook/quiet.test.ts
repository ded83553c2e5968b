import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../src/core/domain/facts.ts';
import type { LastLook } from '../../../src/core/domain/last-look.ts';
import { diagnoseFacts } from '../../../src/core/playbook/diagnose.ts';
import { lookToKeep } from '../../../src/core/playbook/long-sample.ts';
import { quietNotes } from '../../../src/core/playbook/quiet.ts';
import { checksByHand, factsByHand } from '../../support/facts.ts';
import { shippedPlaybooks } from '../../support/playbooks.ts';

const BOOT = 'b0000000-0000-4000-8000-000000000001';
const NETNS = 'net:[4026531840]';
const AT = Date.UTC(2026, 10, 20, 2, 20);

/** A host that is quiet now and had so many accept queue overflows and softnet drops since boot. */
const host = (overflows: number, softnetDrops = 0, more: Partial<Facts['host']> = {}): Facts =>
  factsByHand({
    host: {
      host: { boot_id: BOOT, netns: NETNS },
      counters: { listen_overflows_per_s: 0, listen_overflows_since_boot: overflows },
      kernel: { softnet_drops_per_s: 0, softnet_drops_since_boot: softnetDrops },
      ...more,
    },
  });
const last = (overflows: number, more: Partial<LastLook> = {}): LastLook => ({
  host: 'web-1',
  atMs: AT,
  bootId: BOOT,
  netns: NETNS,
  totals: { 'counters.listen_overflows_since_boot': overflows },
  ...more,
});
const told = (facts: Facts, before: LastLook | null): readonly string[] =>
  quietNotes(facts, before).map(({ en }) => en);

const SINCE_BOOT = 'Quiet now; 1920 accept queue overflows since boot.';

describe('what is over', () => {
  it('is told since boot where nothing is known of the last look', () => {
    expect(quietNotes(host(1920), null)).toEqual([
      { en: SINCE_BOOT, ko: '지금은 조용합니다. 부팅 이후: accept 큐 오버플로우 1920회.' },
    ]);
  });

  it('is told since the last look, with its moment', () => {
    expect(quietNotes(host(12_920), last(1000))).toEqual([
      {
        en: 'Quiet now; 11,920 accept queue overflows since the last look ({at}).',
        ko: '지금은 조용합니다. 마지막 점검({at}) 이후: accept 큐 오버플로우 11,920회.',
        atMs: AT,
      },
    ]);
  });

  it('is told as older than the last look when nothing was added', () => {
    expect(told(host(1920), last(1920))).toEqual([
      'Quiet now; 1920 accept queue overflows since boot, none of it since the last look ({at}).',
    ]);
  });

  it.each([
    ['after a reboot', last(10, { bootId: 'another' })],
    ['in another network namespace', last(10, { netns: 'net:[1]' })],
    ['with a counter that went backwards', last(5000)],
    ['of a look that did not read it', last(0, { totals: {} })],
  ])('is not compared %s', (_, before) => {
    expect(told(host(1920), before)).toEqual([SINCE_BOOT]);
  });

  it('of which every host has a little is told since the last look only', () => {
    const before = last(0, { totals: { 'kernel.softnet_drops_since_boot': 3 } });
    expect(told(host(0, 7), null)).toEqual([]);
    expect(told(host(0, 3), before)).toEqual([]);
    expect(told(host(0, 7), before)).toEqual([
      'Quiet now; 4 packets dropped on their way into the kernel (softnet) since the last look ({at}).',
    ]);
  });

  it('is not called over while it goes on, or when nobody knows', () => {
    const counters = { listen_overflows_since_boot: 1920 };
    expect(told(host(1920, 0, { counters: { ...counters, listen_overflows_per_s: 3 } }), last(10))).toEqual(
      [],
    );
    expect(told(host(1920, 0, { counters }), last(10))).toEqual([]);
  });

  it('triggers no finding and no verdict, however much it was', () => {
    const facts = host(5_000_000);
    const looked = {
      host: 'web-1',
      windowMs: 10_000,
      facts,
      checks: checksByHand(),
      coverage: { seen: 1, of: 1, why: [] },
      coreSeen: true,
    };
    const playbooks = shippedPlaybooks();
    const [without, withLast] = [null, last(0)].map((lastLook) =>
      diagnoseFacts(looked, playbooks, { lastLook }),
    );
    expect(withLast).toMatchObject({ verdict: 'ok', quiet: true, notes: [{ atMs: AT }] });
    expect(withLast?.findings).toEqual(without?.findings);
    expect(withLast?.findings.some(({ status }) => status === 'matched')).toBe(false);
  });
});

describe('what a look leaves to the next', () => {
  it('are its watched counters, of its boot and namespace', () => {
    expect(lookToKeep('web-1', host(12, 3), AT)).toEqual(
      last(12, {
        totals: {
          'counters.listen_overflows_since_boot': 12,
          'kernel.softnet_drops_since_boot': 3,
        },
      }),
    );
  });

  it('is nothing where boot or namespace were not told, or no counter was read', () => {
    expect(lookToKeep('web-1', host(12, 3, { host: { boot_id: BOOT } }), AT)).toBeNull();
    expect(lookToKeep('web-1', host(12, 3, { host: { netns: NETNS } }), AT)).toBeNull();
    expect(lookToKeep('web-1', host(0, 0, { counters: {}, kernel: {} }), AT)).toBeNull();
  });
});
