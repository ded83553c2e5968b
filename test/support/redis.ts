import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** A real redis-server in the hands of a test: it can be killed, frozen and started again on the same data. */
export class TestRedis {
  readonly #directory: string;
  readonly #settings: readonly string[];
  readonly #clients: Redis[] = [];
  #child: ChildProcess | null = null;

  private constructor(directory: string, settings: readonly string[]) {
    this.#directory = directory;
    this.#settings = settings;
  }

  /** A directory for a server that does not run yet. */
  static async prepare(...settings: readonly string[]): Promise<TestRedis> {
    return new TestRedis(await mkdtemp(join(tmpdir(), 'tcpcheck-test-')), settings);
  }

  /** A running server; settings are words for its command line, as in `'--maxmemory-policy', 'allkeys-lru'`. */
  static async start(...settings: readonly string[]): Promise<TestRedis> {
    const redis = await TestRedis.prepare(...settings);
    try {
      await redis.start();
    } catch (error) {
      await redis.close();
      throw error;
    }
    return redis;
  }

  get socketPath(): string {
    return join(this.#directory, 'r.sock');
  }

  get connection(): { kind: 'socket'; path: string } {
    return { kind: 'socket', path: this.socketPath };
  }

  async start(): Promise<void> {
    const place = ['--port', '0', '--unixsocket', this.socketPath, '--dir', this.#directory];
    const safety = ['--appendonly', 'yes', '--save', '', '--logfile', join(this.#directory, 'redis.log')];
    this.#child = spawn('redis-server', [...place, ...safety, ...this.#settings], { stdio: 'ignore' });
    const client = new Redis({ path: this.socketPath, retryStrategy: () => 20 });
    client.on('error', () => undefined);
    await client.ping();
    client.disconnect();
  }

  /** Dies without a word, as by the OOM killer. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill('SIGKILL');
    await gone;
  }

  /** Hangs: connections stay open, nothing answers. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  /** A plain client, to look at what was written or to forge it. */
  client(): Redis {
    const client = new Redis({ path: this.socketPath, retryStrategy: () => 20 });
    client.on('error', () => undefined);
    this.#clients.push(client);
    return client;
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.disconnect();
    await this.kill();
    await rm(this.#directory, { recursive: true, force: true });
  }
}
