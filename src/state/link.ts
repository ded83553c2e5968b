import { once } from 'node:events';
import type { Redis } from 'ioredis';
import { TcpcheckError } from '../core/domain/errors.ts';
import { runScript, type Script } from './lua.ts';
import { messageOf, type ReportProblem } from './problems.ts';
import { inspectServer } from './server-safety.ts';
import { CALLER_OPTIONS, CALL_DEADLINE_MS, connect, placeOf, type RedisTarget } from './target.ts';

/** One call that writes; ends at its deadline. */
export interface Turn {
  readonly redis: Redis;
  /** Runs an atomic step that does nothing once the caller has given up. */
  script(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  /** Throws when the caller has given up: between the steps of a call that has several. */
  check(): void;
}

/**
 * The connection for everything that somebody waits for. Each call ends within CALL_DEADLINE_MS, and what has
 * failed is not executed later.
 */
export class Link {
  readonly redis: Redis;
  readonly place: string;
  readonly #report: ReportProblem;
  #warnings: readonly string[] = [];
  #inspected = false;

  constructor(target: RedisTarget, report: ReportProblem) {
    this.place = placeOf(target);
    this.#report = report;
    this.redis = connect(target, CALLER_OPTIONS);
    this.redis.on('error', (error: Error) => {
      const fields = { redis: this.place, said: error.message };
      report({ what: 'the connection to Redis failed', code: 'REDIS_UNAVAILABLE', fields });
    });
    // Whoever answers after a reconnect may be another server with another configuration.
    this.redis.on('close', () => {
      this.#inspected = false;
    });
  }

  /** What is not as it should be with this Redis, yet no reason to refuse it. */
  get warnings(): readonly string[] {
    return this.#warnings;
  }

  get connected(): boolean {
    return this.redis.status === 'ready';
  }

  /** Asks without changing anything. */
  async read<T>(what: string, ask: (redis: Redis) => Promise<T>): Promise<T> {
    return this.#within(what, async () => ask(this.redis));
  }

  /** Changes something, provided that Redis answers now and keeps what it is given. */
  async write<T>(what: string, act: (turn: Turn) => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    const leftMs = (): number => CALL_DEADLINE_MS - (performance.now() - startedMs);
    const check = (): void => {
      if (leftMs() <= 0) throw new Error('no time is left');
    };
    return this.#within(what, async () => {
      if (!this.#inspected) await this.#inspect();
      const [seconds, micros] = await this.redis.time();
      const giveUpAtMs = Number(seconds) * 1000 + Number(micros) / 1000 + leftMs();
      check();
      const script: Turn['script'] = async (step, keys, args) =>
        runScript(this.redis, step, keys, [giveUpAtMs, ...args]);
      return act({ redis: this.redis, script, check });
    });
  }

  /**
   * Changes something that does no harm when it happens after the caller has given up: for those who are in a hurry, it
   * saves asking Redis for its time.
   */
  async give<T>(what: string, act: (redis: Redis) => Promise<T>): Promise<T> {
    return this.#within(what, async () => {
      if (!this.#inspected) await this.#inspect();
      return act(this.redis);
    });
  }

  /** Waits for the first connection up to one deadline; refuses an unsafe server, not one that is away. */
  async firstLook(): Promise<void> {
    try {
      await this.#within('connect', async () => {
        if (!this.connected) await once(this.redis, 'ready');
        await this.#inspect();
      });
    } catch (error) {
      if (!(error instanceof TcpcheckError) || error.code === 'REDIS_UNAVAILABLE') return;
      this.close();
      throw error;
    }
  }

  close(): void {
    this.redis.disconnect();
  }

  async #inspect(): Promise<void> {
    const { unsafe, warnings } = inspectServer(await this.redis.info());
    if (unsafe !== null) throw new TcpcheckError('REDIS_UNSAFE', `Redis at ${this.place} ${unsafe}`);
    this.#inspected = true;
    this.#warnings = warnings;
    for (const warning of warnings) {
      this.#report({ what: warning, code: 'REDIS_UNSAFE', fields: { redis: this.place } });
    }
  }

  async #within<T>(what: string, body: () => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      const giveUp = (): void => reject(new Error(`no answer within ${CALL_DEADLINE_MS} ms`));
      // After a pause of this process the answer may lie in the socket: it is read before immediates run.
      timer = setTimeout(() => setImmediate(giveUp), CALL_DEADLINE_MS);
    });
    try {
      return await Promise.race([body(), late]);
    } catch (error) {
      if (error instanceof TcpcheckError) throw error;
      const message = `${what}: Redis at ${this.place}: ${messageOf(error)}`;
      throw new TcpcheckError('REDIS_UNAVAILABLE', message, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }
}
