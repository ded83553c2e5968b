import { growth } from '../checklist/figures.ts';
import type { SsState } from '../checklist/ss-rows.ts';
import type { CounterName, Sockets, Tick } from './tick.ts';

/** A figure that a watch follows: sockets in a state, or events per second. */
export type LineId = SsState | RateId;
export type RateId = 'opens-out' | 'opens-in' | 'retransmits' | 'overflows' | 'resets-sent' | 'resets';

/** The counter each rate is the growth of. */
const RATES: Readonly<Record<RateId, CounterName>> = {
  'opens-out': 'ActiveOpens',
  'opens-in': 'PassiveOpens',
  retransmits: 'RetransSegs',
  overflows: 'ListenOverflows',
  'resets-sent': 'OutRsts',
  resets: 'EstabResets',
};
export const RATE_IDS: readonly RateId[] = [
  'opens-out',
  'opens-in',
  'retransmits',
  'overflows',
  'resets-sent',
  'resets',
];
export const isRate = (id: LineId): id is RateId => RATE_IDS.some((rate) => rate === id);

/** States in the order of a connection's life. */
export const STATE_IDS: readonly SsState[] = [
  'SYN-SENT',
  'SYN-RECV',
  'ESTAB',
  'FIN-WAIT-1',
  'FIN-WAIT-2',
  'CLOSE-WAIT',
  'LAST-ACK',
  'CLOSING',
  'TIME-WAIT',
];

/** One figure over the time of the watch. */
export interface Line {
  readonly id: LineId;
  /** One value per look, undefined where it could not be known. */
  readonly values: readonly (number | undefined)[];
}

/** Everything seen so far. */
export interface Course {
  /** Seconds between the first look and the last. */
  readonly seconds: number;
  readonly looks: number;
  /** Looks in which the socket table was walked. */
  readonly walks: number;
  readonly lines: readonly Line[];
  /** The last table that was walked. */
  readonly sockets: Sockets | null;
}

/** Collects looks; bounded by the length of a watch. */
export class CourseRecorder {
  readonly #port: number | null;
  readonly #values = new Map<LineId, (number | undefined)[]>(
    [...STATE_IDS, ...RATE_IDS].map((id) => [id, []] as const),
  );
  #first: Tick | null = null;
  #last: Tick | null = null;
  #sockets: Sockets | null = null;
  #looks = 0;
  #walks = 0;

  /** With a port only a walk can tell how many sockets there are; without one the kernel's tallies help out. */
  constructor(port: number | null) {
    this.#port = port;
  }

  add(tick: Tick): Course {
    const before = this.#last;
    const seconds = before === null ? undefined : (tick.atCs - before.atCs) / 100;
    this.#first ??= tick;
    this.#last = tick;
    this.#looks += 1;
    if (tick.sockets !== null) {
      this.#walks += 1;
      this.#sockets = tick.sockets;
    }
    for (const id of STATE_IDS) this.#values.get(id)?.push(this.#state(id, tick));
    for (const id of RATE_IDS) {
      const counter = RATES[id];
      const rate = growth(before?.counters.get(counter), tick.counters.get(counter), seconds);
      this.#values.get(id)?.push(rate);
    }
    return this.course();
  }

  course(): Course {
    const spanCs = (this.#last?.atCs ?? 0) - (this.#first?.atCs ?? 0);
    return {
      seconds: Math.max(0, spanCs / 100),
      looks: this.#looks,
      walks: this.#walks,
      lines: [...this.#values].map(([id, values]) => ({ id, values })),
      sockets: this.#sockets,
    };
  }

  #state(id: SsState, { sockets, tally }: Tick): number | undefined {
    if (sockets !== null) return sockets.states.get(id);
    // Between two walks the tallies would jump, since they count a little differently: only where there was no walk yet.
    if (this.#port !== null || this.#walks > 0) return undefined;
    if (id === 'ESTAB') return tally.established;
    return id === 'TIME-WAIT' ? tally.timeWait : undefined;
  }
}
