import { expect, it } from 'vitest';
import { readFacts } from '../src/core/checklist/read-facts.ts';
import { evaluate } from '../src/core/playbook/evaluate.ts';
import { recordedHost, recordedHosts } from '../test/support/captures.ts';
import { checksByHand } from '../test/support/facts.ts';
import { fastestMs } from '../test/support/fastest.ts';
import { largeHost } from '../test/support/large-host.ts';
import { shippedPlaybooks } from '../test/support/playbooks.ts';
import { printFigures } from './figures.ts';

/** Captures that are told: those that take longest. */
const TOLD = 5;

const playbooks = shippedPlaybooks();
const ms = (value: number): string => `${value.toFixed(2)} ms`;

it('a capture against all playbooks', () => {
  const recorded = recordedHosts().map((name) => {
    const capture = recordedHost(name);
    const { facts, checks } = readFacts(capture);
    const [reading = 0, evaluating = 0] = fastestMs(
      () => readFacts(capture),
      () => evaluate(facts, checks, playbooks),
    );
    return { name, reading, evaluating };
  });
  const checks = checksByHand();
  const facts = largeHost();
  // The same facts from JSON: a machine that is busy needs up to twice as long for both.
  const text = JSON.stringify(facts);
  const [large = 0, fromJson = 0] = fastestMs(
    () => evaluate(facts, checks, playbooks),
    () => JSON.parse(text),
  );
  const slowest = recorded.toSorted((a, b) => b.evaluating - a.evaluating).slice(0, TOLD);
  expect(slowest).toHaveLength(TOLD);
  printFigures(`evaluating ${playbooks.length} playbooks`, [
    {
      what: '500 listeners and 500 destinations',
      budget: '5 ms',
      measured: `${ms(large)}, facts from JSON ${ms(fromJson)}`,
    },
    ...slowest.map(({ name, reading, evaluating }) => ({
      what: name,
      budget: '5 ms',
      measured: `${ms(evaluating)}, reading ${ms(reading)}`,
    })),
  ]);
});
