import { markerPrefix } from '../../../src/core/checklist/marker.ts';
import type { SsState } from '../../../src/core/checklist/ss-rows.ts';
import { CourseRecorder, type Course } from '../../../src/core/watch/course.ts';
import type { CounterName, Sockets, Tick } from '../../../src/core/watch/tick.ts';

export const NONCE = '0123456789abcdef';
export const MARK = markerPrefix(NONCE);

/** What a Linux 6.18 host with ss 6.1 printed for one look, ports of the lab. */
export const PRINTED = `${MARK}begin 271012
count ActiveOpens 1203
count PassiveOpens 88
count EstabResets 0
count CurrEstab 19
count OutSegs 40112
count RetransSegs 12
count OutRsts 4
count ListenOverflows 390
tally inuse 25
tally tw 199
state TIME-WAIT 199
state ESTAB 18
state SYN-RECV 1
in 8080 17
out 5432 1
queue 8080 17 16
walked
${MARK}end
`;

interface Look {
  readonly at: number;
  readonly states?: Partial<Record<SsState, number>> | null;
  readonly counters?: Partial<Record<CounterName, number>>;
  readonly more?: Partial<Sockets>;
  readonly tally?: Tick['tally'];
}

const NO_TALLY = { established: undefined, timeWait: undefined };

/** One look at a time in seconds; `states: null` for one without a walk. */
export const look = ({ at, states = {}, counters = {}, more = {}, tally = NO_TALLY }: Look): Tick => ({
  atCs: at * 100,
  counters: new Map(Object.entries(counters).flatMap(([name, value]) => pairOf(name, value))),
  tally,
  sockets:
    states === null
      ? null
      : {
          states: new Map(ALL.map((state) => [state, states[state] ?? 0] as const)),
          inbound: [],
          outbound: [],
          queue: null,
          ...more,
        },
});

const ALL: readonly SsState[] = [
  'ESTAB',
  'SYN-SENT',
  'SYN-RECV',
  'FIN-WAIT-1',
  'FIN-WAIT-2',
  'TIME-WAIT',
  'CLOSE-WAIT',
  'LAST-ACK',
  'CLOSING',
];

const NAMES: readonly CounterName[] = [
  'ActiveOpens',
  'PassiveOpens',
  'EstabResets',
  'OutSegs',
  'RetransSegs',
  'OutRsts',
  'ListenOverflows',
];
const pairOf = (typed: string, value: number): readonly (readonly [CounterName, number])[] =>
  NAMES.filter((name) => name === typed).map((name) => [name, value] as const);

/** The course of these looks. */
export function courseOf(looks: readonly Look[], port: number | null = null): Course {
  const recorder = new CourseRecorder(port);
  for (const each of looks) recorder.add(look(each));
  return recorder.course();
}
