import { columns, columnsOf } from './table.ts';

/**
 * Breaks text at blanks so that no line needs more columns than `width`; a single longer word is broken
 * inside. Line breaks of the text stay.
 */
export function wrap(text: string, width: number): readonly string[] {
  return text.split('\n').flatMap((paragraph) => wrapLine(paragraph, Math.max(8, width)));
}

function wrapLine(paragraph: string, width: number): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of paragraph.split(' ').flatMap((whole) => broken(whole, width))) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (columns(longer) <= width) current = longer;
    else {
      lines.push(current);
      current = word;
    }
  }
  return [...lines, current];
}

function broken(word: string, width: number): readonly string[] {
  if (columns(word) <= width) return [word];
  const parts: string[] = [];
  let part = '';
  let used = 0;
  for (const char of word) {
    const more = columnsOf(char);
    if (used + more > width) {
      parts.push(part);
      part = '';
      used = 0;
    }
    part += char;
    used += more;
  }
  return [...parts, part];
}
