import { onTestFinished } from 'vitest';
import type { AlertIntake, AlertNotice, AlertTarget } from '../../src/core/domain/alert.ts';
import type { HostEntry } from '../../src/core/domain/host.ts';
import type { MaintenanceWindow } from '../../src/core/domain/maintenance.ts';
import type { ThreadMessage, ThreadPoster } from '../../src/core/domain/ports.ts';
import { takeAlerts } from '../../src/jobs/take-alerts.ts';
import { workOffAlerts } from '../../src/jobs/work-off-alerts.ts';
import { CHANNEL, CONFIG, host, PLAYBOOK_VERSIONS, showThread, startBench, type Bench } from './bench.ts';

/** A message as it stands in Slack. */
export interface Posted {
  readonly ts: string;
  readonly threadTs: string | null;
  readonly key: string;
  message: ThreadMessage;
}

/** A Slack without its pace that remembers what it holds. */
class Board {
  readonly posted: Posted[] = [];
  readonly poster: ThreadPoster = {
    post: async ({ threadTs, key }, message) => {
      const ts = `${this.posted.length + 1}.000001`;
      this.posted.push({ ts, threadTs, key, message });
      return { kind: 'sent', ts };
    },
    update: async ({ ts }, message) => {
      const one = this.posted.find((posted) => posted.ts === ts);
      if (one === undefined) return { kind: 'refused', code: 'SLACK_REFUSED', message: `no message ${ts}` };
      one.message = message;
      return { kind: 'sent', ts };
    },
    find: async () => ({ kind: 'absent' }),
  };
}

/** Everything a person can read of it. */
export const wordsIn = (posted: Posted | undefined): string =>
  posted === undefined ? '' : [posted.message.text, ...strings(posted.message.blocks)].join('\n');

function strings(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(strings);
}

/** Alerts, and the threads they make, without Slack, SSH or the queue's delays. */
export interface AlertStage {
  readonly bench: Bench;
  readonly intake: AlertIntake;
  /** Takes the notices as one delivery, and does what there is to do. */
  hear(...notices: readonly AlertNotice[]): Promise<void>;
  /** Does what there is to do. */
  turn(): Promise<void>;
  roots(): readonly Posted[];
  replies(root: Posted | undefined): readonly Posted[];
}

export async function alertStage(
  hosts: readonly HostEntry[] = [],
  maintenance: readonly MaintenanceWindow[] = [],
): Promise<AlertStage> {
  const config = {
    ...CONFIG,
    maintenance,
    hosts: new Map([...CONFIG.hosts, ...hosts.map((one) => [one.name, one] as const)]),
  };
  const bench = await startBench('instant', { config, playbookVersions: PLAYBOOK_VERSIONS });
  onTestFinished(() => bench.close());
  const queue = await bench.state.openAlertQueue(bench.dataDir);
  onTestFinished(() => queue.close());
  const board = new Board();
  const { state } = bench;
  const show = { ...bench.show, poster: board.poster };
  const intake = takeAlerts({ queue, report: bench.show.report });
  const turn = async (): Promise<void> => {
    await workOffAlerts({ config, state, nowMs: () => bench.clock.nowMs });
    // A thread may bring on another one: twice is enough for all.
    for (let round = 0; round < 2; round += 1) {
      for (const id of await state.requests.unanswered()) await showThread(show, id);
    }
  };
  return {
    bench,
    intake,
    turn,
    hear: async (...notices) => {
      const outcome = await intake(notices);
      if (outcome.kind !== 'accepted') throw new Error(outcome.kind);
      await turn();
    },
    roots: () => board.posted.filter(({ threadTs }) => threadTs === null),
    replies: (root) => board.posted.filter(({ threadTs }) => threadTs !== null && threadTs === root?.ts),
  };
}

let alerts = 0;

/** A firing of its own about a host. */
export function firing(target: string | AlertTarget, more: Partial<AlertNotice> = {}): AlertNotice {
  alerts += 1;
  return {
    source: 'alertmanager',
    fingerprint: `fp-${alerts}`,
    startedAtMs: Date.UTC(2026, 10, 20, 2),
    status: 'firing',
    name: 'ListenOverflows',
    summary: 'accept queue overflows',
    severity: 'critical',
    alertUrl: 'https://prometheus.test/graph?a=1&b=2',
    silenceUrl: null,
    target: typeof target === 'string' ? { kind: 'host', host: target } : target,
    route: { channel: CHANNEL, mentions: ['U9'], starts: true, rule: { kind: 'nothing' }, playbooks: [] },
    ...more,
  };
}

/** Hosts of one group, behind a jump host where one is named. */
export const fleet = (group: string, count: number, more: Partial<HostEntry> = {}): readonly HostEntry[] =>
  Array.from({ length: count }, (_, index) => host(`${group}-${index + 1}`, { groups: [group], ...more }));
