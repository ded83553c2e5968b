import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ActiveJobs } from '../../src/state/active-jobs.ts';
import { LOCK_MS } from '../../src/state/queue-plan.ts';
import { gate } from '../support/events.ts';

describe('active jobs', () => {
  const lost: string[] = [];
  beforeEach(() => {
    lost.length = 0;
    vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const start = (): ActiveJobs => new ActiveJobs((jobId) => lost.push(jobId));

  it('are stopped once their lock is older than a lock lives, and not before', async () => {
    const jobs = start();
    const held = gate();
    let signal = AbortSignal.abort();
    const work = jobs.during('a', async (given) => {
      signal = given;
      await held.opened;
    });
    vi.advanceTimersByTime(LOCK_MS - 500);
    jobs.renewed(['a', 'unknown']);
    vi.advanceTimersByTime(LOCK_MS - 500);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(1_000);
    expect(signal.aborted).toBe(true);
    vi.advanceTimersByTime(60_000);
    expect(lost).toEqual(['a']);
    held.open();
    await work;
    expect(jobs.count).toBe(0);
  });

  it('keep a job that came back apart from its earlier life', async () => {
    const jobs = start();
    const [first, second] = [gate(), gate()];
    const signals: AbortSignal[] = [];
    const run = async (until: Promise<void>): Promise<void> =>
      jobs.during('a', async (signal) => {
        signals.push(signal);
        await until;
      });
    const old = run(first.opened);
    const now = run(second.opened);
    expect(signals.map((signal) => signal.aborted)).toEqual([true, false]);
    first.open();
    await old;
    expect(jobs.count).toBe(1);
    jobs.stopAll('shutting down');
    expect(signals[1]?.reason).toMatchObject({ message: 'shutting down' });
    second.open();
    await now;
    expect(jobs.count).toBe(0);
  });
});
