import { describe, expect, it } from 'vitest';
import type { HeldBack } from '../../../src/core/domain/maintenance.ts';
import { heldId, holdBack, maintenanceAt, resolveHeld } from '../../../src/core/incident/maintenance.ts';
import { maintenanceBegins, maintenanceOver } from '../../../src/core/render/maintenance-news.ts';
import { problemsOf } from '../../support/block-kit.ts';

const long = { fromMs: 10, toMs: 40, hosts: [], groups: ['web'], reason: '' };
const short = { fromMs: 20, toMs: 30, hosts: ['web-1'], groups: [], reason: '' };
const names = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `web-${at}`);
const held = (alerts: readonly (readonly [string, string])[]): HeldBack | undefined =>
  alerts.reduce<HeldBack | undefined>(
    (before, [host, fingerprint]) => holdBack(before, 'id', { host, fingerprint }),
    undefined,
  );

describe('maintenance', () => {
  it.each([
    ['before', 9, 'web-1', []],
    ['from its first moment', 10, 'web-1', [long]],
    ['until its last', 40, 'web-1', []],
    ['of another host of the group', 20, 'web-2', [long]],
    ['of several, the one that ends last first', 20, 'web-1', [long, short]],
  ])('holds %s', (_, nowMs, name, expected) => {
    expect(maintenanceAt([short, long], { name, groups: ['web'] }, nowMs)).toEqual(expected);
    expect(maintenanceAt([short, long], { name: 'db-1', groups: [] }, nowMs)).toEqual([]);
  });

  it('counts firings, not repeats, and knows what still fires', () => {
    const twice = held([
      ['web-1', 'a'],
      ['web-1', 'a'],
      ['web-1', 'b'],
      ['web-2', 'a'],
    ]);
    expect(twice).toMatchObject({ alerts: 3, hosts: { 'web-1': ['a', 'b'], 'web-2': ['a'] } });
    if (twice === undefined) throw new Error('nothing held');
    const over = resolveHeld(twice, { host: 'web-1', fingerprint: 'a' });
    expect(over.hosts).toEqual({ 'web-1': ['b'], 'web-2': ['a'] });
    expect(resolveHeld(over, { host: 'web-9', fingerprint: 'a' })).toBe(over);
    expect(holdBack(over, 'id', { host: 'web-1', fingerprint: 'a' }).alerts).toBe(4);
  });

  it('keeps a bounded number of names, and says of how many it knows no more', () => {
    const many = held(names(1_005).map((name) => [name, 'a']));
    expect(many).toMatchObject({ alerts: 1_005, beyond: 5 });
    const window = { ...long, hosts: names(200), reason: '<!channel>'.repeat(20) };
    for (const locale of ['en', 'ko'] as const) {
      const over = maintenanceOver('k', { window, held: many ?? null }, locale);
      const begins = maintenanceBegins('k', window, locale);
      for (const message of [over, begins]) expect(problemsOf(message)).toEqual([]);
      expect(JSON.stringify([over, begins])).not.toContain('<!channel>');
      expect(JSON.stringify(over)).toContain(locale === 'en' ? 'and 980 more' : '외 980대');
    }
    expect(heldId(window, 'C1')).not.toBe(heldId(long, 'C1'));
  });
});
