/** Reads a count of at most 19 digits (fs.file-max may be 2^63 - 1); anything else is undefined, never 0. */
export function count(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,19}$/.test(text) ? Number(text) : undefined;
}

/** Reads a count with an optional fraction, as in /proc/uptime. */
export function decimal(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}(\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
}

/** part / whole to four decimals; absent unless both are known and the whole is more than nothing. */
export function ratio(part: number | undefined, whole: number | undefined): number | undefined {
  if (part === undefined || whole === undefined || !(whole > 0)) return undefined;
  return Math.round((part / whole) * 10_000) / 10_000;
}

/**
 * Growth per second to three decimals; absent unless both samples are known and the counter did not go
 * backwards, as it does after a reboot or a reset.
 */
export function growth(
  first: number | undefined,
  second: number | undefined,
  seconds: number | undefined,
): number | undefined {
  if (first === undefined || second === undefined || seconds === undefined) return undefined;
  if (second < first || !(seconds > 0)) return undefined;
  return Math.round(((second - first) / seconds) * 1000) / 1000;
}
