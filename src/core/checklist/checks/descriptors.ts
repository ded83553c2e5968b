import type { Check, Contribution, Samples } from '../check.ts';
import { count, ratio } from '../figures.ts';
import { linesOf, wordsOf } from '../lines.ts';

/** File descriptors of the whole machine. */
export const descriptors: Check = {
  id: 'descriptors',
  title: { en: 'descriptors of the machine', ko: '시스템 전체 파일 디스크립터' },
  samples: 'both',
  core: false,
  capBytes: 1024,
  timeoutS: null,
  cost: 'one short process',
  script: 'cat /proc/sys/fs/file-nr',
  input: null,
  fillsWindow: false,
  linesHold: false,
  read: ({ first, second }: Samples) => parse(second) ?? parse(first),
};

/** Allocated, unused but allocated (always 0 since Linux 2.6), maximum. */
function parse(text: string | null): Contribution | null {
  const words = wordsOf(linesOf(text)[0] ?? '');
  const allocated = count(words[0]);
  const max = count(words[2]);
  if (words.length !== 3 || allocated === undefined || max === undefined) return null;
  return { host: { descriptors: { allocated, max, used_ratio: ratio(allocated, max) } } };
}
