import { count } from './figures.ts';

/** What the kernel waits for on one connection, as `ss -o` prints it. */
export interface SsTimer {
  /** `on` retransmits, `persist` asks a full receiver for room; a kind we do not know is no timer. */
  readonly kind: 'on' | 'keepalive' | 'persist' | 'timewait';
  /** Until it fires; undefined where the text was not understood. */
  readonly leftS: number | undefined;
  /** How often it has fired for the same thing. */
  readonly tries: number;
}

/** Reads `timer:(keepalive,119min,0)`; null for anything else, also for `timer:(unknown,…)`. */
export function ssTimer(text: string): SsTimer | null {
  const [, kind, left = '', tries] =
    /^timer:\((on|keepalive|persist|timewait),([^,]*),(\d+)\)$/.exec(text) ?? [];
  const fired = count(tries);
  if (fired === undefined) return null;
  if (kind !== 'on' && kind !== 'keepalive' && kind !== 'persist' && kind !== 'timewait') return null;
  return { kind, leftS: seconds(left), tries: fired };
}

/**
 * `119min`, `9min59sec`, `12sec`, `940ms`, nothing for 0, and `4.876ms`, which means 4.876 seconds (iproute2 misc/ss.c
 * print_ms_timer() writes the seconds, a dot and the milliseconds, then `ms`).
 */
function seconds(text: string): number | undefined {
  const milliseconds = count(/^(\d+)ms$/.exec(text)?.[1]);
  if (milliseconds !== undefined) return milliseconds / 1000;
  const parts = /^(?:(\d+)min)?(?:(\d+)(?:sec|\.(\d{3})ms))?$/.exec(text);
  if (parts === null) return undefined;
  const [minutes, whole, thousandths] = parts.slice(1).map((part) => count(part) ?? 0);
  return ((minutes ?? 0) * 60_000 + (whole ?? 0) * 1000 + (thousandths ?? 0)) / 1000;
}
