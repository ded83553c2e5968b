/** One line of the figures: what was measured, its budget, and what came out. */
export interface Figure {
  readonly what: string;
  readonly budget: string;
  readonly measured: string;
}

/** Prints figures as a table, and says which are over their budget. */
export function printFigures(title: string, figures: readonly Figure[]): void {
  const rows = [{ what: title, budget: 'budget', measured: 'measured' }, ...figures];
  const wide = (column: keyof Figure): number => Math.max(...rows.map((row) => row[column].length));
  const lines = rows.map(
    ({ what, budget, measured }) =>
      `${what.padEnd(wide('what'))}  ${budget.padStart(wide('budget'))}  ${measured.padStart(wide('measured'))}`,
  );
  process.stdout.write(`\n${lines.join('\n')}\n\n`);
}
