import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Change, SignedGo } from '../../src/core/domain/change.ts';
import { CRASH_POINTS, type CrashPoint } from '../../src/core/domain/crash-point.ts';
import { TcpcheckError } from '../../src/core/domain/errors.ts';
import { startLab, type Lab } from '../../src/demo/lab/lab.ts';
import { executeChange } from '../../src/jobs/execute-change.ts';
import { lookAfterChange } from '../../src/jobs/look-after-change.ts';
import { addPlanHost, type PlanHost } from '../host/plan-host.ts';
import { needs } from '../support/machine.ts';
import type { TestRedis } from '../support/redis.ts';
import { codeOf } from './bench.ts';
import { REUSE, startLife, type LifeStage } from './life-stage.ts';

const need = needs('lab', 'redis-server', 'redis-cli', 'flock');
/** A call on Redis ends after one second, so two are enough to lose whatever is not said again. */
const AWAY_MS = 2_000;
/** What a host waits for its confirmation in the test of its own timer; the shortest it takes is 5 s. */
const HOLD_MS = 6_000;
const ROUND_MS = 300;
/** Rounds of the bot after which nothing goes on by itself any more. */
const QUIET_ROUNDS = 8;
const MAX_ROUNDS = 100;
/** An order that was cut off counts as given up by then. */
const later = (): number => Date.now() + 4 * 60_000;

/** At these steps no worker has begun it. */
const NEVER_BEGUN: ReadonlySet<CrashPoint> = new Set<CrashPoint>(['remembered', 'ordered', 'order-taken']);

/** From the moment it is called to the moment at which it resolves. */
type Fault = (redis: TestRedis) => Promise<void>;
const hang: Fault = async (redis) => {
  redis.freeze();
  await sleep(AWAY_MS);
  redis.thaw();
};
const die: Fault = async (redis) => {
  const gone = redis.kill();
  await sleep(AWAY_MS);
  await gone;
  await redis.start();
};
/** Before anything else happens. */
const forget: Fault = async ({ socketPath }) => {
  expect(spawnSync('redis-cli', ['-s', socketPath, 'flushall'])).toHaveProperty('status', 0);
};

const away = (error: unknown): string => {
  if (error instanceof TcpcheckError && error.code === 'REDIS_UNAVAILABLE') return 'away';
  throw error;
};
/** As a bot does every few seconds. */
async function roundOf(life: LifeStage): Promise<void> {
  await life.restore();
  await life.sweep();
}

interface Trial {
  readonly point: CrashPoint;
  readonly fault: Fault;
  readonly confirmWithinMs?: number;
}

/** How a change ended, and what people and the host say of it. */
interface End {
  /** What the button answered. */
  readonly answer: string;
  readonly kind: string;
  readonly value: string;
  /** How often the host began to write. */
  readonly writes: number;
  /** What the thread says of it; null where it is no word that is expected. */
  readonly told: string | null;
}
const APPLIED: End = { answer: 'done', kind: 'judged', value: '1', writes: 1, told: 'in force' };
const NOT_BEGUN: End = { answer: 'done', kind: 'failed', value: '2', writes: 0, told: 'not begun' };
const LOST: End = { answer: 'REDIS_LOST', kind: 'gone', value: '2', writes: 0, told: null };
const TAKEN_BACK: End = { answer: 'done', kind: 'reverted', value: '2', writes: 1, told: 'taken back' };
const WORDS: Readonly<Record<string, string>> = {
  'in force': `Read back from the kernel: \`${REUSE} = 1\``,
  'not begun': 'the host had not begun this change, and will not begin it any more',
  'taken back': 'Nobody could confirm it in time, so the host took it back by itself',
};

