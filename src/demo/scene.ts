import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from './stage.ts';

/** One step of the story, as it is printed. */
export interface StepReport {
  readonly title: string;
  readonly ms: number;
  readonly problem: string | null;
}

/** Where the story plays, and how its steps are told. */
export interface Scene {
  readonly stage: Stage;
  readonly play: <T>(title: string, act: () => Promise<T>) => Promise<T>;
}

export function openScene(stage: Stage, report: (step: StepReport) => void): Scene {
  const play = async <T>(title: string, act: () => Promise<T>): Promise<T> => {
    const begin = performance.now();
    try {
      const result = await act();
      report({ title, ms: performance.now() - begin, problem: null });
      return result;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      report({ title, ms: performance.now() - begin, problem });
      throw error;
    }
  };
  return { stage, play };
}

export function must(condition: boolean, problem: string): void {
  if (!condition) throw new Error(problem);
}

/** Each step must be over within this; the longest is one window of a diagnosis. */
const STEP_LIMIT_MS = 40_000;
const POLL_MS = 50;

export async function until(holds: () => boolean, problem: string): Promise<void> {
  await untilAsync(async () => holds(), problem);
}

export async function untilAsync(holds: () => Promise<boolean>, problem: string): Promise<void> {
  const deadline = Date.now() + STEP_LIMIT_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(problem);
    await sleep(POLL_MS);
  }
}

export async function untilFound<T>(find: () => T | undefined, problem: string): Promise<T> {
  let found: T | undefined;
  await until(() => (found = find()) !== undefined, problem);
  if (found === undefined) throw new Error(problem);
  return found;
}
