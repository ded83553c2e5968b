import { assert } from '../../core/domain/errors.ts';
import type { Box } from './box.ts';
import { must } from './commands.ts';
import { feedOf } from './feed.ts';
import { figuresOf, type Figures } from './figures.ts';
import type { Second } from './program-lines.ts';
import { startProgram, type Program, type Running } from './program.ts';
import { programsOf, type WorkloadKind, type WorkloadSpec } from './workload-specs.ts';

/** A live workload: it keeps its sickness going and counts what its users get. */
export interface Workload {
  readonly kind: WorkloadKind;
  /** Process of the application on the host, as the host counts. */
  readonly applicationPid: number;
  /** Since it got going, or over the last whole seconds (at most 600). */
  figures(lastSeconds?: number): Figures;
  /** Waits for that many whole seconds from now on and adds them up. */
  next(seconds: number): Promise<Figures>;
  /** Waits for a second that is as wanted. */
  until(wanted: (second: Figures) => boolean, timeoutMs: number): Promise<Figures>;
  /** Stops asking; what is open stays open. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** What an administrator does to the application: HUP makes a server listen again. */
  signal(name: 'HUP' | 'STOP' | 'CONT' | 'KILL'): Promise<void>;
}

/** Where programs of one side run, and where they find their files. */
export interface Site {
  readonly box: Box;
  readonly workloadsDir: string;
}

export type Sites = Readonly<Record<Program['side'], Site>>;

/** A second that is late by more than this never comes. */
const SECOND_SLACK_MS = 5_000;

/** Starts all programs of a workload; resolves when its sickness is there. */
export async function startWorkload(spec: WorkloadSpec, sites: Sites): Promise<Workload> {
  const { servers, drivers, application } = programsOf(spec);
  const started = new Map<Program, Running>();
  const start = async (program: Program): Promise<Running> => {
    const { box, workloadsDir } = sites[program.side];
    const running = await startProgram(box, program, workloadsDir);
    started.set(program, running);
    return running;
  };
  // Clients need a server that listens.
  await Promise.all(servers.map(async (server) => (await start(server)).ready));
  const driving = await Promise.all(drivers.map(start));
  const feed = feedOf(spec.kind, driving);
  await Promise.all(driving.map((driver) => driver.ready));

  const applicationPid = started.get(application)?.pid;
  assert(applicationPid !== undefined, `${spec.kind} names an application it does not start`);
  const order = async (word: 'pause' | 'resume'): Promise<void> => {
    await Promise.all(driving.map((driver) => driver.order(word)));
  };
  return {
    kind: spec.kind,
    applicationPid,
    figures: (last) => {
      if (last === undefined) return feed.tally().total;
      assert(last >= 1, 'figures are asked for over at least one second');
      return figuresOf(feed.tally().recent.slice(-last));
    },
    next: (seconds) => feed.watch(collector(seconds), (seconds + 1) * 1000 + SECOND_SLACK_MS),
    until: (wanted, timeoutMs) =>
      feed.watch((second) => {
        const figures = figuresOf([second]);
        return wanted(figures) ? figures : null;
      }, timeoutMs),
    pause: () => order('pause'),
    resume: () => order('resume'),
    signal: async (name) => {
      await must(sites.host.box.inside(['kill', `-${name}`, String(applicationPid)]));
    },
  };
}

/** Adds up whole seconds; the first one had begun before anybody asked, so it is left out. */
function collector(wanted: number): (second: Second) => Figures | null {
  const seen: Second[] = [];
  return (second) => {
    seen.push(second);
    return seen.length > wanted ? figuresOf(seen.slice(1)) : null;
  };
}
