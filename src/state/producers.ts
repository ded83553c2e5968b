import type { Redis } from 'ioredis';
import { Producer } from './producer.ts';
import type { WorkerRole } from './queue-plan.ts';
import { queueName } from './zones.ts';

/** The adding sides of all queues: one for each role, and for each zone where the role has zones. */
export class Producers {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #byName = new Map<string, Producer>();

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  of(role: WorkerRole, zone: string): Producer {
    const name = queueName(role, zone);
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const made = new Producer(name, this.#redis, this.#prefix);
    this.#byName.set(name, made);
    return made;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#byName.values()].map(async (producer) => producer.close()));
  }
}
