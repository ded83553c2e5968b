import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { startEmbeddedRedis, type EmbeddedRedis } from '../../../src/state/embedded/embedded-redis.ts';
import type { Problem } from '../../../src/core/domain/problem.ts';
import { until } from '../../support/events.ts';
import { failureOf } from '../../support/failure.ts';
import { needs } from '../../support/machine.ts';
import { later } from '../../support/state.ts';
import { spawnModule } from '../../support/child.ts';

const machine = needs('redis-server');

async function dataDirectory(...below: readonly string[]): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'tcpcheck-data-'));
  later(async () => rm(root, { recursive: true, force: true }));
  const path = join(root, ...below);
  await mkdir(path, { recursive: true });
  return path;
}

async function start(dataDir: string, problems: Problem[] = []): Promise<EmbeddedRedis> {
  const redis = await startEmbeddedRedis({ dataDir, onProblem: (problem) => problems.push(problem) });
  later(async () => redis.close());
  return redis;
}

async function ask<T>(
  { socketPath }: { socketPath: string },
  question: (redis: Redis) => Promise<T>,
): Promise<T> {
  const client = new Redis({ path: socketPath });
  client.on('error', () => undefined);
  try {
    return await question(client);
  } finally {
    client.disconnect();
  }
}

const serverPid = async (redis: { socketPath: string }): Promise<number> =>
  Number(/process_id:(\d+)/.exec(await ask(redis, async (client) => client.info('server')))?.[1]);

