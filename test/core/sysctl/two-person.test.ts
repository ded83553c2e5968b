import { expect, it } from 'vitest';
import type { SysctlSpec } from '../../../src/core/sysctl/spec.ts';
import { SYSCTL_CATALOGUE } from '../../../src/core/sysctl/catalogue.ts';

it('offers no setting of risk high: those need two people, which this version cannot ask for', () => {
  const specs: readonly (readonly [string, SysctlSpec])[] = Object.entries(SYSCTL_CATALOGUE);
  const risky = specs.filter(([, spec]) => spec.policy === 'offer' && spec.risk === 'high');
  expect(risky.map(([key]) => key)).toEqual([]);
});
