import { Queue, type JobsOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import { MAX_EVENTS } from './queue-plan.ts';

/** A job as it stands in Redis after it was added. */
export interface Added {
  readonly id: string;
}

/**
 * The adding side of one queue. BullMQ's Queue waits silently for a connection and never recovers from one
 * that fails while it is built, so it is built only when Redis has just answered, and again when that failed.
 */
export class Producer {
  readonly #name: string;
  readonly #redis: Redis;
  readonly #prefix: string;
  #building: Promise<Queue> | null = null;
  #built: Queue | null = null;

  constructor(name: string, redis: Redis, prefix: string) {
    this.#name = name;
    this.#redis = redis;
    this.#prefix = prefix;
  }

  /** The queue, ready. Call it within a turn only: outside of one it may wait for ever. */
  async queue(): Promise<Queue> {
    this.#building ??= this.#build();
    return this.#building;
  }

  async add(name: string, data: unknown, options: JobsOptions): Promise<Added> {
    const queue = await this.queue();
    const job = await queue.add(name, data, options);
    return { id: job.id ?? '' };
  }

  async close(): Promise<void> {
    await this.#built?.close();
  }

  async #build(): Promise<Queue> {
    const queue = new Queue(this.#name, {
      connection: this.#redis,
      prefix: this.#prefix,
      // The version only matters to workers; without the check building needs no answer that could be lost.
      skipVersionCheck: true,
      streams: { events: { maxLen: MAX_EVENTS } },
    });
    // The connection is shared; its errors are reported where it is opened.
    queue.on('error', () => undefined);
    try {
      await queue.waitUntilReady();
      this.#built = queue;
      return queue;
    } catch (error) {
      this.#building = null;
      await queue.close();
      throw error;
    }
  }
}
