import { TcpcheckError } from '../../core/domain/errors.ts';
import { EMPTY_TALLY, figuresOf, tallied, type Figures, type Tally } from './figures.ts';
import type { Second } from './program-lines.ts';
import type { Running } from './program.ts';

/** The seconds of all drivers of a workload, added up as they come. */
export interface Feed {
  tally(): Tally;
  /** Shows every new second to `step` until it returns figures. */
  watch(step: (second: Second) => Figures | null, timeoutMs: number): Promise<Figures>;
}

/** Drivers report once a second each; one that lags further behind than this has stalled. */
const MOST_LAG_SECONDS = 5;

type Listener = (second: Second | null) => void;

/** Begins to listen to the drivers; null from any of them means that it has ended. */
export function feedOf(name: string, drivers: readonly Running[]): Feed {
  const listeners = new Set<Listener>();
  let tally = EMPTY_TALLY;
  const publish = (second: Second | null): void => {
    if (second !== null) tally = tallied(tally, second);
    for (const listener of listeners) listener(second);
  };
  const behind = drivers.map((): Second[] => []);
  for (const [index, driver] of drivers.entries()) {
    driver.onSecond((second) => {
      if (second === null) {
        publish(null);
        return;
      }
      behind[index]?.push(second);
      if (behind.some((queue) => queue.length > MOST_LAG_SECONDS)) behind[index]?.shift();
      if (behind.every((queue) => queue.length > 0))
        publish(figuresOf(behind.flatMap((queue) => queue.splice(0, 1))));
    });
  }
  const ending = (): string | null =>
    drivers.map((driver) => driver.ended()).find((end) => end !== null) ?? null;
  return {
    tally: () => tally,
    watch: (step, timeoutMs) =>
      new Promise((resolve, reject) => {
        const fail = (reason: string): void => {
          finish();
          reject(new TcpcheckError('LAB_FAILED', `workload ${name}: ${reason}`));
        };
        const listener: Listener = (second) => {
          const figures = second === null ? null : step(second);
          if (second === null) fail(ending() ?? 'it ended');
          else if (figures !== null) {
            finish();
            resolve(figures);
          }
        };
        const timer = setTimeout(() => fail(`not as wanted within ${timeoutMs} ms`), timeoutMs);
        const finish = (): void => {
          clearTimeout(timer);
          listeners.delete(listener);
        };
        listeners.add(listener);
        const ended = ending();
        if (ended !== null) fail(ended);
      }),
  };
}
