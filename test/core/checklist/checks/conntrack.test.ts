import { describe, expect, it } from 'vitest';
import { conntrack } from '../../../../src/core/checklist/checks/conntrack.ts';
import type { FactValue } from '../../../../src/core/domain/facts.ts';
import { factsOf, having } from './made.ts';

const BEFORE = having({ run: { window_s: 10 } });
const settings = (count: number): string =>
  ['count', 'max', 'buckets']
    .map((name, at) => `/proc/sys/net/netfilter/nf_conntrack_${name}:${[count, 262_144, 65_536][at]}`)
    .join('\n');

/** Headers of three kernels, as their seq_file functions print them (nf_conntrack_standalone.c ct_cpu_seq_show). */
const KERNELS = {
  '3.10':
    'entries  searched found new invalid ignore delete delete_list insert insert_failed drop early_drop icmp_error  expect_new expect_create expect_delete search_restart',
  '5.4':
    'entries  searched found new invalid ignore delete delete_list insert insert_failed drop early_drop icmp_error  expect_new expect_create expect_delete search_restart',
  '6.18':
    'entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error  expect_new expect_create expect_delete search_restart',
} as const;

/** One line per processor; `drop` and `early_drop` in hexadecimal. */
function stat(header: string, processors: readonly (readonly [string, string])[]): string {
  const names = header.split(/\s+/);
  const rows = processors.map(([drop, early]) =>
    names
      .map((name) =>
        name === 'entries' ? '0003ffff' : name === 'drop' ? drop : name === 'early_drop' ? early : '00000000',
      )
      .join(' '),
  );
  return [header, ...rows, ''].join('\n');
}

const read = (first: string | null, second: string | null): Record<string, FactValue> | null =>
  factsOf(conntrack, first, second, BEFORE);

describe('conntrack', () => {
  it.each(Object.entries(KERNELS))('of Linux %s: sums up the processors, in hexadecimal', (_, header) => {
    const first = `${settings(262_000)}\n${stat(header, [
      ['0000000a', '00000000'],
      ['00000010', '00000001'],
    ])}`;
    const second = `${settings(262_144)}\n${stat(header, [
      ['0000001a', '00000000'],
      ['00000064', '00000033'],
    ])}`;
    expect(read(first, second)).toEqual({
      'kernel.conntrack_present': true,
      'kernel.conntrack_count': 262_144,
      'kernel.conntrack_max': 262_144,
      'kernel.conntrack_buckets': 65_536,
      'kernel.conntrack_used_ratio': 1,
      'kernel.conntrack_drops_per_s': 10,
      'kernel.conntrack_early_drops_per_s': 5,
      'kernel.conntrack_drops_since_boot': 126,
    });
  });

  it('that is not there cannot be full', () => {
    expect(read('absent\n', 'absent\n')).toEqual({ 'kernel.conntrack_present': false });
  });

  it('knows the table without the statistics, and the other way round nothing', () => {
    expect(read(null, `${settings(10)}\n`)).toEqual({
      'kernel.conntrack_present': true,
      'kernel.conntrack_count': 10,
      'kernel.conntrack_max': 262_144,
      'kernel.conntrack_buckets': 65_536,
      'kernel.conntrack_used_ratio': 0,
    });
    expect(read(null, stat(KERNELS['6.18'], [['00000000', '00000000']]))).toBeNull();
  });

  it('loaded during the window, or counting backwards, gives no rate', () => {
    const now = `${settings(10)}\n${stat(KERNELS['6.18'], [['00000005', '00000000']])}`;
    const more = `${settings(10)}\n${stat(KERNELS['6.18'], [['00000009', '00000000']])}`;
    for (const first of ['absent\n', null, more]) {
      expect(read(first, now)).not.toHaveProperty(['kernel.conntrack_drops_per_s']);
    }
  });

  it.each([
    ['a row that is cut', 'entries  drop\n00000001\n'],
    ['a row with a word too many', 'entries  drop\n00000001 00000002 00000003\n'],
    ['no row', 'entries  drop\n'],
    ['no number', 'entries  drop\n00000001 drop\n'],
    ['no such column', 'entries  found\n00000001 00000002\n'],
  ])('with %s in the statistics has no drops', (_, table) => {
    const facts = read(null, `${settings(10)}\n${table}`);
    expect(facts).toMatchObject({ 'kernel.conntrack_count': 10 });
    expect(facts).not.toHaveProperty(['kernel.conntrack_drops_since_boot']);
  });

  it.each(['', 'absent minded\n', 'absent\nabsent\n', 'x'])('%j is nothing', (text) => {
    expect(read(text, text)).toBeNull();
  });
});
