import { describe, expect, it } from 'vitest';
import {
  planPortRange,
  type PortRangePlan,
  type PortRangeWish,
} from '../../../src/core/sysctl/port-range.ts';

const WISH: PortRangeWish = {
  target: '10000 65535',
  current: '32768 60999',
  reserved: '',
  listenerPorts: [22, 443],
  keepFree: '',
  connectsPerS: null,
};

const saidOf = (plan: PortRangePlan): string => (plan.kind === 'change' ? plan.arithmetic.en : plan.kind);

describe('planPortRange', () => {
  it('widens, with nothing to reserve where no service stands in the way', () => {
    expect(planPortRange(WISH)).toMatchObject({
      kind: 'change',
      from: '32768 60999',
      to: '10000 65535',
      companions: [],
    });
  });

  it('reserves the listeners inside the new range but outside the old, and what is configured', () => {
    const plan = planPortRange({
      ...WISH,
      reserved: '15000',
      listenerPorts: [22, 10_050, 40_000, 65_000, 65_000],
      keepFree: '9092,10051-10052',
    });
    expect(plan).toMatchObject({
      companions: [{ key: 'net.ipv4.ip_local_reserved_ports', from: '15000', to: '10050-10052,15000,65000' }],
    });
  });

  it('writes no companion when all is reserved already', () => {
    const plan = planPortRange({ ...WISH, reserved: '10000-10100', listenerPorts: [10_050] });
    expect(plan).toMatchObject({ kind: 'change', companions: [] });
  });

  it('shows the arithmetic, with what was seen as a lower bound', () => {
    expect(saidOf(planPortRange(WISH))).toBe(
      'New connections a destination can take: 28,232 ports / 60 s = 470/s now, 55,536 / 60 s = 925/s then.',
    );
    expect(saidOf(planPortRange({ ...WISH, connectsPerS: 468 }))).toMatch(
      / Measured: 468\/s, so 28,080 ports; connects that found no port are not counted\.$/,
    );
  });

  it('counts reserved ports out of the arithmetic', () => {
    const said = saidOf(planPortRange({ ...WISH, listenerPorts: [10_050], reserved: '40000-40999' }));
    expect(said).toContain('27,232 ports / 60 s = 453');
    expect(said).toContain('54,535 / 60 s = 908/s');
  });

  it.each([
    ['listeners that could not be read', { listenerPorts: null }],
    [
      'a reserved list that could not be read, while one is needed',
      { reserved: undefined, listenerPorts: [10_050] },
    ],
    ['a reserved list nobody understands', { reserved: 'junk', listenerPorts: [10_050] }],
    ['a configured list with a mistake', { keepFree: '10000..20000' }],
    ['fewer ports than before', { keepFree: '10000-40000,61000-65535' }],
    ['a current range nobody understands', { current: '32768' }],
  ])('refuses %s', (_, change) => {
    expect(planPortRange({ ...WISH, ...change })).toMatchObject({ kind: 'refused' });
  });

  it('does nothing when the range is as wide already', () => {
    expect(planPortRange({ ...WISH, current: '1024 65535' })).toEqual({ kind: 'no-op' });
  });
});
