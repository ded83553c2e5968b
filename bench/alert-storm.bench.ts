import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from '../src/demo/stage.ts';
import {
  flood,
  percentile,
  startFloodStage,
  TWENTY,
  TWO_THOUSAND,
  type Took,
} from '../test/e2e/alert-flood.ts';
import { needs } from '../test/support/machine.ts';
import { printFigures, type Figure } from './figures.ts';

const BUDGET_MS = 200;

const wall = ({ wallMs }: Took): number => wallMs;
const own = ({ ownMs }: Took): number => ownMs;

function figuresOf(what: string, answers: readonly Took[]): readonly Figure[] {
  const at = (share: number, of: (one: Took) => number): string =>
    `${percentile(answers.map(of), share).toFixed(0)} ms`;
  return [
    { what: `${what}, 99 of 100`, budget: `${BUDGET_MS} ms`, measured: at(0.99, wall) },
    { what: '  without what others had the core', budget: '', measured: at(0.99, own) },
    { what: '  half of them, all of them', budget: '', measured: `${at(0.5, wall)}, ${at(1, wall)}` },
  ];
}

const gate = needs('lab', 'redis-server');
describe.skipIf(gate.skip)(`answers while 10,000 alerts come in ten seconds ${gate.reason}`, () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startFloodStage();
  }, 120_000);
  afterAll(async () => stage?.stop(), 60_000);

  it.each([
    ['on 20 hosts', TWENTY],
    ['on 2,000 hosts, 1,800 of them dark', TWO_THOUSAND],
  ])('%s', async (where, hosts) => {
    const { taken, typed, cores } = await flood(stage, hosts);
    expect(taken.length).toBeGreaterThan(0);
    printFigures(`10,000 alerts in ten seconds, ${where}`, [
      ...figuresOf('a delivery is taken (202)', taken),
      ...figuresOf('Slack is answered', typed),
      { what: 'of a core, the bot', budget: '0.8', measured: cores.toFixed(2) },
    ]);
  });
});
