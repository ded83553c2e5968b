import type { SlackId } from './config.ts';

const UNIT_S: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** The schema has let `15m`-like texts through only. */
export const seconds = (duration: string): number =>
  Number(duration.slice(0, -1)) * (UNIT_S[duration.slice(-1)] ?? 1);

/** `U1`, or `T1:U1`. */
export function toSlackId(written: string): SlackId {
  const [first, second] = written.split(':');
  return second === undefined ? { teamId: null, id: written } : { teamId: first ?? null, id: second };
}
