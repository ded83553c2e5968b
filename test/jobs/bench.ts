import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import type { Config } from '../../src/config/config.ts';
import type { Change, SignedGo } from '../../src/core/domain/change.ts';
import type { Directory } from '../../src/core/domain/directory.ts';
import type { FreezeWindow } from '../../src/core/domain/freeze.ts';
import type { HostEntry } from '../../src/core/domain/host.ts';
import type { Diagnosis } from '../../src/core/domain/report.ts';
import type { ClickOutcome, Desk, ThreadPoster } from '../../src/core/domain/ports.ts';
import { startLocalSlack, type LocalSlack } from '../../src/demo/local-slack/local-slack.ts';
import { createDesk } from '../../src/jobs/desk.ts';
import type { Problem } from '../../src/core/domain/problem.ts';
import { symptomRouter } from '../../src/core/symptom/route-symptom.ts';
import { tellLostThreads } from '../../src/jobs/lost-threads.ts';
import { showThread, type ShowContext } from '../../src/jobs/show-thread.ts';
import { doubtAbout } from '../../src/jobs/doubt.ts';
import type { sweep } from '../../src/jobs/sweep.ts';
import { createDirectory } from '../../src/slack/directory.ts';
import { createMembers } from '../../src/slack/members.ts';
import { createPoster } from '../../src/slack/poster.ts';
import { clientOptions, createClient, libraryLogger } from '../../src/slack/slack-client.ts';
import { openState, type OpenState } from '../../src/state/open-state.ts';
import { AuditLog } from '../../src/state/audit/audit-log.ts';
import type { FreezeBook } from '../../src/state/freeze-book.ts';
import { OpenThreads } from '../../src/state/open-threads.ts';
import { ThreadFiles } from '../../src/state/thread-memory.ts';
import type { Outbox } from '../../src/state/outbox.ts';
import { diagnosis, plan } from '../core/render/examples.ts';
import { shippedPlaybooks } from '../support/playbooks.ts';
import { TestRedis } from '../support/redis.ts';
import { decidingParts } from './deciding.ts';

export const TEAM = 'T1';
export const CHANNEL = 'C1';
export const REQUESTER = 'U1';
export const APPROVER = 'U2';

/** The bot's side of the product on a real Redis and a local Slack, without Bolt: what the jobs themselves do. */
export interface Bench {
  readonly redis: TestRedis;
  readonly state: OpenState;
  readonly slack: LocalSlack;
  readonly desk: Desk;
  readonly show: ShowContext;
  /** All that the desk decides with, for one with other rules. */
  readonly deciding: Parameters<typeof createDesk>[0];
  readonly outbox: Outbox;
  /** The real one, whatever the threads are shown with. */
  readonly poster: ThreadPoster;
  /** Another book of the same disk and Redis, as of a bot that is started anew. */
  readonly freezesWith: (windows: readonly FreezeWindow[]) => FreezeBook;
  readonly problems: Problem[];
  readonly audit: AuditLog;
  readonly dataDir: string;
  readonly keys: { readonly signing: string; readonly verify: string };
  /** What the clock says; tests move it. */
  clock: { nowMs: number };
  close(): Promise<void>;
}

export const host = (name: string, more: Partial<HostEntry> = {}): HostEntry => ({
  name,
  address: '10.0.0.5',
  port: 22,
  user: 'root',
  knownHostsFile: '/dev/null',
  groups: ['web'],
  aliases: [],
  zone: 'default',
  changes: { kind: 'same-account' },
  ...more,
});

export const CONFIG: Pick<Config, 'hosts' | 'approvals' | 'locale' | 'storm' | 'maintenance'> = {
  locale: 'en',
  storm: { hosts: 10, withinMs: 120_000 },
  maintenance: [],
  hosts: new Map([
    ['web-1', host('web-1')],
    ['web-2', host('web-2', { changes: { kind: 'none' } })],
  ]),
  approvals: {
    users: [{ teamId: null, id: APPROVER }],
    expiresInMs: 900_000,
    confirmWithinMs: 120_000,
    twoPerson: ['high'],
    operators: [],
    perHostHour: 5,
    freeze: [],
    groups: [],
    breakGlass: true,
    hostsPerApproval: 5,
  },
};

