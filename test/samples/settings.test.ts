import { describe, expect, it } from 'vitest';
import { findSysctl } from '../../src/core/sysctl/catalogue.ts';
import { adviseSetting } from '../../src/core/sysctl/plan-setting.ts';
import { samplesIn } from './collect.ts';

/** Settings that a person is told to write by hand are such that a button could write. */
describe('the settings in shell samples', () => {
  const written = samplesIn('shell').flatMap(({ place, code }) =>
    [...code.matchAll(/sysctl -w ([a-z0-9_.]+)=(\S+)/g)].map(([, key = '', value = '']) => ({
      place,
      key,
      value,
    })),
  );

  it.each(written)('$place: $key = $value is a setting and a value we stand by', ({ key, value }) => {
    // Switching the forbidden key off is the cure.
    const cure = key === 'net.ipv4.tcp_tw_recycle' && value === '0';
    const plan = adviseSetting(key, value, value);
    expect(cure || (findSysctl(key) !== undefined && plan.kind === 'no-op')).toBe(true);
  });

  it('are there', () => {
    expect(written.length).toBeGreaterThan(10);
  });
});
