import { say, type Locale } from '../domain/locale.ts';
import type { Course, LineId } from '../watch/course.ts';
import { MIN_LOOKS, summaries, type LineSummary } from '../watch/summary.ts';
import { table } from './table.ts';
import { cleanLine } from './plain.ts';
import { WATCH } from './texts/watch.ts';
import { fill } from './texts/text.ts';
import { clock, lineName, shownLines, type Watched } from './watch-frame.ts';
import { quantity } from './words.ts';
import { wrap } from './wrap.ts';

/** Columns of the line-by-line output, as in vmstat: names of one word, the same in every language; 79 wide. */
const COLUMNS: readonly { readonly title: string; readonly width: number; readonly id: LineId | null }[] = [
  { title: 'sec', width: 5, id: null },
  { title: 'estab', width: 8, id: 'ESTAB' },
  { title: 't-wait', width: 8, id: 'TIME-WAIT' },
  { title: 'synsent', width: 8, id: 'SYN-SENT' },
  { title: 'synrecv', width: 8, id: 'SYN-RECV' },
  { title: 'cl-wait', width: 8, id: 'CLOSE-WAIT' },
  { title: 'out/s', width: 7, id: 'opens-out' },
  { title: 'in/s', width: 7, id: 'opens-in' },
  { title: 'retr/s', width: 7, id: 'retransmits' },
  { title: 'ovfl/s', width: 7, id: 'overflows' },
  { title: 'rst/s', width: 6, id: 'resets-sent' },
];

export const PLAIN_HEADER = COLUMNS.map(({ title, width }) => title.padStart(width)).join('');

/** The latest look as one line; `-` for what is not known of this second. */
export function renderPlainLook({ seconds, lines }: Course): string {
  return COLUMNS.map(({ id, width }) => {
    const value = id === null ? seconds : lines.find((line) => line.id === id)?.values.at(-1);
    return (value === undefined ? '-' : String(Math.round(value))).padStart(width);
  }).join('');
}

/** What a person wants to know when the watch is over. */
export function renderSummary(
  course: Course,
  watched: Watched,
  locale: Locale,
  width: number,
): readonly string[] {
  const shown = new Set(shownLines(course).map(({ id }) => id));
  const told = summaries(course).filter(({ id }) => shown.has(id));
  const words = {
    host: cleanLine(watched.host),
    elapsed: clock(course.seconds),
    looks: String(course.looks),
  };
  const notes = [
    growthLine(course, told, locale),
    ...coverageLines(course, watched, locale),
    fill(locale, WATCH.diagnose, { command: `tcpcheck check ${cleanLine(watched.host)}` }),
  ];
  return [
    fill(locale, WATCH.ended, words),
    ...(told.length === 0
      ? []
      : table([titles(locale), ...told.map((each) => figures(each, locale))]).split('\n')),
    ...notes.flatMap((note) => wrap(note, width)),
  ];
}

const titles = (locale: Locale): readonly string[] => [
  '',
  ...[WATCH.first, WATCH.last, WATCH.least, WATCH.mean, WATCH.most].map((title) => say(title, locale)),
];

const figures = ({ id, first, last, min, mean, max }: LineSummary, locale: Locale): readonly string[] => [
  `  ${lineName(id, locale)}`,
  ...[first, last, min, mean, max].map(quantity),
];

function growthLine({ looks }: Course, told: readonly LineSummary[], locale: Locale): string {
  const grown = told.filter(({ grew }) => grew);
  if (grown.length > 0) {
    const what = grown.map(({ id, first, last }) =>
      fill(locale, WATCH.grownBy, {
        name: lineName(id, locale),
        first: quantity(first),
        last: quantity(last),
      }),
    );
    return fill(locale, WATCH.grew, { what: what.join(', ') });
  }
  return say(looks < MIN_LOOKS ? WATCH.tooShort : WATCH.nothingGrew, locale);
}

function coverageLines({ looks, walks }: Course, { port }: Watched, locale: Locale): readonly string[] {
  if (looks === 0) return [];
  if (walks === 0) {
    return [
      port === null ? say(WATCH.noWalks, locale) : fill(locale, WATCH.noWalksPort, { port: String(port) }),
    ];
  }
  if (walks === looks) return [];
  return [fill(locale, WATCH.someWalks, { walks: String(walks), looks: String(looks) })];
}
