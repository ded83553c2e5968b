import { say, type Locale } from '../domain/locale.ts';
import { isRate, type Course, type Line, type LineId } from '../watch/course.ts';
import { MAX_WATCH_S } from '../watch/compose-watch.ts';
import type { PortCount, Sockets } from '../watch/tick.ts';
import { cleanLine } from './plain.ts';
import { sparkline } from './sparkline.ts';
import { columns, fitColumns } from './table.ts';
import { RATE_WORDS, WATCH } from './texts/watch.ts';
import { fill } from './texts/text.ts';
import { quantity } from './words.ts';

/** What is watched. */
export interface Watched {
  readonly host: string;
  readonly port: number | null;
  readonly seconds: number;
}

interface FrameStyle {
  readonly colour: boolean;
  readonly width: number;
  /** Rows of the terminal; what does not fit is left out at the end, or redrawing would scroll. */
  readonly height: number;
}

const NAME_COLUMNS = 24;
const FIGURE_COLUMNS = 9;
/** A minute is what the eye takes in. */
const MAX_CHART = 60;
/** Room for the cursor's own line. */
const SPARE_ROWS = 1;

/** One picture of the watch, to be drawn over the last one: every row fits the width. */
export function renderFrame(
  course: Course,
  watched: Watched,
  locale: Locale,
  style: FrameStyle,
): readonly string[] {
  const chart = Math.min(MAX_CHART, style.width - NAME_COLUMNS - 2 * FIGURE_COLUMNS - 3);
  const rows = [
    style.colour
      ? bold(head(course, watched, locale, style.width))
      : head(course, watched, locale, style.width),
    titles(chart, locale),
    ...shownLines(course).map((line) => figures(line, chart, locale)),
    ...places(course.sockets, locale),
  ];
  const fitted = rows.map((row, index) => (index === 0 ? row : fitColumns(row, style.width)));
  return fitted.slice(0, Math.max(3, style.height - SPARE_ROWS));
}

const bold = (text: string): string => `\u001B[1m${text}\u001B[0m`;

function head(
  { seconds }: Course,
  { host, port, seconds: total }: Watched,
  locale: Locale,
  width: number,
): string {
  const progress = { elapsed: clock(Math.min(seconds, total)), total: clock(total) };
  const parts = [
    cleanLine(host),
    fill(locale, WATCH.progress, progress),
    ...(port === null ? [] : [fill(locale, WATCH.port, { port: String(port) })]),
    say(WATCH.keys, locale),
  ];
  return fitColumns(parts.join('  '), width);
}

function titles(chart: number, locale: Locale): string {
  const past = fill(locale, WATCH.chart, { seconds: String(chart) });
  return row('', say(WATCH.now, locale), say(WATCH.most, locale), past);
}

function figures({ id, values }: Line, chart: number, locale: Locale): string {
  const known = values.filter((value) => value !== undefined);
  const most = known.length === 0 ? '?' : quantity(known.reduce((a, b) => Math.max(a, b)));
  const now = known.at(-1);
  return row(lineName(id, locale), now === undefined ? '?' : quantity(now), most, sparkline(values, chart));
}

const row = (name: string, now: string, most: string, chart: string): string =>
  `${padEnd(name, NAME_COLUMNS)}${padStart(now, FIGURE_COLUMNS)}${padStart(most, FIGURE_COLUMNS)}   ${chart}`.trimEnd();

/** A state is a name, the same in every language. */
export const lineName = (id: LineId, locale: Locale): string =>
  isRate(id) ? say(RATE_WORDS[id], locale) : id;

/** Always there, so that the picture does not jump; the others appear with their first socket or event. */
const ALWAYS: ReadonlySet<LineId> = new Set([
  'ESTAB',
  'TIME-WAIT',
  'opens-out',
  'opens-in',
  'retransmits',
  'overflows',
  'resets-sent',
]);

/** The lines worth a reader's eye. */
export const shownLines = ({ lines }: Course): readonly Line[] =>
  lines.filter(
    ({ id, values }) => ALWAYS.has(id) || values.some((value) => value !== undefined && value > 0),
  );

function places(sockets: Sockets | null, locale: Locale): readonly string[] {
  const unseen = say(WATCH.unseen, locale);
  const queue = sockets?.queue ?? null;
  return [
    place(
      say(WATCH.queue, locale),
      queue === null
        ? say(sockets === null ? WATCH.unseen : WATCH.none, locale)
        : fill(locale, WATCH.queued, {
            port: String(queue.port),
            waiting: quantity(queue.waiting),
            limit: quantity(queue.limit),
          }),
    ),
    place(say(WATCH.inbound, locale), sockets === null ? unseen : portList(sockets.inbound, locale)),
    place(say(WATCH.outbound, locale), sockets === null ? unseen : portList(sockets.outbound, locale)),
  ];
}

const place = (name: string, what: string): string => `${padEnd(name, NAME_COLUMNS)}  ${what}`;

const portList = (ports: readonly PortCount[], locale: Locale): string =>
  ports.length === 0
    ? say(WATCH.none, locale)
    : ports.map(({ port, count }) => `:${port} ${quantity(count)}`).join('  ');

/** Minutes and seconds; a watch is at most an hour. */
export function clock(seconds: number): string {
  const whole = Math.min(MAX_WATCH_S, Math.max(0, Math.round(seconds)));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - columns(text)));
const padStart = (text: string, width: number): string =>
  ' '.repeat(Math.max(0, width - columns(text))) + text;
