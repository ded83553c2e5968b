import { expect, it } from 'vitest';
import { SYSCTL_CATALOGUE } from '../../../src/core/sysctl/catalogue.ts';

it('offers no setting of risk high: those need two people, which this version cannot ask for', () => {
  const risky = Object.entries(SYSCTL_CATALOGUE).filter(
    ([, spec]) => spec.policy === 'offer' && String(spec.risk) === 'high',
  );
  expect(risky.map(([key]) => key)).toEqual([]);
});
