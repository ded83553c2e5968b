import { describe, expect, it } from 'vitest';
import { readFacts } from '../../src/core/checklist/read-facts.ts';
import { evaluate } from '../../src/core/playbook/evaluate.ts';
import { recordedHost, recordedHosts } from '../support/captures.ts';
import { checksByHand } from '../support/facts.ts';
import { fastestMs } from '../support/fastest.ts';
import { largeHost } from '../support/large-host.ts';
import { shippedPlaybooks } from '../support/playbooks.ts';

const BUDGET_MS = 5;
const playbooks = shippedPlaybooks();

describe('evaluating all playbooks', () => {
  it.each(recordedHosts())('stays within 5 ms: %s', (name) => {
    const { facts, checks } = readFacts(recordedHost(name));
    expect(fastestMs(() => evaluate(facts, checks, playbooks))[0]).toBeLessThan(BUDGET_MS);
  });

  it('does not grow out of hand on a host with 500 listeners and 500 destinations, a fifth of them sick', () => {
    const facts = largeHost();
    const checks = checksByHand();
    const found = evaluate(facts, checks, playbooks);
    const matched = (id: string): number =>
      found.filter((one) => one.playbook === id && one.status === 'matched').length;
    // 100 subjects of each are sick; each playbook tells of its 20 worst.
    expect([matched('accept-queue-overflow'), matched('port-exhaustion')]).toEqual([20, 20]);
    // Some 4 ms on an idle machine. A busy one needs more for everything, so a yardstick is measured in turn with it:
    // the facts, read five times from JSON (3 ms), which grow with the host in the same way.
    const text = JSON.stringify(facts);
    const yardstick = (): unknown => Array.from({ length: 5 }, (): unknown => JSON.parse(text));
    const [own = 0, reading = 0] = fastestMs(() => evaluate(facts, checks, playbooks), yardstick);
    expect(own / reading).toBeLessThan(3);
  });
});
