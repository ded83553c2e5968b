import { describe, expect, it } from 'vitest';
import { softnet } from '../../../../src/core/checklist/checks/softnet.ts';
import type { FactValue } from '../../../../src/core/domain/facts.ts';
import { factsOf, having } from './made.ts';

const BEFORE = having({ run: { window_s: 10 } });
const ZERO = '00000000';

/** A processor's line with as many columns as the kernel prints. */
const processor = (drops: string, squeezes: string, columns = 15): string =>
  ['0066399f', drops, squeezes, ...Array.from({ length: columns - 3 }, () => ZERO)].join(' ');

/** Linux 6.18; 3.10 lacks the last column. */
const HEADER =
  'entries  allocs   destroys hash_grows lookups  hits     res_failed rcv_probes_mcast rcv_probes_ucast periodic_gc_runs forced_gc_runs unresolved_discards table_fulls';
const OLD = HEADER.split(/\s+/).slice(0, -1).join('  ');
const neighbours = (table: string, entries: string, fulls: string, header = HEADER): string => {
  const row = header
    .split(/\s+/)
    .map((name) => (name === 'entries' ? entries : name === 'table_fulls' ? fulls : ZERO));
  return `table ${table}\n${header}\n${row.join(' ')}\n${row.join(' ')}\n`;
};

const read = (first: string | null, second: string | null): Record<string, FactValue> | null =>
  factsOf(softnet, first, second, BEFORE);

describe('softnet', () => {
  it.each([9, 10, 11, 13, 15])('with %i columns: sums up the processors, in hexadecimal', (columns) => {
    const first = `${processor(ZERO, ZERO, columns)}\n${processor('000000ff', '00000001', columns)}\n`;
    const second = `${processor('00000064', ZERO, columns)}\n${processor('00000163', '0000000b', columns)}\n`;
    expect(read(first, second)).toEqual({
      'kernel.softnet_drops_per_s': 20,
      'kernel.softnet_squeezes_per_s': 1,
      'kernel.softnet_drops_since_boot': 455,
    });
  });

  it('takes lines of different width in one file', () => {
    const text = `${processor('00000001', ZERO, 9)}\n${processor('00000002', ZERO, 15)}\n`;
    expect(read(text, text)).toMatchObject({
      'kernel.softnet_drops_per_s': 0,
      'kernel.softnet_drops_since_boot': 3,
    });
  });

  it('reads the neighbour tables where there are any', () => {
    const rows = `${processor(ZERO, ZERO)}\n`;
    const first =
      rows + neighbours('arp_cache', '000003ff', '00000001') + neighbours('ndisc_cache', '0a', ZERO);
    const second =
      rows + neighbours('arp_cache', '00000400', '0000001f') + neighbours('ndisc_cache', '0b', '05');
    expect(read(first, second)).toMatchObject({
      'kernel.neighbours': 1024,
      'kernel.neighbours6': 11,
      'kernel.neighbour_overflows_per_s': 6,
      'kernel.neighbour6_overflows_per_s': 1,
      'kernel.neighbour_overflows_since_boot': 62,
    });
  });

  it('knows no overflows of a kernel that does not count them', () => {
    const text = `${processor(ZERO, ZERO)}\n${neighbours('arp_cache', '0a', ZERO, OLD)}`;
    expect(read(text, text)).toMatchObject({ 'kernel.neighbours': 10 });
    expect(read(text, text)).not.toHaveProperty(['kernel.neighbour_overflows_per_s']);
  });

  it('gives no rate for a counter that goes backwards: a processor was switched off', () => {
    const two = `${processor('00000009', ZERO)}\n${processor('00000009', ZERO)}\n`;
    const facts = read(two, `${processor('00000009', ZERO)}\n`);
    expect(facts).toMatchObject({ 'kernel.softnet_drops_since_boot': 9 });
    expect(facts).not.toHaveProperty(['kernel.softnet_drops_per_s']);
  });

  it.each([
    '',
    'table arp_cache\n',
    '0 1 2\n',
    `${processor('x', ZERO)}\n`,
    `${processor(ZERO, ZERO)}\ncut of`,
  ])('%j is nothing', (text) => {
    expect(read(text, text)).toBeNull();
  });
});