/** Servers that run with their configuration in this directory. */
function serversOf(dataDir: string): readonly string[] {
  const all = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return all.filter((line) => line.includes('redis-server') && line.includes(dataDir.slice(-20)));
}

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe.skipIf(machine.skip)(`embedded Redis ${machine.reason}`, () => {
  it('runs on a private socket, writes an append-only file, evicts nothing, and ends with close', async () => {
    const dataDir = await dataDirectory();
    const redis = await start(dataDir);
    expect(redis.socketPath.startsWith(dataDir)).toBe(true);
    expect((await stat(redis.socketPath)).mode & 0o777).toBe(0o700);
    expect((await stat(dirname(redis.socketPath))).mode & 0o777).toBe(0o700);
    const settings = await ask(redis, async (client) => client.config('GET', '*'));
    const of = (name: string): unknown => {
      const list = Array.isArray(settings) ? settings : [];
      return list[list.indexOf(name) + 1];
    };
    expect(['port', 'appendonly', 'appendfsync', 'maxmemory-policy', 'save'].map(of)).toEqual([
      '0',
      'yes',
      'everysec',
      'noeviction',
      '',
    ]);
    const pid = await serverPid(redis);
    await redis.close();
    await until('the server is gone', () => !lives(pid));
    expect((await readdir(dirname(redis.socketPath))).filter((name) => /sock$|^user/.test(name))).toEqual([]);
  });

  it('keeps what it was given from one start to the next', async () => {
    const dataDir = await dataDirectory();
    const first = await start(dataDir);
    await ask(first, async (client) => client.set('kept', 'yes'));
    await first.close();
    expect(await ask(await start(dataDir), async (client) => client.get('kept'))).toBe('yes');
  });

  it('finds a short place for the socket of a deep directory, the same one at every start', async () => {
    const dataDir = await dataDirectory('d'.repeat(60), 'e'.repeat(60));
    const first = await start(dataDir);
    expect(Buffer.byteLength(first.socketPath)).toBeLessThan(107);
    expect((await stat(dirname(first.socketPath))).mode & 0o777).toBe(0o700);
    await ask(first, async (client) => client.set('kept', 'yes'));
    expect((await readdir(join(dataDir, 'redis'))).some((name) => name.startsWith('appendonly'))).toBe(true);
    await first.close();
    const second = await start(dataDir);
    expect(second.socketPath).toBe(first.socketPath);
    expect(await ask(second, async (client) => client.get('kept'))).toBe('yes');
    await second.close();
    await rm(dirname(first.socketPath), { recursive: true });
    const third = await start(dataDir);
    expect(await ask(third, async (client) => client.get('kept'))).toBe('yes');
    await third.close();
    await rm(dirname(third.socketPath), { recursive: true });
  });

  it('replaces a server whose socket somebody removed, so that never two have the same files', async () => {
    const dataDir = await dataDirectory();
    const redis = await start(dataDir);
    await ask(redis, async (client) => client.set('kept', 'yes'));
    const pid = await serverPid(redis);
    await rm(redis.socketPath);
    await until('a new server answers', async () => {
      const found = await stat(redis.socketPath).catch(() => null);
      return found !== null && (await serverPid(redis)) !== pid;
    });
    expect(lives(pid)).toBe(false);
    expect(serversOf(dataDir)).toHaveLength(1);
    expect(await ask(redis, async (client) => client.get('kept'))).toBe('yes');
  });

  it('ends a server whose socket somebody removed', async () => {
    const dataDir = await dataDirectory();
    const redis = await start(dataDir);
    const pid = await serverPid(redis);
    await rm(redis.socketPath);
    await redis.close();
    await until('the server is gone', () => !lives(pid));
    expect(serversOf(dataDir)).toEqual([]);
  });

  it('copes with blanks, quotes and Korean in the path', async () => {
    const dataDir = await dataDirectory(`a "b" 'c' \\d 한글`);
    expect(await ask(await start(dataDir), async (client) => client.ping())).toBe('PONG');
  });

  it('starts one server for ten who start at once, and stops it with the last of them', async () => {
    const dataDir = await dataDirectory();
    const all = await Promise.all(Array.from({ length: 10 }, async () => start(dataDir)));
    expect(new Set(await Promise.all(all.map(serverPid))).size).toBe(1);
    expect(serversOf(dataDir)).toHaveLength(1);
    const pid = await serverPid({ socketPath: all[0]?.socketPath ?? '' });
    await Promise.all(all.slice(1).map(async (redis) => redis.close()));
    expect(lives(pid)).toBe(true);
    await all[0]?.close();
    await until('the server is gone', () => !lives(pid));
  });

  it('starts one server for four processes that start at once', async () => {
    const dataDir = await dataDirectory();
    const parents = await Promise.all(
      Array.from({ length: 4 }, async () => spawnModule('embedded-parent', [dataDir])),
    );
    for (const parent of parents) later(async () => parent.kill());
    const pids = await Promise.all(parents.map(async (parent) => parent.line()));
    expect(new Set(pids).size).toBe(1);
    expect(serversOf(dataDir)).toHaveLength(1);
    await Promise.all(parents.map(async (parent) => parent.kill()));
    await (await start(dataDir)).close();
    await until('the server is gone', () => !lives(Number(pids[0])));
  });

  it('outlives a killed parent and is adopted by two who start at once', async () => {
    const dataDir = await dataDirectory();
    const parent = await spawnModule('embedded-parent', [dataDir]);
    later(async () => parent.kill());
    const pid = Number(await parent.line());
    await parent.kill();
    expect(lives(pid)).toBe(true);
    const [one, two] = await Promise.all([start(dataDir), start(dataDir)]);
    expect(await serverPid(one)).toBe(pid);
    expect(await serverPid(two)).toBe(pid);
    expect(await ask(one, async (client) => client.get('by'))).toBe('parent');
    await one.close();
    expect(lives(pid)).toBe(true);
    await two.close();
    await until('the adopted server is gone', () => !lives(pid));
  });

  it('is not stopped by one process while another uses it', async () => {
    const dataDir = await dataDirectory();
    const parent = await spawnModule('embedded-parent', [dataDir]);
    later(async () => parent.kill());
    const pid = Number(await parent.line());
    await (await start(dataDir)).close();
    expect(lives(pid)).toBe(true);
    await parent.kill();
    await (await start(dataDir)).close();
    await until('the server is gone', () => !lives(pid));
  });

  it('removes a stale socket, and starts again when the server is killed', async () => {
    const dataDir = await dataDirectory();
    const problems: Problem[] = [];
    const redis = await start(dataDir, problems);
    await ask(redis, async (client) => client.set('kept', 'yes'));
    const pid = await serverPid(redis);
    process.kill(pid, 'SIGKILL');
    await until('a new server answers', async () => {
      const now = await serverPid(redis).catch(() => pid);
      return now !== pid;
    });
    expect(await ask(redis, async (client) => client.get('kept'))).toBe('yes');
    expect(problems.map((problem) => problem.what)).toEqual([
      'the embedded Redis had died and is started again',
    ]);
  });

  it('kills a server that hangs when it is closed', { timeout: 20_000 }, async () => {
    const dataDir = await dataDirectory();
    const redis = await start(dataDir);
    const pid = await serverPid(redis);
    process.kill(pid, 'SIGSTOP');
    await redis.close();
    await until('the server is gone', () => !lives(pid));
    expect(await readdir(join(dataDir, 'redis'))).not.toContain('redis.sock');
  });

  it('says so when redis-server is not installed', async () => {
    const dataDir = await dataDirectory();
    const path = process.env['PATH'];
    process.env['PATH'] = dataDir;
    try {
      const failure = await failureOf(startEmbeddedRedis({ dataDir }));
      expect(failure.code).toBe('REDIS_EMBEDDED');
      expect(failure.message).toContain('ENOENT');
      expect(failure.hint).toContain('apt-get install redis-server');
    } finally {
      process.env['PATH'] = path;
    }
  });

  it('shows the last words of a server that will not start', async () => {
    const dataDir = await dataDirectory();
    const first = await start(dataDir);
    await ask(first, async (client) => client.set('a', 'b'));
    await first.close();
    const files = join(dataDir, 'redis', 'appendonlydir');
    for (const name of await readdir(files)) {
      if (name.endsWith('.manifest')) await writeFile(join(files, name), 'nonsense\n');
    }
    const failure = await failureOf(startEmbeddedRedis({ dataDir }));
    expect(failure.code).toBe('REDIS_EMBEDDED');
    expect(failure.message).toMatch(/ended with status 1.*AOF manifest file/);
  });

  it('refuses a server at its socket that is not its own', async () => {
    const dataDir = await dataDirectory();
    const other = await start(await dataDirectory());
    await mkdir(join(dataDir, 'redis'), { mode: 0o700 });
    await symlink(other.socketPath, join(dataDir, 'redis', 'redis.sock'));
    const failure = await failureOf(startEmbeddedRedis({ dataDir }));
    expect(failure.code).toBe('REDIS_EMBEDDED');
    expect(failure.message).toContain('found one of');
    expect(await ask(other, async (client) => client.ping())).toBe('PONG');
  });

  it('refuses a directory that others can reach into', async () => {
    const dataDir = await dataDirectory();
    await mkdir(join(dataDir, 'redis'), { mode: 0o755 });
    const failure = await failureOf(startEmbeddedRedis({ dataDir }));
    expect(failure.code).toBe('REDIS_EMBEDDED');
    expect(failure.message).toContain('0755');
  });
});
