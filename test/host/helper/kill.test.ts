import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { needs } from '../../support/machine.ts';
import {
  HELPER,
  OLD_VALUES,
  RESET,
  SHOW,
  startNamespaceHost,
  WIDEN,
  WIDE_VALUES,
  type NamespaceHost,
} from '../../support/namespace-host.ts';

const gate = needs('lab', 'flock', 'bash');

/** Functions that only read or print: being killed there is no different from one line earlier or later. */
const HARMLESS = [
  'text',
  'reply',
  'refuse',
  'values',
  'get',
  'live',
  'number',
  'note',
  'take_line',
  'read_plan',
];

/** Some sixty deaths of a second each, beside other tests on two cores. */
const LIMIT_MS = 240_000;

/** A loop over two keys passes a line twice; whoever survives that survives the rest. */
const MAX_PASSES = 2;

const lines = readFileSync(HELPER, 'utf8').split('\n');

/** Line numbers of the functions, from `name() {` to its `}`. */
const harmless = new Set(
  HARMLESS.flatMap((name) => {
    const from = lines.findIndex((line) => line.startsWith(`${name}() {`));
    const to = lines.indexOf('}', from);
    return Array.from({ length: to - from + 1 }, (_, n) => from + n + 1);
  }),
);

interface Spot {
  readonly line: number;
  readonly pass: number;
}

/** What a call did while it held the lock: line by line, as bash saw it. */
async function spotsOf(
  host: NamespaceHost,
  dir: string,
  [verb, order]: readonly [string, string],
): Promise<Spot[]> {
  const traced = join(dir, 'traced.sh');
  writeFileSync(traced, lines.join('\n').replace('\nset -uf\n', "\nPS4='@${LINENO}@'; set -ufx\n"));
  const { stderr } = await host.sh(`bash ${traced} ${verb}`, order);
  const passed = [...stderr.matchAll(/^@(\d+)@/gm)].map((match) => Number(match[1]));
  const locked = passed.indexOf(lines.findIndex((line) => line.includes('exec 9>>')) + 1);
  const passes = new Map<number, number>();
  return passed.flatMap((line, n) => {
    const pass = (passes.get(line) ?? 0) + 1;
    passes.set(line, pass);
    return n < locked || harmless.has(line) || pass > MAX_PASSES ? [] : [{ line, pass }];
  });
}

/** The helper with one more line: it kills itself when it is about to pass that line for the nth time. */
function killedAt({ line, pass }: Spot): string {
  const death = `passes=$((\${passes:-0} + 1)); [ "$passes" -ne ${pass} ] || kill -9 $$`;
  return lines.toSpliced(line - 1, 0, death).join('\n');
}

interface Trial {
  readonly spot: string;
  readonly killed: boolean;
  /** Live values at the moment of death. */
  readonly between: string;
  readonly settled: string;
  readonly values: string;
  /** The same order again. */
  readonly again: string;
  readonly finally: string;
}

/** Kills one call at each spot, then lets the true helper go on; one shell does all, to save processes. */
async function killEverywhere(
  host: NamespaceHost,
  { dir, spots, before, verb }: { dir: string; spots: readonly Spot[]; before: string; verb: string },
): Promise<readonly Trial[]> {
  for (const spot of spots) writeFileSync(join(dir, `${spot.line}-${spot.pass}.dead`), killedAt(spot));
  const script = `order=$(cat)
call() { printf '%s\\n' "$order" | sh "$@"; }
show() { (${SHOW}); }
for dead in ${dir}/*.dead; do
  # A line in the middle of a statement cannot be followed by another statement.
  sh -n "$dead" 2>/dev/null || continue
  ${RESET}
  ${before}
  call "$dead" ${verb} >/dev/null 2>&1; code=$?
  echo "$(basename "$dead" .dead)|$code|$(show)|$(call ${HELPER} settle)|$(show)|$(call ${HELPER} ${verb})|$(show)"
done`;
  const { stdout, stderr } = await host.sh(script, host.order('c1', WIDEN));
  expect(stderr.replaceAll(/^Killed\n/gm, '')).toBe('');
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [spot = '', code = '', between = '', settled = '', values = '', again = '', last = ''] =
        line.split('|');
      return { spot, killed: code === '137', between, settled, values, again, finally: last };
    });
}

const outcomeOf = (json: string): string =>
  /"(?:code|outcome)":"(?!refused)([a-z-]+)"/.exec(json)?.[1] ?? json;

const short = (text: string): string => (text === OLD_VALUES ? 'old' : text === WIDE_VALUES ? 'new' : 'half');

/** How often each story happened. */
function stories(trials: readonly Trial[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { between, settled, values, again, finally: last } of trials) {
    const story = [short(between), outcomeOf(settled), short(values), outcomeOf(again), short(last)].join(
      ' > ',
    );
    counts[story] = (counts[story] ?? 0) + 1;
  }
  return counts;
}

describe.skipIf(gate.skip)(`a helper that is killed ${gate.reason}`, () => {
  let host: NamespaceHost;
  let dir = '';
  beforeAll(async () => {
    host = await startNamespaceHost();
  });
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'tcpcheck-kill-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));
  afterAll(async () => host.stop());

  it('at any line of an apply: all or nothing after the next call', { timeout: LIMIT_MS }, async () => {
    const spots = await spotsOf(host, dir, ['apply', host.order('c1', WIDEN)]);
    const trials = (await killEverywhere(host, { dir, spots, before: ':', verb: 'apply' })).filter(
      ({ killed }) => killed,
    );
    const told = stories(trials);
    expect(trials.length).toBeGreaterThan(40);
    expect(Object.keys(told).sort()).toEqual([
      'half > put-back > old > put-back > old',
      'new > already > new > already > new',
      'new > put-back > old > put-back > old',
      'old > not-begun > old > barred > old',
      'old > put-back > old > put-back > old',
    ]);
  });

  it('at any line of a revert: all or nothing after the next call', { timeout: LIMIT_MS }, async () => {
    await host.sh(`${RESET}\nsh ${HELPER} apply`, host.order('c1', WIDEN));
    const spots = await spotsOf(host, dir, ['revert', host.order('c1', WIDEN)]);
    const before = `call ${HELPER} apply >/dev/null`;
    const trials = (await killEverywhere(host, { dir, spots, before, verb: 'revert' })).filter(
      ({ killed }) => killed,
    );
    const told = stories(trials);
    expect(trials.length).toBeGreaterThan(30);
    expect(Object.keys(told).sort()).toEqual([
      'half > taken-back > old > already > old',
      'new > already > new > rolled-back > old',
      'new > taken-back > old > already > old',
      'old > taken-back > old > already > old',
    ]);
  });

  it('at any moment: all or nothing after the next call', { timeout: 60_000 }, async () => {
    const order = host.order('c1', WIDEN);
    for (let trial = 0; trial < 40; trial += 1) {
      // From before the lock to after the end: an undisturbed call takes about 50 ms.
      const delay = (trial * 0.0025).toFixed(4);
      await host.sh(
        `${RESET}
cat >/run/order; rm -f /run/pid
setsid sh -c 'echo $$ >/run/pid; exec sh ${HELPER} apply' </run/order >/dev/null &
sleep ${delay}
kill -9 -"$(cat /run/pid)" 2>/dev/null
wait`,
        order,
      );
      const { json } = await host.helper('settle', order);
      const end = outcomeOf(JSON.stringify(json));
      expect(['not-begun', 'put-back', 'already']).toContain(end);
      expect(await host.values()).toBe(end === 'already' ? WIDE_VALUES : OLD_VALUES);
    }
  });
});
