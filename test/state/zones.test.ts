import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../../src/cli/command-line.ts';
import { withoutWorker, zonesWithoutWorker } from '../../src/jobs/zones.ts';
import type { HostEntry } from '../../src/core/domain/host.ts';
import { openGo, signGo } from '../../src/core/change/go.ts';
import { makeKeyPair } from '../../src/config/keys.ts';
import { ALICE, RANGE_PLAN } from '../core/change/arbitrary-change.ts';
import { needs } from '../support/machine.ts';
import { later, stateOn, testRedis } from '../support/state.ts';
import { until } from '../support/events.ts';
import { request } from './samples.ts';

const need = needs('redis-server');
const zoneOf = (host: string): string => (host.startsWith('eu-') ? 'eu' : 'default');
const entry = (name: string, zone: string): HostEntry => ({
  name,
  address: '10.0.0.5',
  port: 22,
  user: 'tcpcheck',
  knownHostsFile: '/dev/null',
  groups: [],
  aliases: [],
  zone,
  changes: { kind: 'none' },
});

describe.skipIf(need.skip)(`workers of a zone ${need.reason}`, () => {
  it('are given the jobs of its hosts, and no others', async () => {
    const redis = await testRedis();
    const { state: bot } = await stateOn(redis, { zoneOf });
    const seen: string[] = [];
    for (const zone of ['default', 'eu'] as const) {
      const { state } = await stateOn(redis, { zoneOf, zone });
      const take = (what: string) => async (name: string) => void seen.push(`${zone} ${what} ${name}`);
      const options = { concurrency: 5 };
      const workers = [
        state.workers.startDiagnoseWorker(take('looks at'), options),
        state.workers.startCareWorker(take('cares for'), options),
        state.workers.startChangeWorker(async ({ changeId }) => take('executes')(changeId), options),
      ];
      for (const worker of workers) later(async () => worker.close(0));
    }
    const keys = makeKeyPair();
    for (const host of ['eu-1', 'web-1']) {
      const plan = { ...RANGE_PLAN, host, id: `on-${host}` };
      await bot.changes.propose({ plan, state: { kind: 'proposed', approvals: [] } });
      const issuedAtMs = plan.proposedAtMs;
      const go = {
        action: 'apply',
        plan,
        by: [ALICE],
        issuedAtMs,
        validUntilMs: issuedAtMs + 60_000,
      } as const;
      const signed = signGo(go, keys.signing);
      expect(openGo(signed, keys.verify, issuedAtMs)).toEqual({ go });
      await bot.wake.host(host, 'person');
      await bot.wake.care(plan.id);
      await bot.wake.change(plan.id, signed);
    }
    await until('all six', async () => seen.length >= 6);
    expect(seen.toSorted()).toEqual([
      'default cares for on-web-1',
      'default executes on-web-1',
      'default looks at web-1',
      'eu cares for on-eu-1',
      'eu executes on-eu-1',
      'eu looks at eu-1',
    ]);
  });

  it('are missed by name when there are none', async () => {
    const redis = await testRedis();
    const { state: bot } = await stateOn(redis, { zoneOf });
    const hosts = new Map([entry('web-1', 'default'), entry('eu-1', 'eu')].map((host) => [host.name, host]));
    const missing = async (): Promise<string | null> =>
      withoutWorker(await zonesWithoutWorker({ hosts }, bot));
    expect(await missing()).toBe('no worker of zone default, eu has answered lately');
    const { state } = await stateOn(redis, { zoneOf, zone: 'default' });
    const worker = state.workers.startDiagnoseWorker(async () => undefined, { concurrency: 1 });
    later(async () => worker.close(0));
    await until('the first beat', async () => (await bot.workersAlive('diagnose')) === 1);
    expect(await missing()).toBe('no worker of zone eu has answered lately');
  });

  it('have queues that the sweep knows: it finds the wake-up that was lost, and no other', async () => {
    const redis = await testRedis();
    const { state: bot } = await stateOn(redis, { zoneOf });
    await bot.requests.accept(request('r1', { host: 'eu-1' }));
    expect(await bot.sweep()).toEqual([{ host: 'eu-1', asker: 'person' }]);
    await bot.wake.host('eu-1', 'person');
    expect(await bot.queueDepth('diagnose', 'eu')).toMatchObject({ waiting: 1 });
    expect(await bot.queueDepth('diagnose')).toMatchObject({ waiting: 0 });
    expect(await bot.sweep()).toEqual([]);
  });
});

const zone = (...more: readonly string[]): unknown => readCommandLine(['serve', ...more]).command;

describe('serve --zone', () => {
  it('is the default one unless it says otherwise, and not for a bot', () => {
    expect(zone()).toEqual({ name: 'serve', role: 'all', zone: 'default' });
    expect(zone('--role', 'worker', '--zone', 'eu')).toEqual({ name: 'serve', role: 'worker', zone: 'eu' });
    expect(() => zone('--role', 'bot', '--zone', 'eu')).toThrow('a bot serves all zones');
    expect(() => zone('--zone', 'EU;id')).toThrow('--zone takes a zone of tcpcheck.yaml');
  });
});
