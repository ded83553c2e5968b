/** More than any check's cap lets through; a parser never looks beyond. */
const MAX_CHARS = 512 * 1024;
const MAX_LINE_CHARS = 16 * 1024;
const MAX_LINES = 20_000;

/** The lines a parser looks at: bounded in number and length whatever the capture holds, empty ones left out. */
export function linesOf(text: string | null): readonly string[] {
  if (text === null) return [];
  const lines: string[] = [];
  const end = Math.min(text.length, MAX_CHARS);
  for (let start = 0; start < end && lines.length < MAX_LINES;) {
    const newline = text.indexOf('\n', start);
    const stop = newline === -1 || newline > end ? end : newline;
    if (stop > start) lines.push(text.slice(start, Math.min(stop, start + MAX_LINE_CHARS)));
    start = stop + 1;
  }
  return lines;
}

/** The words of a line, separated by any run of blanks. */
export const wordsOf = (line: string): readonly string[] => line.split(/\s+/).filter((word) => word !== '');

/** Everything up to the last newline: what certainly was not cut in the middle. */
export const wholeLines = (text: string): string => text.slice(0, text.lastIndexOf('\n') + 1);
