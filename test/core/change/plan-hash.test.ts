import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../src/core/change/canonical-json.ts';
import { buttonValue, planHash, readButtonValue } from '../../../src/core/change/plan-hash.ts';
import { planSchema } from '../../../src/core/change/plan-schema.ts';
import { anyPlan, RANGE_PLAN } from './arbitrary-change.ts';

/** Slack's limit for the value of a button. */
const SLACK_BUTTON_VALUE = 2000;

describe('canonicalJson', () => {
  it('sorts keys at every depth and drops blanks', () => {
    expect(canonicalJson({ b: [{ d: 1, c: null }], a: 'x "y"' })).toBe(
      '{"a":"x \\"y\\"","b":[{"c":null,"d":1}]}',
    );
  });

  it('says the same as JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it.each([undefined, Number.NaN, Infinity, 10n])('refuses %s', (value) => {
    expect(() => canonicalJson({ value })).toThrow('canonical form');
  });
});

describe('planHash', () => {
  it('is the same on every machine', () => {
    expect(planHash(RANGE_PLAN)).toMatchInlineSnapshot(
      `"02ad37e362c61c9dec3a7aab088d0fcc68dee017a681b49b14b45ae26cd7df77"`,
    );
  });

  it('does not depend on the order the fields were written in', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const turned = Object.fromEntries(Object.entries(plan).toReversed());
        expect(planHash(planSchema.parse(turned))).toBe(planHash(plan));
      }),
    );
  });

  it('differs when anything that was shown differs', () => {
    const [reserved, range] = RANGE_PLAN.settings;
    const others = [
      { ...RANGE_PLAN, id: 'c0ffee012345678a' },
      { ...RANGE_PLAN, host: 'web-2' },
      { ...RANGE_PLAN, hostKeyFingerprint: 'SHA256:other' },
      { ...RANGE_PLAN, netns: '4026531841' },
      { ...RANGE_PLAN, settings: [range, reserved] },
      { ...RANGE_PLAN, settings: [reserved, { ...range, to: '1025 65535' }] },
      { ...RANGE_PLAN, settings: [reserved, { ...range, from: '32768 60998' }] },
      { ...RANGE_PLAN, risk: 'high' },
      { ...RANGE_PLAN, takesEffect: 'relisten' },
      { ...RANGE_PLAN, playbookVersion: 2 },
      { ...RANGE_PLAN, cause: 'pool-leak' },
      { ...RANGE_PLAN, subject: null },
      { ...RANGE_PLAN, requester: { kind: 'slack-user', teamId: 'T2', userId: 'U1' } },
      { ...RANGE_PLAN, requester: { kind: 'os-user', name: 'alice' } },
      { ...RANGE_PLAN, expiresAtMs: RANGE_PLAN.expiresAtMs + 1 },
    ].map((plan) => planHash(planSchema.parse(plan)));
    expect(new Set([planHash(RANGE_PLAN), ...others]).size).toBe(others.length + 1);
  });
});

describe('button value', () => {
  it('comes back as it was written, well within Slack’s limit', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const value = buttonValue(plan);
        expect(value.length).toBeLessThan(SLACK_BUTTON_VALUE);
        expect(readButtonValue(value)).toEqual({ id: plan.id, hash: planHash(plan) });
      }),
    );
  });

  it.each([
    '',
    'c1',
    'c1.',
    `.${'a'.repeat(64)}`,
    `c1.${'A'.repeat(64)}`,
    `c1.${'a'.repeat(63)}`,
    `c1.${'a'.repeat(64)}\n`,
    `../c1.${'a'.repeat(64)}`,
    `${'c'.repeat(64)}.${'a'.repeat(64)}`,
  ])('%j is none of ours', (value) => {
    expect(readButtonValue(value)).toBeNull();
  });
});

describe('planSchema', () => {
  const [setting] = RANGE_PLAN.settings;
  const wrong: readonly [string, object][] = [
    ['no keys', { settings: [] }],
    ['a key twice', { settings: [setting, setting] }],
    [
      'too many keys',
      { settings: Array.from({ length: 9 }, (_, n) => ({ ...setting, key: `net.core.k${n}` })) },
    ],
    ['a key that leaves /proc/sys', { settings: [{ ...setting, key: '../../etc/passwd' }] }],
    ['a key with an assignment', { settings: [{ ...setting, key: 'net.core.a=1' }] }],
    ['a value with a command', { settings: [{ ...setting, to: '1; reboot' }] }],
    ['a value with a new line', { settings: [{ ...setting, to: '1\n2' }] }],
    ['a value longer than one write', { settings: [{ ...setting, to: '1'.repeat(1001) }] }],
    ['a setting that changes nothing', { settings: [{ ...setting, from: '8080' }] }],
    ['an unknown field', { persist: true }],
    ['an id that is a path', { id: '../c1' }],
    ['a network namespace that is none', { netns: 'net:[4026531840' }],
    ['a time that is none', { expiresAtMs: 1.5 }],
  ];

  it.each(wrong)('refuses %s', (_, part) => {
    expect(planSchema.safeParse({ ...RANGE_PLAN, ...part }).success).toBe(false);
  });

  it('takes the namespace as readlink shows it', () => {
    expect(planSchema.safeParse({ ...RANGE_PLAN, netns: 'net:[4026531840]' }).success).toBe(true);
  });
});
