/** Ports `low`-`high`, both included. */
export interface PortSpan {
  readonly low: number;
  readonly high: number;
}

export const MAX_PORT = 65_535;
const SPAN = /^(\d{1,5})(?:-(\d{1,5}))?$/;

/**
 * Reads `22,8000-8100` (net.ipv4.ip_local_reserved_ports; lib/bitmap.c prints it so). Null when it is
 * anything else; the empty list is `''`.
 */
export function parsePortList(text: string): readonly PortSpan[] | null {
  const trimmed = text.trim();
  if (trimmed === '') return [];
  const spans = trimmed.split(',').map(parseSpan);
  return spans.every((span) => span !== null) ? mergeSpans(spans) : null;
}

function parseSpan(text: string): PortSpan | null {
  const match = SPAN.exec(text.trim());
  const low = Number(match?.[1]);
  const high = Number(match?.[2] ?? match?.[1]);
  if (match === null || low < 1 || high > MAX_PORT || low > high) return null;
  return { low, high };
}

/** The same ports as few spans as possible, in order. */
export function mergeSpans(spans: readonly PortSpan[]): readonly PortSpan[] {
  const merged: PortSpan[] = [];
  for (const span of [...spans].sort((a, b) => a.low - b.low)) {
    const last = merged.at(-1);
    if (last === undefined || span.low > last.high + 1) merged.push(span);
    else merged[merged.length - 1] = { low: last.low, high: Math.max(last.high, span.high) };
  }
  return merged;
}

/** As the kernel prints it: no blanks, neighbours joined. */
export const formatPortList = (spans: readonly PortSpan[]): string =>
  mergeSpans(spans)
    .map(({ low, high }) => (low === high ? `${low}` : `${low}-${high}`))
    .join(',');

/** The part of the spans that lies inside `range`. */
export const within = (spans: readonly PortSpan[], range: PortSpan): readonly PortSpan[] =>
  spans.flatMap(({ low, high }) => {
    const part = { low: Math.max(low, range.low), high: Math.min(high, range.high) };
    return part.low <= part.high ? [part] : [];
  });

/** Ports of `range` that are not in the list: what outbound connections can really get. */
export function countFree(range: PortSpan, reserved: readonly PortSpan[]): number {
  const taken = mergeSpans(within(reserved, range));
  return width(range) - taken.reduce((sum, span) => sum + width(span), 0);
}

export const contains = (range: PortSpan, port: number): boolean => port >= range.low && port <= range.high;

const width = ({ low, high }: PortSpan): number => high - low + 1;
