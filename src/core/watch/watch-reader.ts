import { count } from '../checklist/figures.ts';
import { wordsOf } from '../checklist/lines.ts';
import { markerPrefix } from '../checklist/marker.ts';
import { SS_STATES, type SsState } from '../checklist/ss-rows.ts';
import { COUNTERS, type AcceptQueue, type CounterName, type PortCount, type Tick } from './tick.ts';

/** Reads the output of a watch while it arrives. */
export interface WatchReader {
  /** Takes any piece of the output; returns the looks it completed. */
  push(chunk: string): readonly Tick[];
  /** The loop has said that its time is over. */
  readonly done: boolean;
}

/** A look prints some thirty short lines; what is longer is not ours. */
const MAX_LINE_CHARS = 1000;
const MAX_LINES = 100;

/** A reader for the script that was composed with this nonce; noise of login shells is passed over. */
export function createWatchReader(nonce: string): WatchReader {
  const prefix = markerPrefix(nonce);
  let rest = '';
  let done = false;
  let open: { readonly atCs: number; readonly lines: string[] } | null = null;

  const take = (line: string): readonly Tick[] => {
    if (!line.startsWith(prefix)) {
      if (open !== null && open.lines.length < MAX_LINES) open.lines.push(line);
      return [];
    }
    const [kind, at] = line.slice(prefix.length).split(' ');
    const atCs = count(at);
    const closed = kind === 'end' && open !== null ? [readTick(open.atCs, open.lines)] : [];
    open = kind === 'begin' && atCs !== undefined ? { atCs, lines: [] } : null;
    done ||= kind === 'done';
    return closed;
  };
  return {
    push(chunk) {
      const lines = (rest + chunk).split('\n');
      rest = (lines.pop() ?? '').slice(0, MAX_LINE_CHARS);
      return lines.flatMap((line) => take(line.slice(0, MAX_LINE_CHARS)));
    },
    get done() {
      return done;
    },
  };
}

function readTick(atCs: number, lines: readonly string[]): Tick {
  const rows = lines.map(wordsOf);
  const figures = (kind: string): ReadonlyMap<string, number> =>
    new Map(
      rows.flatMap(([word, name = '', value]) => {
        const figure = count(value);
        return word === kind && figure !== undefined ? [[name, figure] as const] : [];
      }),
    );
  const counts = figures('count');
  return {
    atCs,
    counters: new Map(COUNTERS.flatMap((name) => pair(name, counts.get(name)))),
    tally: { established: counts.get('CurrEstab'), timeWait: figures('tally').get('tw') },
    // The last line of a walk: without it the table was not seen to its end.
    sockets: rows.some(([word]) => word === 'walked')
      ? {
          states: statesOf(figures('state')),
          inbound: ports(figures('in')),
          outbound: ports(figures('out')),
          queue: queueOf(rows.find(([word]) => word === 'queue')),
        }
      : null,
  };
}

const pair = (name: CounterName, value: number | undefined): readonly (readonly [CounterName, number])[] =>
  value === undefined ? [] : [[name, value]];

/** The walk reached the end of the table, so a state that is not listed has no socket. */
const statesOf = (counts: ReadonlyMap<string, number>): ReadonlyMap<SsState, number> =>
  new Map(
    SS_STATES.filter((state) => state !== 'LISTEN').map((state) => [state, counts.get(state) ?? 0] as const),
  );

const ports = (counts: ReadonlyMap<string, number>): readonly PortCount[] =>
  [...counts].flatMap(([name, amount]) => {
    const port = count(name);
    return port === undefined ? [] : [{ port, count: amount }];
  });

function queueOf(row: readonly string[] | undefined): AcceptQueue | null {
  const [port, waiting, limit] = (row ?? []).slice(1).map((word) => count(word));
  if (port === undefined || waiting === undefined || limit === undefined) return null;
  return { port, waiting, limit };
}
