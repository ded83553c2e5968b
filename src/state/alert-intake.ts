import { setImmediate as nextTurn } from 'node:timers/promises';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { AlertDelivery } from '../core/domain/alert-ports.ts';
import { HandingAgain } from './alert-again.ts';
import type { AlertSpool } from './alert-spool.ts';
import type { Keys } from './keys.ts';
import type { Link } from './link.ts';
import { plain, runScript } from './lua.ts';
import { messageOf, type ReportProblem } from './problems.ts';

/** A delivery that comes again from the spool is recognised for so long; what is older there is left alone. */
const SEEN_SECONDS = 24 * 3_600;
/** More than an hour of the worst storm we know; beyond it senders are told to come again. */
const MAX_WAITING = 20_000;
/** What one write takes on; the next follows at once. */
const BATCH = 200;
/**
 * A write that waits for the disk or for Redis does not hold up the next. Few: each takes a thread of the four that
 * all of the process' files share (libuv), and what comes while they are under way goes together.
 */
const BATCHES_AT_ONCE = 2;
/** Senders that wait for an answer; more would wait longer than they have patience. */
const MAX_PENDING = 5_000;
/** How long a replica may take to confirm. */
const REPLICA_MS = 500;

/**
 * One step, so that a delivery is either recognised and waiting, or neither. The text comes behind its id. It may as
 * well happen when its sender was told to come again: it would be handed over again anyway, from the spool, and an
 * alert that is heard twice is counted once.
 */
const SUBMIT = plain(`
if redis.call('LLEN', KEYS[1]) + #ARGV > tonumber(ARGV[1]) then return -1 end
local fresh = 0
for i = 3, #ARGV do
  local seen = ARGV[2] .. ':alert-seen:' .. string.sub(ARGV[i], 1, 36)
  if redis.call('SET', seen, '1', 'NX', 'EX', ${SEEN_SECONDS}) then
    redis.call('RPUSH', KEYS[1], ARGV[i])
    fresh = fresh + 1
  end
end
return fresh
`);

interface Pending {
  readonly text: string;
  readonly done: (error: unknown) => void;
}

/** What taking deliveries needs; the connection is its own, so that nothing of the product goes before them. */
export interface IntakeContext {
  readonly link: Link;
  readonly keys: Keys;
  readonly spool: AlertSpool;
  readonly nowMs: () => number;
  readonly report: ReportProblem;
}

/**
 * Takes deliveries of alerts for good: each is in Redis, on a replica where there is one, and on our own disk before
 * its sender is answered. Those that come together share one write and one flush.
 */
export class AlertQueue {
  readonly #context: IntakeContext;
  readonly #again: HandingAgain;
  readonly #storing = new Set<Promise<void>>();
  #pending: Pending[] = [];
  #soon: Promise<void> | null = null;

  constructor(context: IntakeContext) {
    this.#context = context;
    const { link, spool, nowMs, report } = context;
    this.#again = new HandingAgain({
      copied: async () => spool.linesSince(nowMs() - SEEN_SECONDS * 1_000),
      // Deliveries that Redis has already are recognised by their ids.
      give: async (texts) => this.#give(texts),
      batch: BATCH,
      connected: () => link.connected,
      report,
    });
    link.redis.on('ready', () => this.#again.begin());
    if (link.connected) this.#again.begin();
  }

  /** Rejects with REDIS_UNAVAILABLE or QUEUE_FULL when the sender must come again. */
  async submit(delivery: AlertDelivery): Promise<void> {
    if (this.#pending.length >= MAX_PENDING) {
      throw new TcpcheckError(
        'QUEUE_FULL',
        `take alerts: ${MAX_PENDING} deliveries wait to be stored already`,
      );
    }
    const text = textOf(delivery);
    await new Promise<void>((resolve, reject) => {
      this.#pending.push({ text, done: (error) => (error === null ? resolve() : reject(error)) });
      this.#storeSoon();
    });
  }

  async close(): Promise<void> {
    while (this.#soon !== null || this.#storing.size > 0) await Promise.all([this.#soon, ...this.#storing]);
    const ended = this.#again.end();
    this.#context.link.close();
    await ended;
    await this.#context.spool.close();
  }

  /** Those that come in the same turn of the loop go together. */
  #storeSoon(): void {
    if (this.#soon !== null || this.#pending.length === 0 || this.#storing.size >= BATCHES_AT_ONCE) return;
    this.#soon = this.#begin();
  }

  async #begin(): Promise<void> {
    await nextTurn();
    this.#soon = null;
    const storing = this.#storeNext().finally(() => {
      this.#storing.delete(storing);
      this.#storeSoon();
    });
    this.#storing.add(storing);
    this.#storeSoon();
  }

  async #storeNext(): Promise<void> {
    const batch = this.#pending.splice(0, BATCH);
    const error = await this.#store(batch.map(({ text }) => text)).then(
      () => null,
      (failure: unknown) => failure ?? new Error('unknown'),
    );
    for (const { done } of batch) done(error);
  }

  async #store(texts: readonly string[]): Promise<void> {
    const { spool } = this.#context;
    const onDisk = spool.append(texts).catch((cause: unknown) => {
      throw new TcpcheckError(
        'REDIS_UNAVAILABLE',
        `take alerts: our own copy could not be written: ${messageOf(cause)}`,
        {
          cause,
        },
      );
    });
    await Promise.all([onDisk, this.#give(texts)]);
  }

  async #give(texts: readonly string[]): Promise<void> {
    const { link, keys } = this.#context;
    const reply = await link.give('take alerts', async (redis) => {
      const [stored, role] = await Promise.all([
        runScript(redis, SUBMIT, [keys.alertIntake], [MAX_WAITING, keys.prefix, ...texts]),
        redis.info('replication'),
      ]);
      if (!/^connected_slaves:[1-9]/m.test(role)) return stored;
      if ((await redis.wait(1, REPLICA_MS)) > 0) return stored;
      throw new Error(`no replica has confirmed within ${REPLICA_MS} ms`);
    });
    if (reply === -1) {
      throw new TcpcheckError(
        'QUEUE_FULL',
        `take alerts: ${MAX_WAITING} deliveries wait to be worked off already`,
      );
    }
  }
}

/** A delivery as it waits: its id (a UUID, 36 characters), then what it says. */
export const textOf = ({ id, notices }: AlertDelivery): string => `${id}${JSON.stringify(notices)}`;

export const idOf = (text: string): string => text.slice(0, 36);
