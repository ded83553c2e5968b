import type { GroupFacts } from './check.ts';
import { count, growth } from './figures.ts';
import { wordsOf } from './lines.ts';

/** What each device has lost since it is there; only those that have lost something are told. */
export type DeviceLosses = ReadonlyMap<string, number>;

/** Far more than ever lose something; a host of containers has thousands that do not. */
const MAX_DEVICES = 500;

/**
 * awk statements for the lines of /proc/net/dev, among other files. Columns (net/core/net-procfs.c
 * dev_seq_printf_stats): 2 bytes, 3 packets, 4 errs and so on of what was received, from 10 the same of what was sent: 12
 * errs, 13 drop. Old kernels print no blank after the colon. mawk prints large numbers with %d wrongly.
 */
export const AWK_DEVICE_LOSSES = `FNR == 1 && FILENAME ~ /\\/dev$/ { devices = 1; print "devices" }
devices && FNR > 2 { sub(/:/, " "); lost = $4 + $12 + $13
  if ($1 != "lo" && lost > 0 && told++ < ${MAX_DEVICES}) printf "%s %.0f\\n", $1, lost }
devices { next }
END { if (devices && told <= ${MAX_DEVICES}) print "all" }`;

/** Null where not all of them are there. */
export function deviceLosses(lines: readonly string[] | null): DeviceLosses | null {
  if (lines === null || lines.at(-1) !== 'all') return null;
  const losses = new Map<string, number>();
  for (const line of lines.slice(0, -1)) {
    const [name = '', lost] = wordsOf(line);
    const packets = count(lost);
    if (!/^[\w.@-]{1,15}$/.test(name) || packets === undefined) return null;
    losses.set(name, packets);
  }
  return losses;
}

/** The one that lost the most over the window; adding them up would count what a bond or a bridge passes on twice. */
export function worstDevice(
  before: DeviceLosses | null,
  after: DeviceLosses | null,
  windowS: number | undefined,
): GroupFacts<'kernel'> {
  if (before === null || after === null || windowS === undefined) return {};
  let worst: { name: string | undefined; perS: number } = { name: undefined, perS: 0 };
  for (const [name, lost] of after) {
    const perS = growth(before.get(name) ?? 0, lost, windowS) ?? 0;
    if (perS > worst.perS) worst = { name, perS };
  }
  return { device: worst.name, device_losses_per_s: worst.perS };
}
