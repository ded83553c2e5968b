import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openState } from '../../src/state/open-state.ts';
import type { Problem } from '../../src/core/domain/problem.ts';
import { until } from '../support/events.ts';
import { failureOf } from '../support/failure.ts';
import { needs } from '../support/machine.ts';
import type { TestRedis } from '../support/redis.ts';
import { closing, later, testRedis } from '../support/state.ts';
import { request } from './samples.ts';

const machine = needs('redis-server');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function userRedis(port: number, password: string): Promise<TestRedis> {
  const redis = await testRedis('--port', String(port), '--bind', '127.0.0.1');
  await redis.client().call('ACL', 'SETUSER', 'tcpcheck', 'on', `>${password}`, '~*', '&*', '+@all');
  return redis;
}

describe.skipIf(machine.skip)(`a Redis behind a URL ${machine.reason}`, () => {
  it('serves stores and workers over TCP, with password and database', async () => {
    const port = await freePort();
    const redis = await userRedis(port, 'p%w');
    const url = `redis://tcpcheck:p%25w@127.0.0.1:${port}/3`;
    const state = await openState({ connection: { kind: 'url', url } });
    later(async () => state.close());
    expect(state.health()).toEqual({ connected: true, redis: `redis://127.0.0.1:${port}`, warnings: [] });
    const hosts: string[] = [];
    closing(state.workers.startDiagnoseWorker(async (host) => void hosts.push(host), { concurrency: 1 }));
    await state.requests.accept(request('r1'));
    await state.wake.host('web-1', 'person');
    await until('the run', () => hosts.length === 1);
    expect(await redis.client().info('keyspace')).toMatch(/db3:keys=\d+/);
  });

  it('recovers from a password that was wrong at first', { timeout: 20_000 }, async () => {
    const port = await freePort();
    const redis = await userRedis(port, 'old');
    const state = await openState({
      connection: { kind: 'url', url: `redis://tcpcheck:new@127.0.0.1:${port}` },
    });
    later(async () => state.close());
    await expect(state.ping()).rejects.toMatchObject({ code: 'REDIS_UNAVAILABLE' });
    const hosts: string[] = [];
    closing(state.workers.startDiagnoseWorker(async (host) => void hosts.push(host), { concurrency: 1 }));
    await expect(state.wake.host('ghost', 'person')).rejects.toMatchObject({ code: 'REDIS_UNAVAILABLE' });
    await redis.client().call('ACL', 'SETUSER', 'tcpcheck', '>new');
    await until('Redis lets us in', async () =>
      state.wake.host('web-1', 'person').then(
        () => true,
        () => false,
      ),
    );
    await until('the run', () => hosts.length === 1);
    expect(hosts).toEqual(['web-1']);
  });

  it('recovers from a permission that was missing at first', { timeout: 20_000 }, async () => {
    const port = await freePort();
    const redis = await userRedis(port, 'pw');
    await redis.client().call('ACL', 'SETUSER', 'tcpcheck', '-info');
    const connection = { kind: 'url', url: `redis://tcpcheck:pw@127.0.0.1:${port}` } as const;
    const problems: Problem[] = [];
    const state = await openState({ connection, onProblem: (problem) => problems.push(problem) });
    later(async () => state.close());
    const hosts: string[] = [];
    closing(state.workers.startDiagnoseWorker(async (host) => void hosts.push(host), { concurrency: 1 }));
    expect((await failureOf(state.ping())).message).toContain('NOPERM');
    await until('the worker complains', () =>
      problems.some((problem) => String(problem.fields['said']).includes('NOPERM')),
    );
    await redis.client().call('ACL', 'SETUSER', 'tcpcheck', '+info');
    await state.wake.host('web-1', 'person');
    await until('the run', () => hosts.length === 1);
    expect(hosts).toEqual(['web-1']);
  });
});
