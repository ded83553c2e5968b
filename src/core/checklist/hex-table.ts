import { wordsOf } from './lines.ts';

/** A table of /proc/net/stat: a line of names, then one line of hexadecimal numbers per processor. */
export interface HexTable {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** More processors than Linux supports (CONFIG_NR_CPUS) or more columns than any kernel prints is junk. */
const MAX_ROWS = 8192;
const MAX_COLUMNS = 64;

/** Reads a table with names; kernels differ in columns and in their width, so names and counts decide. Null: no table. */
export function readHexTable(lines: readonly string[]): HexTable | null {
  const [header = '', ...body] = lines;
  const names = wordsOf(header);
  const rows = body.map(wordsOf);
  const sound =
    names.length <= MAX_COLUMNS &&
    names[0] === 'entries' &&
    rows.length > 0 &&
    rows.length <= MAX_ROWS &&
    rows.every((row) => row.length === names.length && row.every(isHex));
  return sound ? { names, rows } : null;
}

/** The sum of a column over all processors; undefined where this kernel has no such column. */
export function columnSum(table: HexTable | null, name: string): number | undefined {
  const column = table?.names.indexOf(name) ?? -1;
  return table === null || column < 0 ? undefined : sumOf(table.rows, column);
}

/** The same by position, for tables that name nothing. */
export const sumOf = (rows: readonly (readonly string[])[], column: number): number =>
  rows.reduce((sum, row) => sum + Number.parseInt(row[column] ?? '', 16), 0);

/** A number that each line repeats, since it is one for all processors. */
export function repeatedValue(table: HexTable | null, name: string): number | undefined {
  const column = table?.names.indexOf(name) ?? -1;
  const row = table?.rows[0];
  return row === undefined || column < 0 ? undefined : Number.parseInt(row[column] ?? '', 16);
}

/** Hexadecimal without a prefix, at most 64 bits. */
export const isHex = (word: string): boolean => /^[0-9a-f]{1,16}$/.test(word);
