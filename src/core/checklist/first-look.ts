import type { Section } from '../domain/capture.ts';
import type { Facts, FactGroup } from '../domain/facts.ts';
import type { Mark } from '../domain/report.ts';
import type { FirstFacts } from '../domain/run.ts';
import { readSections } from './read-facts.ts';

/** Share of the ports towards one destination: below the first all is well, from the second on connects fail soon. */
const PORTS_CALM_RATIO = 0.5;
const PORTS_BAD_RATIO = 0.9;
/** Share of the descriptors: node-mixin warns at 0.7 for the machine, netdata at 0.95 for a process. */
const DESCRIPTORS_CALM_RATIO = 0.7;
const DESCRIPTORS_BAD_RATIO = 0.95;

/** What the root message can say after the first sample: state, no finding. */
export interface FirstLook {
  readonly facts: FirstFacts;
  readonly marks: readonly Mark[];
}

/**
 * Looks at the first sample alone. A mark is good or bad only where one sample can tell; where the second decides it
 * is pending, and where nothing could be read, unknown.
 */
export function firstLook(sections: readonly Section[]): FirstLook {
  const { facts } = readSections(sections, [1]);
  const full = Object.entries(facts.subjects.listener).flatMap(([name, listener]) =>
    isFull(listener) ? [name] : [],
  );
  return {
    facts: {
      established: numberOf(facts.host.sockets, 'established') ?? null,
      timeWait: numberOf(facts.host.sockets, 'time_wait') ?? null,
      fullListeners: full,
    },
    marks: [
      { topic: 'time-wait', state: portsMark(facts) },
      { topic: 'accept-queue', state: queueMark(facts, full) },
      { topic: 'descriptors', state: descriptorsMark(facts) },
      {
        topic: 'connections',
        state: facts.host.sockets['established'] === undefined ? 'unknown' : 'pending',
      },
    ],
  };
}

/** The next connection may find no room: Recv-Q has reached Send-Q. */
function isFull(listener: FactGroup): boolean {
  const queue = numberOf(listener, 'queue_first');
  const backlog = numberOf(listener, 'backlog');
  return queue !== undefined && backlog !== undefined && queue > 0 && queue >= backlog;
}

function portsMark({ host, subjects }: Facts): Mark['state'] {
  if (host.sockets['time_wait_outbound'] === undefined || host.settings['ports_available'] === undefined)
    return 'unknown';
  // Towards the host itself the kernel reuses TIME-WAIT by default (tcp_tw_reuse = 2).
  const remote = Object.values(subjects.destination).filter((each) => each['loopback'] !== true);
  const fullest = Math.max(0, ...remote.map((each) => numberOf(each, 'used_ratio') ?? 0));
  if (fullest >= PORTS_BAD_RATIO) return 'bad';
  return fullest < PORTS_CALM_RATIO ? 'good' : 'pending';
}

/** Whether an empty queue overflowed a moment ago only the counters can tell. */
function queueMark({ subjects }: Facts, full: readonly string[]): Mark['state'] {
  if (full.length > 0) return 'bad';
  return Object.keys(subjects.listener).length === 0 ? 'unknown' : 'pending';
}

function descriptorsMark({ host, subjects }: Facts): Mark['state'] {
  const machine = numberOf(host.descriptors, 'used_ratio');
  const processes = Object.values(subjects.listener).map((each) =>
    numberOf(each, 'process_descriptor_ratio'),
  );
  const others = Object.values(subjects.process).map((each) => numberOf(each, 'descriptor_ratio'));
  const known = [machine, ...processes, ...others].flatMap((ratio) => ratio ?? []);
  if (known.some((ratio) => ratio >= DESCRIPTORS_BAD_RATIO)) return 'bad';
  if (machine === undefined || processes.includes(undefined)) return 'unknown';
  return known.every((ratio) => ratio < DESCRIPTORS_CALM_RATIO) ? 'good' : 'pending';
}

function numberOf(group: FactGroup, name: string): number | undefined {
  const value = group[name];
  return typeof value === 'number' ? value : undefined;
}
