import { setTimeout as sleep } from 'node:timers/promises';
import { SICK_HOSTS } from '../../src/demo/lab/sick-hosts.ts';
import { CAST } from '../../src/demo/stage-config.ts';
import { startStage, type Stage } from '../../src/demo/stage.ts';
import { cpuSecondsOf, waitedMs } from '../support/processor.ts';
import { MAIN } from '../support/program.ts';
import { alert, alsoNamed, deliver } from './alert-sender.ts';

/** Ten seconds, as promised: 10,000 alerts in a hundred deliveries a second. */
export const ALERTS = 10_000;
const SECONDS = 10;
const DELIVERIES = 1_000;
const KINDS = 5;
/** Meanwhile somebody types five times a second. */
const TYPED_EVERY = 20;

const names = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `${prefix}-${at + 1}`);
const LIVE = names('live', 200);
const DARK = names('dark', 1_800);

export const TWENTY = names('app', 20);
/** Of which nine in ten are dark. */
export const TWO_THOUSAND = LIVE.flatMap((live, at) => [...DARK.slice(at * 9, at * 9 + 9), live]);

/** The whole product with many names for one host that answers and for one that is cut off; of each group a tenth answers. */
export async function startFloodStage(): Promise<Stage> {
  const stage = await startStage({
    main: MAIN,
    hosts: [SICK_HOSTS['db-1'], { name: 'dark-0', sysctls: {}, workload: null }],
    windowS: 1,
    mode: 'socket',
    extraHosts: (lab) => [
      ...TWENTY.map((name) => alsoNamed(lab, 'db-1', { name, group: 'app' })),
      ...LIVE.map((name, at) => alsoNamed(lab, 'db-1', { name, group: `rack${at % 20}` })),
      ...DARK.map((name, at) => alsoNamed(lab, 'dark-0', { name, group: `rack${at % 20}` })),
    ],
    alerts: `storm: {hosts: 20}, rules: [{match: {group: app}, channel: ${CAST.channel}, start: true}, {start: true}], `,
  });
  await stage.lab.host('dark-0').cut();
  return stage;
}

/** How long an answer took. */
export interface Took {
  readonly wallMs: number;
  /** Without the time in which bot or sender could have gone on and others had the core. */
  readonly ownMs: number;
}

/** Starts now; says each time how long it has been. */
export function stopwatch({ product }: Stage): () => Took {
  const waited = (): number => waitedMs(product.pid) + waitedMs(process.pid);
  const [begin, before] = [performance.now(), waited()];
  return () => {
    const wallMs = performance.now() - begin;
    return { wallMs, ownMs: wallMs - (waited() - before) };
  };
}

/** What a flood was like. */
export interface Flood {
  /** Of each delivery, from the first time it was sent until it was taken. */
  readonly taken: readonly Took[];
  /** Of each command typed meanwhile, until Slack had its acknowledgement. */
  readonly typed: readonly Took[];
  /** Of a core, that the bot has used. */
  readonly cores: number;
}

/** Sends the alerts, taking turns over the hosts; every one is taken in the end. */
export async function flood(stage: Stage, hosts: readonly string[]): Promise<Flood> {
  const to = { port: stage.product.httpPort, secret: stage.alertSecret };
  const { pid } = stage.product;
  const took = async (work: () => Promise<unknown>): Promise<Took> => {
    const taken = stopwatch(stage);
    await work();
    return taken();
  };
  const [taken, typed]: [Promise<Took>[], Promise<Took>[]] = [[], []];
  const [begin, spentBefore] = [performance.now(), cpuSecondsOf(pid)];
  for (let at = 0; at < DELIVERIES; at += 1) {
    const earlyMs = begin + (at * SECONDS * 1_000) / DELIVERIES - performance.now();
    if (earlyMs > 1) await sleep(earlyMs);
    taken.push(took(() => deliver(to, alertsOf(hosts, at))));
    if (at % TYPED_EVERY === 0) typed.push(took(() => typeHelp(stage)));
  }
  const all = { taken: await Promise.all(taken), typed: await Promise.all(typed) };
  return { ...all, cores: (cpuSecondsOf(pid) - spentBefore) / SECONDS };
}

function alertsOf(hosts: readonly string[], delivery: number): ReturnType<typeof alert>[] {
  const each = ALERTS / DELIVERIES;
  return Array.from({ length: each }, (_, index) => {
    const number = delivery * each + index;
    const kind = Math.floor(number / hosts.length) % KINDS;
    return alert(hosts[number % hosts.length] ?? '', `Kind${kind}`);
  });
}

async function typeHelp({ slack }: Stage): Promise<void> {
  const { outsider: userId, channel } = CAST;
  const outcome = await slack.command({ userId, channel, command: '/tcpcheck', text: 'help' });
  if (outcome.kind !== 'acknowledged') throw new Error(`/tcpcheck help: ${outcome.error}`);
}

/** The value that so large a share of all is not above. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
