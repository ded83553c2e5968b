import type { Course, Line } from './course.ts';

/** One line in a few figures. */
export interface LineSummary {
  readonly id: Line['id'];
  readonly first: number;
  readonly last: number;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  readonly grew: boolean;
}

/** Enough looks for a beginning and an end that are means, not accidents. */
export const MIN_LOOKS = 8;
/** Growth that people would call growth: half as much again, and more than a handful. */
const GROWN_RATIO = 1.5;
const GROWN_BY = 10;

/** What became of a figure; null when it was never known. */
export function summarise({ id, values }: Line): LineSummary | null {
  const known = values.filter((value) => value !== undefined);
  const [first] = known;
  const last = known.at(-1);
  if (first === undefined || last === undefined) return null;
  return {
    id,
    first,
    last,
    min: known.reduce((least, value) => Math.min(least, value), first),
    mean: mean(known),
    max: known.reduce((most, value) => Math.max(most, value), first),
    grew: grew(known),
  };
}

/** The lines of a course that were ever known. */
export const summaries = ({ lines }: Course): readonly LineSummary[] =>
  lines.flatMap((line) => summarise(line) ?? []);

/** Compares the mean of the last quarter with that of the first, so that one odd second decides nothing. */
function grew(known: readonly number[]): boolean {
  if (known.length < MIN_LOOKS) return false;
  const quarter = Math.floor(known.length / 4);
  const [begin, end] = [mean(known.slice(0, quarter)), mean(known.slice(-quarter))];
  return end >= begin * GROWN_RATIO && end - begin >= GROWN_BY;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
