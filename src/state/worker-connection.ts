import type { Redis } from 'ioredis';
import { connect, WORKER_OPTIONS, type RedisTarget } from './target.ts';

/**
 * The connections of one worker: BullMQ makes a second one from the first for its blocking reads. Both are
 * held here, since BullMQ cannot close one that never came about, and to see whether jobs are still asked for.
 */
export class WorkerConnection {
  readonly main: Redis;
  readonly #copies: Redis[] = [];
  #tookPartAtMs = performance.now();

  constructor(target: RedisTarget) {
    this.main = connect(target, WORKER_OPTIONS);
    // Errors come from BullMQ's own listeners as well; without any listener ioredis prints them.
    this.main.on('error', () => undefined);
    const duplicate = this.main.duplicate.bind(this.main);
    this.main.duplicate = (override) => {
      const copy = duplicate(override);
      this.#copies.push(copy);
      this.#watch(copy);
      endEvenWhileAway(copy);
      return copy;
    };
    endEvenWhileAway(this.main);
  }

  /** How long ago the worker last asked for a job or was given one. */
  tookPartAgoMs(): number {
    return performance.now() - this.#tookPartAtMs;
  }

  /** The worker takes part: it asks for a job, or was just given one. */
  tookPart(): void {
    this.#tookPartAtMs = performance.now();
  }

  close(): void {
    for (const redis of [this.main, ...this.#copies]) redis.disconnect();
  }

  #watch(copy: Redis): void {
    const send = copy.sendCommand.bind(copy);
    copy.sendCommand = (command, stream) => {
      if (command.name === 'bzpopmin') this.tookPart();
      return send(command, stream);
    };
  }
}

/**
 * ioredis forgets a connection that is told to disconnect between two attempts, and never says that it ended;
 * BullMQ waits for that, and with it the whole process. Such a connection ends with its next attempt instead.
 */
function endEvenWhileAway(redis: Redis): void {
  let ending = false;
  const { retryStrategy } = redis.options;
  redis.options.retryStrategy = (attempt) => (ending ? null : retryStrategy?.(attempt));
  const disconnect = redis.disconnect.bind(redis);
  redis.disconnect = (reconnect) => {
    if (redis.status === 'reconnecting' && reconnect !== true) ending = true;
    else disconnect(reconnect);
  };
  redis.on('connect', () => {
    if (ending) disconnect();
  });
  redis.on('end', () => {
    ending = false;
  });
}
