import { CLOCK_SKEW_MS } from '../../core/change/go.ts';
import type { Looked } from '../../core/domain/doctor.ts';
import { HERE } from '../../core/render/texts/doctor.ts';
import type { Sheet } from './lines.ts';

/** A quarter of the time that an order is valid: what is left must do for queue and login. */
const FAR_MS = 15_000;

/** Another clock beside this one; it was read at some moment between the two, so that much is forgiven. */
export function judgeClock(
  sheet: Sheet,
  whom: string,
  read: { readonly theirMs: number; readonly beforeMs: number; readonly afterMs: number },
): Looked {
  // Some tell whole seconds.
  const early = read.beforeMs - (read.theirMs + 1_000);
  const late = read.theirMs - read.afterMs;
  const offMs = Math.max(early, late, 0);
  const values = { whom, seconds: String(Math.ceil(offMs / 1000)) };
  if (offMs <= CLOCK_SKEW_MS)
    return sheet.ok('clock', HERE.clock, { whom, seconds: String(CLOCK_SKEW_MS / 1000) });
  return offMs <= FAR_MS
    ? sheet.warn('clock', HERE.clockOff, values, HERE.clockOffDo)
    : sheet.fail('clock', HERE.clockOff, values, HERE.clockOffDo);
}
