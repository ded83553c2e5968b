import { setTimeout as sleep } from 'node:timers/promises';
import type { Change } from '../../src/core/domain/change.ts';
import type { Diagnosis } from '../../src/core/domain/report.ts';
import type { LabHost } from '../../src/demo/lab/host.ts';
import { inState, sockets } from '../lab/kernel.ts';
import type { Product } from './product.ts';

/** What `half-open/slow-keepalive` offers, in its order. */
const OFFERED = [
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
];

/** Silence is only looked at from ten minutes on. */
const SILENT_S = 630;
/** Newcomers come for so long, five a second, and vanish. */
const COMING_S = 6;
/** Their last word is out and they are gone (vanishing.py). */
const GONE_S = 2;
/** A timer of the kernel that is armed for minutes may fire some seconds late. */
const SLACK_S = 20;
const LOOK_EVERY_S = 1;

/** Clients that vanished without a word, and what their server still held of them. */
export interface Cohort {
  readonly dead: number;
  /** Still held after `afterS` seconds. */
  readonly held: number;
  readonly afterS: number;
  /** Seconds until the last was gone; null where some were held to the end. */
  readonly goneAfterS: number | null;
}

/** The effect of some of the offered settings, applied one after the other. */
export interface KeepaliveEffect {
  readonly settings: readonly { readonly key: string; readonly from: string; readonly to: string }[];
  /** Vanished under the kernel's own values, and still there when the change was made. */
  readonly before: Cohort;
  /** The same connections, as long after the change as the newcomers were watched. */
  readonly openBefore: Cohort;
  /** Vanished after the change. */
  readonly after: Cohort;
  /** Vanished after it was taken back. */
  readonly afterRollBack: Cohort;
  /** What the settings were offered by. */
  readonly diagnosis: Diagnosis;
  readonly problems: readonly string[];
}

/** Held by the server, dead or alive. */
const held = async (host: LabHost): Promise<number> => inState(await sockets(host), 'ESTAB');

/** Lets new clients come and vanish; how many. */
async function newcomers(host: LabHost): Promise<number> {
  const before = await held(host);
  await host.workload.resume();
  await sleep(COMING_S * 1000);
  await host.workload.pause();
  await sleep(GONE_S * 1000);
  return (await held(host)) - before;
}

/** Watches the newcomers of a moment ago until all are gone, or to the end; `floor` were there before. */
async function watch(host: LabHost, dead: number, floor: number, forS: number): Promise<Cohort> {
  const begun = performance.now();
  const passed = (): number => Math.round((performance.now() - begun) / 1000);
  let left = dead;
  while (passed() < forS) {
    await sleep(LOOK_EVERY_S * 1000);
    left = (await held(host)) - floor;
    if (left <= 0) return { dead, held: 0, afterS: passed(), goneAfterS: passed() };
  }
  return { dead, held: left, afterS: passed(), goneAfterS: null };
}

/** Until `time` + `probes` * `intvl` have passed since the last word. */
async function detectionS(host: LabHost): Promise<number> {
  const [time, intvl, probes] = await Promise.all(OFFERED.map(async (key) => Number(await host.sysctl(key))));
  return (time ?? 0) + (intvl ?? 0) * (probes ?? 0) + SLACK_S;
}

/**
 * Applies the first `many` offered settings by the product's own means, takes them back, and counts what the server
 * holds of clients that vanished before, in between and afterwards. Takes half an hour and more.
 */
export async function measureKeepalive(
  { product, host }: { product: Product; host: LabHost },
  many: number,
): Promise<KeepaliveEffect> {
  await host.workload.pause();
  await sleep(GONE_S * 1000);
  const [old, begun] = [await held(host), performance.now()];
  await sleep(SILENT_S * 1000);
  const heldBefore = await held(host);
  const beforeS = Math.round((performance.now() - begun) / 1000);
  // A finding about silence takes growth, which the clients that come meanwhile are.
  await host.workload.resume();
  const { changes, diagnosis } = await product.diagnose(host, host);
  await host.workload.pause();
  await sleep(GONE_S * 1000);

  const wanted = OFFERED.slice(0, many).flatMap(
    (key) => changes.find(({ plan }) => plan.settings.some((each) => each.key === key)) ?? [],
  );
  const problems = wanted.length === many ? [] : [`of ${many} settings ${wanted.length} are offered`];
  const applied: Change[] = [];
  for (const change of wanted) applied.push(await product.apply(change));

  const floor = await held(host);
  const limitS = await detectionS(host);
  const came = await newcomers(host);
  const after = await watch(host, came, floor, limitS);
  const stayed = (await held(host)) - Math.max(0, after.held);

  for (const change of applied.toReversed()) await product.rollBack(change);
  const rest = await held(host);
  const late = await newcomers(host);
  const afterRollBack = await watch(host, late, rest, limitS);
  return {
    settings: wanted.flatMap(({ plan }) => plan.settings),
    before: { dead: old, held: heldBefore, afterS: beforeS, goneAfterS: null },
    openBefore: { dead: floor, held: stayed, afterS: after.afterS, goneAfterS: null },
    after,
    afterRollBack,
    diagnosis,
    problems,
  };
}

const all = ({ dead, held: kept }: Cohort): boolean => dead > 0 && kept === dead;

/** What must be true of every such effect. */
export function shortfalls({
  before,
  openBefore,
  after,
  afterRollBack,
  problems,
}: KeepaliveEffect): readonly string[] {
  return [
    ...problems,
    ...(all(before) ? [] : ['some were noticed before anything was changed']),
    ...(all(openBefore) ? [] : ['connections that were open before were noticed too']),
    ...(after.dead > 0 && after.goneAfterS !== null
      ? []
      : ['some that vanished after the change are still held']),
    ...(all(afterRollBack) ? [] : ['some were noticed after it was taken back']),
  ];
}