/** As in the example diagnosis. */
export const PLAYBOOK_VERSIONS: ReadonlyMap<string, number> = new Map([
  [plan.playbook, plan.playbookVersion],
]);

/** A Slack without its pace, for tests that are about something else. */
function instantPoster(): ThreadPoster {
  let posts = 0;
  return {
    post: async () => {
      posts += 1;
      return { kind: 'sent', ts: `${posts}.000001` };
    },
    update: async (place) => ({ kind: 'sent', ts: place.ts }),
    find: async () => ({ kind: 'absent' }),
  };
}

/** What Slack says at this moment; how old an answer may be is a matter of test/slack/user-groups.test.ts. */
function directoryOf(
  client: ReturnType<typeof createClient>,
  onProblem: (problem: Problem) => void,
): Directory {
  const members = createMembers(client, TEAM, onProblem);
  const asked = createDirectory(client, { teamId: TEAM, members, onProblem });
  return {
    membersOf: async (group) => asked.membersOf(group, 0),
    standing: async (person) => asked.standing(person, 0),
  };
}

/** A worker that only notes the orders it is given. */
export function noteOrders({ state }: Bench): {
  readonly orders: readonly SignedGo[];
  close(): Promise<void>;
} {
  const orders: SignedGo[] = [];
  const worker = state.workers.startChangeWorker(async ({ go }) => void orders.push(go), { concurrency: 1 });
  return { orders, close: async () => worker.close(100) };
}

/** What the sweep works with. */
export const sweepOf = (
  { state, audit, deciding, clock, show }: Bench,
  nowMs = () => clock.nowMs,
): Parameters<typeof sweep>[0] => ({
  state,
  audit,
  nowMs,
  doubt: async (change) => doubtAbout(deciding, change),
  report: show.report,
});

interface Rules {
  readonly config: typeof CONFIG;
  readonly playbookVersions: ReadonlyMap<string, number>;
}

