import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstLook } from '../../../src/core/checklist/first-look.ts';
import { readFacts, type Reading } from '../../../src/core/checklist/read-facts.ts';
import type { Capture } from '../../../src/core/domain/capture.ts';
import { assert } from '../../../src/core/domain/errors.ts';
import type { LabHost } from '../../../src/demo/lab/host.ts';
import type { LabHostOptions } from '../../../src/demo/lab/host-build.ts';
import { startLab, type Lab } from '../../../src/demo/lab/lab.ts';
import { SICK_HOSTS } from '../../../src/demo/lab/sick-hosts.ts';
import { SCENARIOS } from '../../lab/scenarios/registry.ts';
import type { Scenario } from '../../lab/scenarios/scenario.ts';
import { needs } from '../../support/machine.ts';
import { EXPECTED, isName, type Name } from './expected.ts';
import { AS_NOBODY, cutAfter, lookAt, record, RECORDING } from './look.ts';

const gate = needs('lab');
/** Recorded hosts get the product's own window; for the tests a shorter one does. */
const WINDOW_S = RECORDING ? 10 : 3;
const LIMIT_MS = 90_000;

const check = async (name: Name, capture: Capture): Promise<Reading> => {
  await record(name, capture);
  const reading = readFacts(capture);
  EXPECTED[name]({ reading, first: firstLook(capture.sections.filter(({ sample }) => sample === 1)) });
  return reading;
};

describe.skipIf(gate.skip).concurrent(`the checklist on real hosts ${gate.reason}`, () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ prefix: 'tcpcheck-test-checklist' });
  });
  afterAll(() => lab.stop());

  const onHost = async <T>(options: LabHostOptions, act: (host: LabHost) => Promise<T>): Promise<T> => {
    const host = await lab.addHost(options);
    try {
      if (options.workload !== null) await host.workload.next(1);
      return await act(host);
    } finally {
      await host.stop();
    }
  };

  it.each(Object.entries(SCENARIOS))(
    '%s',
    async (name, { host: options }: Scenario) => {
      const capture = await onHost({ ...options, name }, (host) => lookAt(host, WINDOW_S));
      assert(isName(name), `${name} is expected to look somehow`);
      const { facts } = await check(name, capture);
      expect(facts.host.run['window_s']).toBeGreaterThanOrEqual(WINDOW_S);
      // Longer only by as much as a loaded machine is late.
      expect(facts.host.run['window_s']).toBeLessThan(WINDOW_S + 15);
    },
    LIMIT_MS,
  );

  it(
    'no-root: sees the queue, but not whose it is',
    () =>
      onHost({ ...SICK_HOSTS['web-1'], name: 'no-root' }, async (host) => {
        const { facts } = await check('no-root', await lookAt(host, WINDOW_S, AS_NOBODY));
        expect(facts.host.host['is_root']).toBe(false);
      }),
    LIMIT_MS,
  );

  it(
    'close-wait-no-root: sees the leak, but not whose it is',
    () =>
      onHost(
        { name: 'leak-no-root', workload: { kind: 'inbound-close-wait', until: 'no-end' } },
        async (host) => {
          const { facts } = await check('close-wait-no-root', await lookAt(host, WINDOW_S, AS_NOBODY));
          expect(facts.host.host['is_root']).toBe(false);
        },
      ),
    LIMIT_MS,
  );

  it.each(['fd-limit', 'descriptors-leaked'] as const)(
    '%s-no-root: sees that a process is at its limit, and not that it is the one that listens',
    (id) =>
      onHost({ ...SCENARIOS[id].host, name: `${id}-no-root` }, async (host) => {
        const { facts } = await check(`${id}-no-root`, await lookAt(host, WINDOW_S, AS_NOBODY));
        expect(facts.host.host['is_root']).toBe(false);
      }),
    LIMIT_MS,
  );

  it(
    'no-ss: sees the queue, but not how long it may be',
    () =>
      onHost({ ...SICK_HOSTS['web-1'], name: 'no-ss' }, async (host) => {
        // The host has a mount namespace of its own.
        expect(await host.exec(['mount', '--bind', '/dev/null', '/usr/bin/ss'])).toMatchObject({ exit: 0 });
        await check('no-ss', await lookAt(host, WINDOW_S));
      }),
    LIMIT_MS,
  );

  it(
    'cut-off: what came before the cut still holds',
    () =>
      onHost({ ...SICK_HOSTS['web-1'], name: 'cut-off' }, async (host) => {
        const cut = cutAfter('process-descriptors', 1);
        const { coverage } = await check('cut-off', await lookAt(host, WINDOW_S, undefined, cut));
        expect(coverage.seen).toBeLessThan(coverage.of);
      }),
    LIMIT_MS,
  );
});
