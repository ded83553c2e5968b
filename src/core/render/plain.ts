/** Nothing we show needs more of one text; what lies beyond is cut before any work is done on it. */
const WORK_CHARS = 20_000;

const ESCAPE = String.fromCodePoint(0x1b);

/** What follows ESC in a terminal colour or cursor sequence. */
const CSI_TAIL = /^\[[0-?]*[ -/]*[@-~]/;

/** Control, format (zero-width, bidi), lone surrogate, private use and the invisible Hangul fillers. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u115F\u1160\u3164\uFFA0]/gu;

/** Makes text from outside safe to print on several lines: no escape sequences, nothing invisible. */
export function cleanText(raw: string): string {
  return withoutSequences(raw.slice(0, WORK_CHARS))
    .replaceAll(/\r\n?|[\u2028\u2029]/g, '\n')
    .split('\n')
    .map((line) => line.replaceAll('\t', '  ').replaceAll(INVISIBLE, '').trimEnd())
    .join('\n')
    .replaceAll(/^\n+|\n+$/g, '');
}

/** The same on one line: line breaks become blanks, blanks collapse. */
export function cleanLine(raw: string): string {
  return withoutSequences(raw.slice(0, WORK_CHARS)).replaceAll(/\s+/g, ' ').replaceAll(INVISIBLE, '').trim();
}

function withoutSequences(raw: string): string {
  const [head = '', ...tails] = raw.split(ESCAPE);
  return head + tails.map((tail) => tail.replace(CSI_TAIL, '')).join('');
}

/** Shortens to at most `max` UTF-16 units, ending in … where something was cut, never inside a character. */
export function fit(text: string, max: number): string {
  if (text.length <= max) return text;
  let out = '';
  for (const char of text) {
    if (out.length + char.length > max - 1) break;
    out += char;
  }
  return `${out}…`;
}
