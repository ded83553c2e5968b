import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecuteOutcome } from '../core/change/outcome.ts';
import type { Hold } from '../core/change/hold.ts';
import { SETTING_KEY, SETTING_VALUE } from '../core/change/plan-schema.ts';
import type { ChangeAction, ChangePlan } from '../core/domain/change.ts';
import { assert, TcpcheckError, unreachable } from '../core/domain/errors.ts';
import type { HostConnection } from './open-host.ts';
import { readAnswer, readJournal, type JournalEntry } from './helper/answer.ts';
import { callHelper, NOT_READY_CODES } from './helper/call-helper.ts';
import type { HelperVerb } from './helper/sent-helper.ts';

/** Of a plan, what its host is asked with. */
export type HostPlan = Pick<ChangePlan, 'id' | 'host' | 'hostKeyFingerprint' | 'netns' | 'settings'>;

/** What a signed go orders. */
export type PlanOrder =
  | {
      readonly action: 'apply';
      readonly plan: HostPlan;
      /** The host waits this long for a confirmation, and then takes the change back by itself. */
      readonly holdS: number;
    }
  | { readonly action: 'keep' | 'rollback'; readonly plan: HostPlan };

/** Before each new login that settles an unknown outcome: a broken line often heals within seconds. */
const SETTLE_DELAYS_MS = [1_000, 4_000, 10_000];
/** No new attempt is started later than this, so that everything ends within three minutes. */
const SETTLE_LIMIT_MS = 75_000;

/** Refusals that say how the change stands; after any other one it is still not known. */
const SETTLED_CODES = new Set(['not-begun', 'barred', 'taken-back', 'other-plan', 'other-netns']);

/**
 * Executes a plan on its host through the helper there, or takes it back; at most once, however often it is
 * called. When the answer is lost, the host's own journal is asked over a new connection; only when that
 * fails too is the outcome unknown. `connection` stays the caller's to close.
 */
export async function executePlan(
  connection: HostConnection,
  order: PlanOrder,
  reconnect: () => Promise<HostConnection>,
  settleDelaysMs: readonly number[] = SETTLE_DELAYS_MS,
): Promise<ExecuteOutcome> {
  const hold = order.action === 'apply' ? order.holdS : null;
  const reply = await ask(connection, VERBS[order.action], order.plan, hold);
  return 'outcome' in reply
    ? reply.outcome
    : settle(order, { reconnect, delaysMs: settleDelaysMs, first: reply.trouble });
}

/**
 * Tells the host that it can still be reached, and for how long the change may stay. One try only: where it fails, the
 * host's timer does what is right, and a later call is as good.
 */
export async function confirmPlan(
  connection: HostConnection,
  plan: HostPlan,
  hold: Hold,
): Promise<ExecuteOutcome> {
  const reply = await ask(connection, 'confirm', plan, hold);
  return 'outcome' in reply ? reply.outcome : { kind: 'unknown', message: reply.trouble };
}

/** Asks the host's journal how an apply ended; one that has not begun never will. */
export async function settlePlan(connection: HostConnection, plan: HostPlan): Promise<ExecuteOutcome> {
  const reply = await ask(connection, 'settle', plan, null);
  return 'outcome' in reply ? reply.outcome : { kind: 'unknown', message: reply.trouble };
}

const VERBS = { apply: 'apply', keep: 'keep', rollback: 'revert' } as const satisfies Record<
  ChangeAction,
  HelperVerb
>;

/** What the host has on record about a change; null where it knows nothing of it, or why it did not say. */
export async function askJournal(
  connection: HostConnection,
  changeId: string,
): Promise<{ readonly entry: JournalEntry | null } | { readonly trouble: string }> {
  const reply = await callHelper(connection, 'journal', `change ${changeId}\nend\n`);
  if (reply.kind === 'silent') return { trouble: reply.trouble };
  if (reply.kind === 'refused') return { trouble: `${reply.message} (${reply.code})` };
  return readJournal(reply.text) ?? { trouble: 'asked for its journal, the helper said something else' };
}

/** An answer of the helper, or why there is none. */
type Reply = { readonly outcome: ExecuteOutcome } | { readonly trouble: string };