export async function startBench(
  posting: 'slack' | 'instant' = 'slack',
  { config, playbookVersions }: Rules = { config: CONFIG, playbookVersions: PLAYBOOK_VERSIONS },
): Promise<Bench> {
  const redis = await TestRedis.start();
  const problems: Problem[] = [];
  const report = (problem: Problem): void => void problems.push(problem);
  const state = await openState({ connection: redis.connection, onProblem: report });
  const slack = await startLocalSlack({
    workspace: {
      teamId: TEAM,
      bot: { userId: 'UBOT' },
      users: [
        { id: REQUESTER, name: 'mina' },
        { id: APPROVER, name: 'joon' },
        { id: 'U3', name: 'sora' },
        { id: 'U4', name: 'dana' },
      ],
      channels: [{ id: CHANNEL, name: 'on-call', members: [REQUESTER, APPROVER, 'UBOT'] }],
    },
    botToken: 'xoxb-test',
    appToken: 'xapp-test',
    signingSecret: 'test-signing-secret',
  });
  const pair = generateKeyPairSync('ed25519');
  const signing = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const verify = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const clock = { nowMs: Date.now() };
  const dir = mkdtempSync(join(tmpdir(), 'tcpcheck-bench-'));
  const audit = new AuditLog({ dataDir: dir, log: 'bot', nowMs: () => clock.nowMs, report });
  const client = createClient('xoxb-test', clientOptions(slack.apiUrl, libraryLogger(report)));
  const nowMs = (): number => clock.nowMs;
  const poster = createPoster(client, report);
  const place = { dataDir: dir, state, config, signingKeyPem: signing, nowMs, report };
  const { outbox, freezesWith, ...parts } = decidingParts(place, directoryOf(client, report));
  await parts.freezes.declared();
  const deciding = { ...place, ...parts, playbookVersions, audit, teamId: () => TEAM };
  return {
    redis,
    state,
    slack,
    deciding,
    outbox,
    poster,
    freezesWith,
    desk: createDesk(deciding),
    show: {
      config,
      state,
      freezes: parts.freezes,
      linkTo: ({ channel, ts }) => `https://slack.test/archives/${channel}/p${ts.replace('.', '')}`,
      poster: posting === 'slack' ? poster : instantPoster(),
      nowMs: () => clock.nowMs,
      route: symptomRouter(shippedPlaybooks()),
      open: new OpenThreads(join(dir, 'open.json'), report),
      memory: new ThreadFiles(join(dir, 'changes'), report),
      report,
    },
    problems,
    audit,
    dataDir: dir,
    keys: { signing, verify },
    clock,
    close: async () => {
      await state.close();
      await audit.close();
      await slack.close();
      await redis.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

let deliveries = 0;
let runs = 0;

/** Asks as the slash command does; returns the request's id. */
export async function askFor(
  { desk, state }: Bench,
  target = 'web-1',
  symptom = 'it is slow',
): Promise<string> {
  deliveries += 1;
  const before = new Set(await state.requests.unanswered());
  const outcome = await desk.ask({
    target,
    symptom,
    channel: CHANNEL,
    locale: 'en',
    requester: { kind: 'slack-user', teamId: TEAM, userId: REQUESTER },
    mentions: [REQUESTER],
    deliveryKey: `trigger-${deliveries}`,
  });
  if (outcome.kind !== 'accepted') throw new Error(JSON.stringify(outcome));
  const id = (await state.requests.unanswered()).find((one) => !before.has(one));
  if (id === undefined) throw new Error('the request was not kept');
  return id;
}

/** Lets a run answer the request with the example diagnosis: a full accept queue, somaxconn offered. */
export async function finishRun(
  { state, clock }: Bench,
  target = 'web-1',
  found: Partial<Diagnosis> = {},
): Promise<void> {
  runs += 1;
  const claim = await state.runs.claim(target, {
    id: `run-${runs}`,
    nowMs: clock.nowMs,
    windowMs: 10_000,
  });
  if (claim === null) throw new Error('nothing waited for a run');
  const facts = diagnosis.facts;
  const withNamespace =
    facts === null
      ? null
      : { ...facts, host: { ...facts.host, host: { ...facts.host.host, netns: plan.netns } } };
  await state.runs.finish(claim.run.id, claim.run.attempt, {
    diagnosis: { ...diagnosis, host: target, facts: withNamespace, ...found },
    hostKeyFingerprint: plan.hostKeyFingerprint,
    nowMs: clock.nowMs,
  });
}

const ROUNDS = 60;
const ROUND_MS = 200;

/** Shows the thread as often as the product would, until the root stands in Slack. */
export async function settleRoot(bench: Bench, requestId: string): Promise<void> {
  await rounds(bench, requestId, async () => {
    const root = (await bench.state.threads.entries(requestId)).get('root');
    return root !== undefined && root.ts !== null;
  });
}

/** The same until the request has been answered. */
export async function settle(bench: Bench, requestId: string): Promise<void> {
  await rounds(bench, requestId, async () => !(await bench.state.requests.unanswered()).includes(requestId));
}

/** An answered request, and the change that its finding proposes. */
export async function askAndPropose(bench: Bench): Promise<{ requestId: string; change: Change }> {
  const requestId = await askFor(bench);
  await finishRun(bench);
  await settle(bench, requestId);
  return { requestId, change: await proposedIn(bench, requestId) };
}

/** The change that the finding of an answered request proposes. */
export async function proposedIn({ state }: Bench, requestId: string): Promise<Change> {
  const [change] = await state.changes.ofRequest(requestId);
  if (change === undefined) throw new Error('nothing was proposed');
  return change;
}

/** What a click came to, in a word. */
export const codeOf = (outcome: ClickOutcome): string =>
  outcome.kind === 'refused' ? outcome.code : outcome.kind;

async function rounds(bench: Bench, requestId: string, isDone: () => Promise<boolean>): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    await showThread(bench.show, requestId);
    if (await isDone()) return;
    await sleep(ROUND_MS);
  }
}

export { showThread, tellLostThreads };
