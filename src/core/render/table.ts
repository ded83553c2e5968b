/** Characters that take two columns of a terminal: East Asian wide ones and pictures. */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1F64F}\u{1F7E0}-\u{1F7EB}\u{1F900}-\u{1F9FF}\u{20000}-\u{3FFFD}]/u;
const ZERO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** How many columns a fixed-width font needs for the text. */
export function columns(text: string): number {
  let width = 0;
  for (const char of text) width += columnsOf(char);
  return width;
}

/** The same for a single character. */
export function columnsOf(char: string): number {
  // Nearly all text is ASCII; the expressions are for the rest.
  if (char >= ' ' && char <= '~') return 1;
  if (ZERO_WIDTH.test(char)) return 0;
  return WIDE.test(char) ? 2 : 1;
}

/** Shortens to at most so many columns, ending in … where something was cut. */
export function fitColumns(text: string, max: number): string {
  if (columns(text) <= max) return text;
  let out = '';
  let used = 1;
  for (const char of text) {
    used += columnsOf(char);
    if (used > max) break;
    out += char;
  }
  return `${out}…`;
}

/** Rows of equal length as aligned text: the first column to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => columns(row[column] ?? ''))),
  );
  return rows
    .map((row) => row.map((cell, column) => padded(cell, widths[column] ?? 0, column > 0)).join('  '))
    .map((row) => row.trimEnd())
    .join('\n');
}

function padded(cell: string, width: number, right: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - columns(cell)));
  return right ? blanks + cell : cell + blanks;
}
