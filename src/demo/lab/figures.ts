import type { Second } from './program-lines.ts';

/** Successes and failures of a workload over some seconds, as the application itself counted them. */
export interface Figures {
  readonly seconds: number;
  readonly ok: number;
  readonly failed: number;
  readonly okPerSecond: number;
  readonly failedPerSecond: number;
  /** ok / (ok + failed); 1 where nothing was tried. */
  readonly okRatio: number;
  readonly errors: Readonly<Record<string, number>>;
}

/** Adds up whole seconds. */
export function figuresOf(seconds: readonly Second[]): Figures {
  const ok = seconds.reduce((sum, second) => sum + second.ok, 0);
  const failed = seconds.reduce((sum, second) => sum + second.failed, 0);
  const errors: Record<string, number> = {};
  for (const second of seconds) {
    for (const [name, count] of Object.entries(second.errors)) errors[name] = (errors[name] ?? 0) + count;
  }
  return rated(seconds.length, { ok, failed, errors });
}

/** Figures of a run of seconds that goes on: the total, and the last ones one by one. */
export interface Tally {
  readonly total: Figures;
  readonly recent: readonly Second[];
}

/** Ten minutes: longer than any story of the demo looks back. */
const RECENT_SECONDS = 600;

export const EMPTY_TALLY: Tally = { total: figuresOf([]), recent: [] };

/** The tally one second later. */
export function tallied({ total, recent }: Tally, second: Second): Tally {
  const both = figuresOf([total, second]);
  return {
    total: rated(total.seconds + 1, both),
    recent: [...recent.slice(1 - RECENT_SECONDS), second],
  };
}

function rated(seconds: number, { ok, failed, errors }: Second): Figures {
  const tried = ok + failed;
  return {
    seconds,
    ok,
    failed,
    okPerSecond: seconds === 0 ? 0 : ok / seconds,
    failedPerSecond: seconds === 0 ? 0 : failed / seconds,
    okRatio: tried === 0 ? 1 : ok / tried,
    errors,
  };
}
