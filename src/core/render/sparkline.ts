const BARS = '▁▂▃▄▅▆▇█';

/** The latest values as bars up to the largest of them; a dot for none at all, a blank where nothing is known. */
export function sparkline(values: readonly (number | undefined)[], width: number): string {
  const shown = values.slice(Math.max(0, values.length - Math.max(0, width)));
  const most = shown.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  return shown.map((value) => bar(value, most)).join('');
}

function bar(value: number | undefined, most: number): string {
  if (value === undefined) return ' ';
  if (value <= 0) return '.';
  return BARS[Math.round((value / most) * (BARS.length - 1))] ?? ' ';
}
