import type { State } from '../core/domain/ports.ts';
import { AlertQueue } from './alert-intake.ts';
import { AlertSpool } from './alert-spool.ts';
import { alertStore } from './alert-store.ts';
import { changeStore } from './change-store.ts';
import type { StoreContext } from './context.ts';
import { dedupe } from './dedupe.ts';
import { freezeStore, type FreezeStore } from './freeze-store.ts';
import { groupStore } from './group-store.ts';
import { workersAlive } from './heartbeat.ts';
import { helperStore } from './helper-store.ts';
import { hostSlots } from './host-slots.ts';
import { Keys } from './keys.ts';
import { Link } from './link.ts';
import { lookStore } from './look-store.ts';
import { writing } from './lua.ts';
import { restoreThread } from './restore-thread.ts';
import { throttled, type ReportProblem } from './problems.ts';
import type { Producer } from './producer.ts';
import { Producers } from './producers.ts';
import type { WorkerRole } from './queue-plan.ts';
import { requestStore } from './request-store.ts';
import { runStore } from './run-store.ts';
import { sweep, type Stranded } from './sweep.ts';
import type { RedisTarget } from './target.ts';
import { threadBook } from './thread-book.ts';
import { wakeups } from './wakeups.ts';
import { workers, type Workers } from './workers.ts';
import { DEFAULT_ZONE, queueName, type ZoneOf } from './zones.ts';

/** What the process needs to know of its Redis without asking it. */
export interface StateHealth {
  readonly connected: boolean;
  /** Socket path or scheme and host; never a password. */
  readonly redis: string;
  readonly warnings: readonly string[];
}

/** Jobs of one queue by what happens to them. */
export type QueueDepth = Readonly<Record<'waiting' | 'active' | 'delayed' | 'failed', number>>;

/** The stores and queues of one Redis. */
export interface OpenState extends State {
  readonly workers: Workers;
  readonly freeze: FreezeStore;
  /** Ends well when Redis answers, keeps what it is given and takes writes. */
  ping(): Promise<void>;
  health(): StateHealth;
  /** What the clock of Redis says, in whole seconds. */
  redisNowMs(): Promise<number>;
  /** Without a zone: the default one. */
  workersAlive(role: WorkerRole, zone?: string): Promise<number>;
  queueDepth(role: WorkerRole, zone?: string): Promise<QueueDepth>;
  /** Hosts to wake again; for the bot after a start and every minute. */
  sweep(): Promise<readonly Stranded[]>;
  /** Where deliveries of alerts are taken; the copy of the last of them stands in the data directory. */
  openAlertQueue(dataDir: string): Promise<ClosableQueue>;
  /** Ends the connections, and aborts what workers still do: close those first, with a grace. */
  close(): Promise<void>;
}

/** A queue of alerts, and how to let go of it. */
export type ClosableQueue = Pick<AlertQueue, 'submit' | 'close'>;

/** How to reach Redis. */
export interface StateOptions {
  readonly connection: RedisTarget;
  /** Start of every key; two installations may share a Redis under two prefixes. */
  readonly prefix?: string;
  readonly onProblem?: ReportProblem;
  /** The zones of the inventory; without it there is one. */
  readonly zoneOf?: ZoneOf;
  /** The zone that workers of this process serve. */
  readonly zone?: string;
}

const PING = writing(`redis.call('SET', KEYS[1], clock[1], 'EX', 60)`);

/**
 * Opens the state. A Redis that is away is no error here: calls fail with REDIS_UNAVAILABLE until it is back.
 * One that may throw keys away is refused with REDIS_UNSAFE.
 */
export async function openState(options: StateOptions): Promise<OpenState> {
  const report = throttled(options.onProblem ?? (() => undefined));
  const keys = new Keys(options.prefix ?? 'tcpcheck');
  const link = new Link(options.connection, report);
  const context: StoreContext = { link, keys, report };
  const producers = new Producers(link.redis, keys.queues);
  const { zoneOf = null, zone = DEFAULT_ZONE } = options;
  const wake = wakeups({ ...context, producers, zoneOf });
  const yard = workers(context, options.connection, { wake, zone });
  const state: OpenState = {
    requests: requestStore(context),
    runs: runStore(context),
    looks: lookStore(context),
    helpers: helperStore(context),
    changes: changeStore(context),
    groups: groupStore(context),
    slots: hostSlots(context),
    threads: threadBook(context),
    dedupe: dedupe(context),
    alerts: alertStore(context),
    restore: async (thread) => restoreThread(context, thread),
    wake,
    workers: yard,
    freeze: freezeStore(context),
    ping: async () => {
      await link.write('ping', async (turn) => turn.script(PING, [keys.ping], []));
    },
    redisNowMs: async () =>
      link.read('read the clock', async (redis) => Number((await redis.time())[0]) * 1000),
    health: () => ({ connected: link.connected, redis: link.place, warnings: link.warnings }),
    workersAlive: async (role, of = DEFAULT_ZONE) => workersAlive(context, queueName(role, of)),
    queueDepth: async (role, of = DEFAULT_ZONE) => queueDepth(link, producers.of(role, of)),
    sweep: async () => sweep(context, (host) => producers.of('diagnose', zoneOf?.(host) ?? DEFAULT_ZONE)),
    openAlertQueue: async (dataDir) => {
      // Of its own: a sender's answer must not wait behind what else the product asks of Redis.
      const own = new Link(options.connection, report);
      await own.firstLook();
      const spool = await AlertSpool.open(dataDir, Date.now);
      return new AlertQueue({ link: own, keys, spool, nowMs: Date.now, report });
    },
    close: async () => {
      await yard.closeAll();
      link.close();
      await producers.close();
    },
  };
  await link.firstLook();
  return state;
}

async function queueDepth(link: Link, producer: Producer): Promise<QueueDepth> {
  return link.write('count jobs', async () => {
    const queue = await producer.queue();
    const counts = await queue.getJobCounts('wait', 'prioritized', 'active', 'delayed', 'failed');
    const of = (state: string): number => counts[state] ?? 0;
    return {
      waiting: of('wait') + of('prioritized'),
      active: of('active'),
      delayed: of('delayed'),
      failed: of('failed'),
    };
  });
}
