import { z } from 'zod';

/** What one program did in one second. */
export interface Second {
  readonly ok: number;
  readonly failed: number;
  /** Failures by errno name, as the application would log it. */
  readonly errors: Readonly<Record<string, number>>;
}

const count = z.number().int().nonnegative();
const secondLine = z.strictObject({ ok: count, failed: count, errors: z.record(z.string(), count) });
const eventLine = z.strictObject({ event: z.enum(['started', 'ready', 'pause', 'resume']), pid: count });

export type ProgramLine =
  | { readonly kind: 'second'; readonly second: Second }
  | { readonly kind: 'event'; readonly event: string; readonly pid: number };

/** Reads one line of a workload; null for anything a workload would not print. */
export function parseLine(line: string): ProgramLine | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return null;
  }
  const second = secondLine.safeParse(parsed);
  if (second.success) return { kind: 'second', second: second.data };
  const event = eventLine.safeParse(parsed);
  if (event.success) return { kind: 'event', event: event.data.event, pid: event.data.pid };
  return null;
}
