import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { SYSCTL_CATALOGUE } from '../../../src/core/sysctl/catalogue.ts';
import { planSetting } from '../../../src/core/sysctl/plan-setting.ts';
import { formatPortList, parsePortList } from '../../../src/core/sysctl/port-list.ts';
import type { SysctlSpec } from '../../../src/core/sysctl/spec.ts';
import { needs } from '../../support/machine.ts';
import { HELPER, runProgram } from '../../support/namespace-host.ts';

const gate = needs('dash', 'busybox', 'bash');
const SHELLS = ['dash', 'busybox sh', 'bash --posix'];
const CATALOGUE: readonly (readonly [string, SysctlSpec])[] = Object.entries(SYSCTL_CATALOGUE);
const OFFERED = CATALOGUE.filter(([, { policy }]) => policy === 'offer');

const byName = (a: string, b: string): number => a.localeCompare(b);

interface Step {
  readonly key: string;
  readonly from: string;
  readonly to: string;
}

/** Around the bounds of every kind of key, and what no bound allows. */
const EDGES = [
  0, 1, 2, 4, 5, 9, 59, 60, 75, 127, 128, 129, 600, 1023, 1024, 2047, 7200, 10_000, 15_000, 30_000, 32_767,
  32_768, 32_769, 60_999, 65_535, 65_536, 100_000,
];
const figure = fc.oneof(fc.constantFrom(...EDGES), fc.integer({ min: 0, max: 70_000 }));
const span = fc
  .tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 0, max: 20 }))
  .map(([low, more]) => `${low}-${low + more}`);
/** As the kernel prints it, which is how a plan has it. */
const list = fc
  .array(span, { maxLength: 5 })
  .map((spans) => formatPortList(parsePortList(spans.join(',')) ?? []));
const words = [
  'reno',
  'cubic',
  'bbr',
  'bbr2',
  'htcp',
  'vegas',
  'westwood',
  'dctcp',
  'none',
  'a b',
  '',
  '1 junk',
  '007',
];

function valueOf(spec: SysctlSpec): fc.Arbitrary<string> {
  if (spec.kind === 'pair') return fc.tuple(figure, figure).map((both) => both.join(' '));
  if (spec.kind === 'port-list') return list;
  if (spec.kind === 'enum') return fc.constantFrom(...spec.values, ...words, '3');
  return fc.oneof({ weight: 20, arbitrary: figure.map(String) }, fc.constantFrom(...words));
}

const steps: readonly Step[] = OFFERED.flatMap(([key, spec]) =>
  fc
    .sample(fc.tuple(valueOf(spec), valueOf(spec)), { numRuns: 600, seed: 3 })
    .map(([from, to]) => ({ key, from, to })),
);

/** Whether the catalogue would write exactly this. A plan with equal values does not exist. */
function catalogueAllows({ key, from, to }: Step): boolean {
  const plan = planSetting(key, to, from);
  return plan.kind === 'change' && plan.from === from && plan.to === to;
}

/** The helper's own functions, as they stand in it, asked about many steps at once. */
async function helperAllows(shell: string, asked: readonly Step[]): Promise<readonly boolean[]> {
  const text = readFileSync(HELPER, 'utf8');
  const rules = text.slice(text.indexOf('\nnumber() {'), text.indexOf('\ncheck_order() {'));
  const script = `set -uf\n${rules}
while IFS='|' read -r key old new; do
  if [ "$old" != "$new" ] && allowed "$key" "$old" "$new"; then echo yes; else echo no; fi
done`;
  const [program = '', ...args] = shell.split(' ');
  const input = asked.map(({ key, from, to }) => `${key}|${from}|${to}\n`).join('');
  const { stdout, stderr } = await runProgram(program, [...args, '-c', script], input);
  expect(stderr).toBe('');
  return stdout
    .trim()
    .split('\n')
    .map((line) => line === 'yes');
}

describe.skipIf(gate.skip)(`helper and catalogue have the same bounds ${gate.reason}`, () => {
  it.each(SHELLS)('for every key that is offered, under %s', async (shell) => {
    const verdicts = await helperAllows(shell, steps);
    expect(verdicts).toHaveLength(steps.length);
    const differing = steps.filter((step, at) => catalogueAllows(step) !== verdicts[at]);
    expect(differing).toEqual([]);
  });

  it('and both allow and refuse something of each', () => {
    for (const [key] of OFFERED) {
      const own = steps.filter((step) => step.key === key).map(catalogueAllows);
      expect({ key, both: new Set(own) }).toEqual({ key, both: new Set([true, false]) });
    }
  });

  describe('the rest of the catalogue', () => {
    let verdicts: readonly boolean[];
    const others = CATALOGUE.filter(([, { policy }]) => policy !== 'offer').flatMap(([key]) =>
      [
        ['1', '0'],
        ['0', '1'],
        ['128', '65536'],
        ['7200', '600'],
      ].map(([from = '', to = '']) => ({ key, from, to })),
    );
    beforeAll(async () => {
      verdicts = await helperAllows('dash', others);
    });

    it('is never written by the helper', () => {
      expect(others.filter((_, at) => verdicts[at])).toEqual([]);
    });
  });

  it('status tells exactly the keys that are offered', () => {
    const keys = /^KEYS='([^']+)'/m.exec(readFileSync(HELPER, 'utf8'))?.[1]?.split(/\s+/) ?? [];
    expect(keys.toSorted(byName)).toEqual(OFFERED.map(([key]) => key).toSorted(byName));
  });
});
