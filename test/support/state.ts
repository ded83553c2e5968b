import { onTestFinished } from 'vitest';
import { openState, type OpenState, type StateOptions } from '../../src/state/open-state.ts';
import type { Problem } from '../../src/core/domain/problem.ts';
import type { RunningWorker } from '../../src/state/queue-worker.ts';
import { TestRedis } from './redis.ts';

/** A state over a Redis of its own, and what it complained about. */
export interface TestState {
  readonly redis: TestRedis;
  readonly state: OpenState;
  readonly problems: readonly Problem[];
}

/** Runs after the test, last registered first. Files share a process, so nothing is registered by loading this one. */
export function later(cleanup: () => Promise<void>): void {
  onTestFinished(cleanup);
}

/** A Redis for one test. */
export async function testRedis(...settings: readonly string[]): Promise<TestRedis> {
  const redis = await TestRedis.start(...settings);
  later(async () => redis.close());
  return redis;
}

/** A Redis that does not run yet. */
export async function absentRedis(): Promise<TestRedis> {
  const redis = await TestRedis.prepare();
  later(async () => redis.close());
  return redis;
}

/** Opens a state on it for one test. */
export async function stateOn(
  redis: TestRedis,
  options: Omit<StateOptions, 'connection' | 'onProblem'> = {},
): Promise<TestState> {
  const problems: Problem[] = [];
  const onProblem = (problem: Problem): void => void problems.push(problem);
  const state = await openState({ connection: redis.connection, onProblem, ...options });
  later(async () => state.close());
  return { redis, state, problems };
}

/** Both at once. */
export async function testState(): Promise<TestState> {
  return stateOn(await testRedis());
}

/** Closes the worker after the test. */
export function closing<W extends RunningWorker>(worker: W): W {
  later(async () => worker.close(0));
  return worker;
}
