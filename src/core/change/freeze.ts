import type { Freeze, FreezeWindow } from '../domain/freeze.ts';

const holds = ({ fromMs, toMs }: { fromMs: number; toMs: number | null }, nowMs: number): boolean =>
  fromMs <= nowMs && (toMs === null || nowMs < toMs);

/** The window of the configuration that holds at this moment, of several the one that ends last; null outside all. */
export function windowAt(windows: readonly FreezeWindow[], nowMs: number): FreezeWindow | null {
  const [last = null] = windows
    .filter((window) => holds(window, nowMs))
    .toSorted((one, other) => other.toMs - one.toMs);
  return last;
}

/** Why nothing may be changed at this moment, of several reasons the one that lasts longest; null: it may. */
export function freezeAt(
  windows: readonly FreezeWindow[],
  declared: Freeze | null,
  nowMs: number,
): Freeze | null {
  const window = windowAt(windows, nowMs);
  const ofConfig: Freeze | null = window === null ? null : { kind: 'window', ...window };
  if (declared === null || !holds(declared, nowMs)) return ofConfig;
  if (ofConfig === null || declared.toMs === null || declared.toMs >= ofConfig.toMs) return declared;
  return ofConfig;
}

/** Whether a freeze that stands at this moment lasts longer than one until then (null: until it is lifted). */
export const outlasts = (standing: Freeze | null, toMs: number | null, nowMs: number): boolean =>
  standing !== null &&
  holds(standing, nowMs) &&
  toMs !== null &&
  (standing.toMs === null || standing.toMs > toMs);
