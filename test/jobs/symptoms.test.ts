import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { needs } from '../support/machine.ts';
import { askFor, CHANNEL, finishRun, settle, startBench, type Bench } from './bench.ts';

const need = needs('redis-server');

describe.skipIf(need.skip)(`several people with different words about one host ${need.reason}`, () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await startBench();
  });
  afterEach(async () => bench.close());

  it('are answered by one run, each in the own thread and to the own words', async () => {
    const slow = await askFor(bench, 'web-1', 'the server does not accept connections');
    const refused = await askFor(bench, 'web-1', 'No route to host');
    const silent = await askFor(bench, 'web-1', '');
    await finishRun(bench);
    for (const id of [slow, refused, silent]) await settle(bench, id);
    const runs = await Promise.all([slow, refused, silent].map(async (id) => bench.state.requests.runOf(id)));
    expect(new Set(runs).size).toBe(1);
    const [first, second, third] = bench.slack
      .messages(CHANNEL)
      .filter(({ threadTs }) => threadTs === null)
      .map(({ blocks }) => JSON.stringify(blocks));
    expect(first).toContain('You said “the server does not accept connections”:');
    expect(first).toContain(
      'It fits what was found: Accept queue overflow; Descriptors of nginx nearly used up.',
    );
    expect(second).toContain('You said “No route to host”:');
    expect(second).toContain('It is nothing that TCP tuning heals.');
    expect(second).toContain('Found instead: Accept queue overflow; Descriptors of nginx nearly used up.');
    expect(third).not.toContain('You said');
    expect(bench.slack.warnings).toEqual([]);
  }, 40_000);
});
