import type { FreezeWish } from '../domain/freeze.ts';

/** Now, and how far the clock on the wall of whoever asks is ahead of UTC. */
export interface Clock {
  readonly nowMs: number;
  readonly utcOffsetMs: number;
}

/** A longer freeze belongs into the configuration. */
export const MAX_FREEZE_MS = 30 * 86_400_000;
export const MAX_FREEZE_REASON = 200;

const DAY_MS = 86_400_000;
const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: DAY_MS };

/** Reads the words behind `freeze`: `[for 2h | until 18:00 | off | status] [reason]`. */
export function readFreeze(words: readonly string[], clock: Clock): FreezeWish {
  const [first = '', second = '', ...rest] = words;
  switch (first.toLowerCase()) {
    case 'off':
      return { kind: 'lift', reason: reasonOf(words.slice(1)) };
    case 'status':
      return { kind: 'status' };
    case 'for':
      return until(second, afterMs(second, clock), rest, clock);
    case 'until':
      return until(second, momentMs(second, clock), rest, clock);
    default:
      return { kind: 'freeze', toMs: null, reason: reasonOf(words) };
  }
}

function until(word: string, toMs: number | null, rest: readonly string[], { nowMs }: Clock): FreezeWish {
  const good = toMs !== null && toMs > nowMs && toMs <= nowMs + MAX_FREEZE_MS;
  return good ? { kind: 'freeze', toMs, reason: reasonOf(rest) } : { kind: 'unclear', word };
}

const reasonOf = (words: readonly string[]): string => words.join(' ').trim().slice(0, MAX_FREEZE_REASON);

function afterMs(typed: string, { nowMs }: Clock): number | null {
  const [, amount, unit = ''] = /^(\d{1,4})([mhd])$/i.exec(typed) ?? [];
  const unitMs = UNIT_MS[unit.toLowerCase()];
  return amount === undefined || unitMs === undefined ? null : nowMs + Number(amount) * unitMs;
}

/** The next time the wall clock shows it; or a moment with its offset. */
function momentMs(typed: string, { nowMs, utcOffsetMs }: Clock): number | null {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/.test(typed)) {
    const ms = Date.parse(typed);
    return Number.isNaN(ms) ? null : ms;
  }
  const [, hour, minute] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(typed) ?? [];
  if (hour === undefined || minute === undefined) return null;
  const wallMs = nowMs + utcOffsetMs;
  const todayMs = wallMs - (wallMs % DAY_MS) + (Number(hour) * 60 + Number(minute)) * 60_000 - utcOffsetMs;
  return todayMs > nowMs ? todayMs : todayMs + DAY_MS;
}
