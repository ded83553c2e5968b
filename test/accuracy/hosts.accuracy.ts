import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabHost } from '../../src/demo/lab/host.ts';
import { startLab, type Lab } from '../../src/demo/lab/lab.ts';
import { SCENARIOS } from '../lab/scenarios/registry.ts';
import type { Scenario } from '../lab/scenarios/scenario.ts';
import { circumstancesOf, type Circumstances } from './circumstances.ts';
import { measureEffect, notOffered, type Measured } from './effect.ts';
import { judge } from './judge.ts';
import { writePart } from './page.ts';
import { startProduct, type Product, type Told } from './product.ts';
import { accuracyPage, type Row } from './table.ts';

/** Long enough for every rate of the playbooks; the product's own default is 10 s. */
const WINDOW_S = 5;
/** One host: start, look, and up to two settings applied, looked at and taken back. */
const LIMIT_MS = 180_000;
/** The account of the host that is no root. */
const ACCOUNT = 'diag';

const scenarios: readonly (readonly [string, Scenario])[] = Object.entries(SCENARIOS);
const effectsOf = ([, { effects = [] }]: (typeof scenarios)[number]): number => effects.length;
/** Effects take a minute to measure; begun last, one of them alone would keep everybody waiting at the end. */
const longestFirst = scenarios.toSorted((one, other) => effectsOf(other) - effectsOf(one));

describe.concurrent('every lab host, through ssh, checklist and playbooks', () => {
  let lab: Lab;
  let product: Product;
  const rows = new Map<string, Row>();
  let circumstances: Circumstances | null = null;
  beforeAll(async () => {
    lab = await startLab({ prefix: 'tcpcheck-accuracy' });
    product = await startProduct(WINDOW_S * 1000);
  });
  afterAll(async () => {
    await lab.stop();
    await product.close();
    await write(
      scenarios.flatMap(([id]) => rows.get(id) ?? []),
      circumstances,
    );
  });

  it.each(longestFirst)(
    '%s',
    async (id, scenario) => {
      const host = await lab.addHost({ ...scenario.host, name: id, accounts: [ACCOUNT] });
      try {
        if (scenario.host.workload !== null) await host.workload.next(1);
        const [root, account] = await Promise.all([
          product.diagnose(host, host),
          product.diagnose(host, host.accounts[0] ?? host),
        ]);
        circumstances ??= circumstancesOf(root.diagnosis);
        const judged = {
          root: judge(scenario.expected, root.diagnosis, 'root'),
          account: judge(scenario.expected, account.diagnosis, 'account'),
        };
        const { measured, missing } = await measureAll(scenario, { product, host }, root);
        rows.set(id, { scenario: id, expected: scenario.expected, judged, effects: measured });
        expect({
          root: judged.root.problems,
          account: judged.account.problems,
          effects: [...missing, ...measured.flatMap(({ problems }) => problems)],
        }).toEqual({ root: [], account: [], effects: [] });
      } finally {
        await host.stop();
      }
    },
    LIMIT_MS,
  );
});

/** One after the other, since each begins where the one before was taken back. */
async function measureAll(
  scenario: Scenario,
  on: { product: Product; host: LabHost },
  { changes }: Told,
): Promise<{ readonly measured: readonly Measured[]; readonly missing: readonly string[] }> {
  const measured: Measured[] = [];
  const missing: string[] = [];
  for (const effect of scenario.effects ?? []) {
    const change = changes.find(({ plan }) => plan.settings.some(({ key }) => key === effect.key));
    if (change === undefined) missing.push(notOffered(effect));
    else measured.push(await measureEffect(on, change, effect));
  }
  return { measured, missing };
}

/** The page tells of all hosts or is left as it was: a run of a few (`-t`) must not shorten it. */
async function write(rows: readonly Row[], circumstances: Circumstances | null): Promise<void> {
  if (circumstances === null) return;
  const page = accuracyPage(rows, circumstances, WINDOW_S);
  process.stdout.write(`\n${page}\n`);
  if (rows.length === scenarios.length) await writePart('quick', page);
}