/** What bot and workers make of it, now and when nobody can be at it any more; then the very order once more. */
async function endOf(life: LifeStage, { plan }: Change): Promise<Omit<End, 'answer'>> {
  const kindNow = async (): Promise<string> => (await life.state.changes.get(plan.id))?.state.kind ?? 'gone';
  let [kind, same] = ['', 0];
  let go: SignedGo | undefined;
  for (let round = 0; round < MAX_ROUNDS && same < QUIET_ROUNDS && kind !== 'judged'; round += 1) {
    const now = await roundOf(life).then(kindNow, away);
    [kind, same] = [now, now === kind ? same + 1 : 0];
    go ??= life.memory.get(plan.requestId)?.orders.get(plan.id);
    await sleep(ROUND_MS);
  }
  await life.sweep(later);
  await lookAfterChange({ ...life.worker, nowMs: later }, plan.id, new AbortController().signal);
  if (go !== undefined) await executeChange(life.worker, { changeId: plan.id, go });
  await expect.poll(kindNow, { timeout: 30_000 }).toMatch(/^(judged|failed|reverted|expired|gone)$/);
  kind = await kindNow();
  const told = (): string | undefined =>
    Object.keys(WORDS).find((one) => life.told().includes(WORDS[one] ?? ''));
  if (kind !== 'gone') await expect.poll(told, { timeout: 10_000 }).toBeDefined();
  const { stdout } = await life.on.host.exec(['sh', '-c', `cat /var/lib/tcpcheck/change.${plan.id}`]);
  const writes = stdout.match(/^state writing/gm)?.length ?? 0;
  return { kind, value: await life.on.host.sysctl(REUSE), writes, told: told() ?? null };
}

/** A change during which Redis meets this fault at this step, from the question to its end. */
async function through(
  on: PlanHost | undefined,
  { point, fault, confirmWithinMs = 60_000 }: Trial,
): Promise<End> {
  if (on === undefined) throw new Error('there are as many hosts as steps');
  await on.reset();
  await on.host.setSysctl(REUSE, '2');
  let over: Promise<void> | undefined;
  const reached = (passed: CrashPoint): void => {
    if (passed === point) over ??= fault(life.redis);
  };
  const life = await startLife({ on, confirmWithinMs, reached });
  try {
    const requestId = await life.ask();
    const change = await life.become(requestId, { key: REUSE, from: '2', kind: 'proposed' });
    const answer = codeOf(await life.press(change, 'approve'));
    await expect.poll(() => over !== undefined, { timeout: 30_000 }).toBe(true);
    await over;
    return { answer, ...(await endOf(life, change)) };
  } finally {
    await life.close();
  }
}

const FAULTS: readonly (readonly [string, Fault, (point: CrashPoint) => End])[] = [
  ['hangs', hang, () => APPLIED],
  ['dies and is started again', die, () => APPLIED],
  [
    'is emptied',
    forget,
    // Before a worker has begun, nobody may begin any more; before the order is on the bot's disk, nobody knows of it.
    (point) => (point === 'decided' ? LOST : NEVER_BEGUN.has(point) ? NOT_BEGUN : APPLIED),
  ],
];

describe.skipIf(need.skip)(`Redis at each step of a change ${need.reason}`, { timeout: 120_000 }, () => {
  let lab: Lab;
  let hosts: readonly PlanHost[];
  beforeAll(async () => {
    lab = await startLab({ prefix: 'tcpcheck-test-redis-faults' });
    hosts = await Promise.all(CRASH_POINTS.map(async (_, n) => addPlanHost(lab, `plan-${n + 1}`)));
  });
  afterAll(async () => lab.stop());

  it.each(FAULTS)('%s: at most one effect, and what it is called is true', async (_, fault, expected) => {
    const ends = await Promise.all(
      CRASH_POINTS.map(async (point, n) => [point, await through(hosts[n], { point, fault })] as const),
    );
    expect(ends).toEqual(CRASH_POINTS.map((point) => [point, expected(point)]));
  });

  it('hangs for longer than the host waits: it is taken back there meanwhile, and that is told', async () => {
    const points = ['host-done', 'recorded', 'host-told'] as const;
    const ends = await Promise.all(
      points.map(async (point, n) => {
        const on = hosts[n];
        const fault: Fault = async (redis) => {
          redis.freeze();
          await expect.poll(() => on?.host.sysctl(REUSE), { timeout: 30_000, interval: 200 }).toBe('2');
          redis.thaw();
        };
        return [point, await through(on, { point, fault, confirmWithinMs: HOLD_MS })] as const;
      }),
    );
    expect(ends).toEqual(points.map((point) => [point, TAKEN_BACK]));
  });
});
