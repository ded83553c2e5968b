import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstLook } from '../../../src/core/checklist/first-look.ts';
import { readFacts, type Reading } from '../../../src/core/checklist/read-facts.ts';
import type { Capture } from '../../../src/core/domain/capture.ts';
import { assert } from '../../../src/core/domain/errors.ts';
import type { LabHost } from '../../../src/demo/lab/host.ts';
import type { LabHostOptions } from '../../../src/demo/lab/host-build.ts';
import { startLab, type Lab } from '../../../src/demo/lab/lab.ts';
import { SICK_HOSTS } from '../../../src/demo/lab/sick-hosts.ts';
import { needs } from '../../support/machine.ts';
import { EXPECTED, isName, type Name } from './expected.ts';
import { AS_NOBODY, cutAfter, lookAt, record, RECORDING } from './look.ts';

const gate = needs('lab');
/** Recorded hosts get the product's own window; for the tests a shorter one does. */
const WINDOW_S = RECORDING ? 10 : 3;
const LIMIT_MS = 90_000;

const hosts = {
  'port-exhaustion': { ...SICK_HOSTS['api-1'] },
  'pool-leak': { name: 'x', workload: { kind: 'outbound-pool-leak' } },
  'app-backlog': { ...SICK_HOSTS['web-1'] },
  somaxconn: { ...SICK_HOSTS['web-2'] },
  'stalled-never-accepts': { name: 'x', workload: { kind: 'inbound-stalled', how: 'never-accepts' } },
  'stalled-stopped': { name: 'x', workload: { kind: 'inbound-stalled', how: 'stopped' } },
  'fd-limit': { name: 'x', workload: { kind: 'inbound-fd-limit' } },
  'time-wait-inbound': { name: 'x', workload: { kind: 'inbound-time-wait' } },
  'healthy-idle': { name: 'x', workload: null },
  'healthy-busy': { ...SICK_HOSTS['db-1'] },
  'many-destinations': { name: 'x', workload: { kind: 'many-destinations' } },
  'momentary-queue': { name: 'x', workload: { kind: 'momentary-queue' } },
  'close-wait-inbound': { name: 'x', workload: { kind: 'inbound-close-wait', until: 'no-end' } },
  'close-wait-outbound': { name: 'x', workload: { kind: 'outbound-close-wait' } },
  'close-wait-late': { name: 'x', workload: { kind: 'late-close' } },
  'descriptors-leaked': { name: 'x', workload: { kind: 'inbound-close-wait', until: 'descriptors-out' } },
  'fd-limit-client': { name: 'x', workload: { kind: 'outbound-fd-limit' } },
  'time-wait-overflow': {
    name: 'x',
    sysctls: { 'net.ipv4.tcp_max_tw_buckets': '200' },
    workload: { kind: 'inbound-time-wait' },
  },
  'syn-flood': { name: 'x', workload: { kind: 'inbound-syn-flood', cookies: true } },
  'syn-flood-no-cookies': { name: 'x', workload: { kind: 'inbound-syn-flood', cookies: false } },
  'handshake-burst': { name: 'x', workload: { kind: 'inbound-handshake-burst' } },
  'handshake-slow-accept': { name: 'x', workload: { kind: 'inbound-handshake-slow-accept' } },
  'refused-no-listener': { name: 'x', workload: { kind: 'inbound-refused', why: 'no-listener' } },
  'refused-wrong-address': { name: 'x', workload: { kind: 'inbound-refused', why: 'wrong-address' } },
  'refused-firewall': { name: 'x', workload: { kind: 'inbound-refused', why: 'firewall' } },
  'refused-own-programs': { name: 'x', workload: { kind: 'inbound-refused', why: 'own-programs' } },
  'outbound-refused': { name: 'x', workload: { kind: 'outbound-refused' } },
  unanswered: { name: 'x', workload: { kind: 'outbound-unanswered' } },
  'address-in-use': { name: 'x', workload: { kind: 'inbound-restarting' } },
} as const satisfies Partial<Record<Name, LabHostOptions>>;

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

  it.each(Object.entries(hosts))(
    '%s',
    async (name, options: LabHostOptions) => {
      const capture = await onHost({ ...options, name }, (host) => lookAt(host, WINDOW_S));
      assert(isName(name), `${name} is expected to look somehow`);
      const { facts } = await check(name, capture);
      expect(facts.host.run['window_s']).toBeGreaterThanOrEqual(WINDOW_S);
      expect(facts.host.run['window_s']).toBeLessThan(WINDOW_S + 2);
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

  it(
    'no-ss: knows the counters and nothing of sockets',
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