async function ask(
  connection: HostConnection,
  verb: HelperVerb,
  plan: HostPlan,
  hold: Hold | null,
): Promise<Reply> {
  const found = connection.hostKeyFingerprint;
  if (found !== plan.hostKeyFingerprint) {
    return { outcome: { kind: 'stale', key: 'host key', wanted: plan.hostKeyFingerprint, found } };
  }
  const reply = await callHelper(connection, verb, orderLines(plan, hold));
  switch (reply.kind) {
    case 'refused':
      return { outcome: { ...reply, message: withNextStep(reply.code, reply.message, plan) } };
    case 'silent':
      return { trouble: reply.trouble };
    case 'said': {
      const outcome = readAnswer(reply.text);
      if (outcome === null)
        return { trouble: `asked to ${verb}, the helper gave no answer: it said something else` };
      if (outcome.kind !== 'refused') return { outcome };
      return { outcome: { ...outcome, message: withNextStep(outcome.code, outcome.message, plan) } };
    }
    default:
      return unreachable(reply);
  }
}

/** Where the installed helper is not the one we know, people read what to do. */
const withNextStep = (code: string, message: string, { host }: HostPlan): string =>
  NOT_READY_CODES.has(code) ? `${message}; run \`tcpcheck enroll ${host}\`` : message;

interface Doubt {
  readonly reconnect: () => Promise<HostConnection>;
  readonly delaysMs: readonly number[];
  /** Why the answer to the order itself is missing. */
  readonly first: string;
}

/**
 * Asks the host how the order ended. For an apply this also makes sure that one which has not begun never
 * will; a roll back or a keep is simply ordered again, as the helper does nothing twice.
 */
async function settle(
  { action, plan }: PlanOrder,
  { reconnect, delaysMs, first }: Doubt,
): Promise<ExecuteOutcome> {
  const verb = action === 'apply' ? 'settle' : VERBS[action];
  const startedMs = performance.now();
  let last = first;
  for (const delayMs of delaysMs) {
    if (performance.now() - startedMs + delayMs > SETTLE_LIMIT_MS) break;
    await sleep(delayMs);
    const reply = await askAnew(reconnect, verb, plan);
    if ('outcome' in reply && isSettled(reply.outcome)) return reply.outcome;
    last = 'trouble' in reply ? reply.trouble : describe(reply.outcome);
  }
  return { kind: 'unknown', message: `${first}; its journal could not be read afterwards: ${last}` };
}

async function askAnew(
  reconnect: () => Promise<HostConnection>,
  verb: HelperVerb,
  plan: HostPlan,
): Promise<Reply> {
  let connection: HostConnection;
  try {
    connection = await reconnect();
  } catch (error) {
    if (error instanceof TcpcheckError) return { trouble: error.message };
    throw error;
  }
  try {
    return await ask(connection, verb, plan, null);
  } finally {
    connection.close();
  }
}

/** Whether the outcome says how the change stands on the host. */
export function isSettled(outcome: ExecuteOutcome): boolean {
  if (outcome.kind === 'unknown') return false;
  if (outcome.kind === 'refused') return SETTLED_CODES.has(outcome.code);
  return outcome.kind !== 'busy' && outcome.kind !== 'stale';
}

function describe(outcome: ExecuteOutcome): string {
  if (outcome.kind === 'refused') return `${outcome.message} (${outcome.code})`;
  return outcome.kind === 'stale' ? 'another host key answered' : 'another call holds the lock';
}

/** The order as the helper reads it. The values are the plan's, and a plan holds names and numbers only. */
function orderLines(plan: HostPlan, hold: Hold | null): string {
  const settings = plan.settings.flatMap(({ key, from, to }) => {
    const isPlain = SETTING_KEY.test(key) && SETTING_VALUE.test(from) && SETTING_VALUE.test(to);
    assert(isPlain, 'a plan holds names and numbers only');
    return [`key ${key}`, `old ${from}`, `new ${to}`];
  });
  const netns = plan.netns.replaceAll(/\D/g, '');
  const held = hold === null ? [] : [`hold ${hold}`];
  return [`change ${plan.id}`, `netns ${netns}`, ...settings, ...held, 'end', ''].join('\n');
}
