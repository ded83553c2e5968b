import type { Config, SlackId } from '../config/config.ts';
import { decisionStep } from '../core/audit/steps.ts';
import { freezeAt } from '../core/change/freeze.ts';
import { nextState } from '../core/change/life.ts';
import { GO_VALID_MS, signGo } from '../core/change/go.ts';
import { withProofs } from '../core/change/approval-proof.ts';
import { planHash, readButtonValue } from '../core/change/plan-hash.ts';
import type { ApprovalRules } from '../core/change/policy.ts';
import type { RulesNow } from '../core/change/still-true.ts';
import type { Audit } from '../core/domain/audit.ts';
import type { Change, ChangeAction, ChangeState, Person } from '../core/domain/change.ts';
import type { ErrorCode } from '../core/domain/error-catalogue.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { Click, ClickOutcome, State } from '../core/domain/ports.ts';
import type { ThreadMemory } from '../core/domain/thread-memory.ts';
import type { Problem } from '../core/domain/problem.ts';
import { frozenAnswer } from '../core/render/freeze-words.ts';
import { CLICK_DEDUPE_S, errorAnswer, refusedBy } from './answers.ts';
import { insist, wakeRecorded } from './insist.ts';
import { DECISIONS, type Decision, type DecisionKind } from './decisions.ts';
import { freePlace, leavePlace, placeChange } from './place-change.ts';
import { changeAccess } from './propose-changes.ts';
import { rememberOrder } from './remember-thread.ts';
import { untrue, voidIfUntrue } from './void-change.ts';

/** A decision is recorded before it is ordered; the same go may be ordered again, and is worth nothing later. */
const ORDER_FOR_MS = 20_000;

/** What deciding needs; only the bot has the signing key. */
export interface DecideContext {
  readonly config: Pick<Config, 'hosts' | 'approvals'>;
  /** Of the playbooks that the bot knows, by id. */
  readonly playbookVersions: ReadonlyMap<string, number>;
  /** The home workspace, for ids written without a team. */
  readonly teamId: () => string;
  readonly state: State;
  readonly audit: Audit;
  readonly signingKeyPem: string;
  /** Of the bot; what is decided elsewhere it learns when it draws the thread. */
  readonly memory?: ThreadMemory;
  /** Keys whose approvals count besides, while the one that signs is rotated. */
  readonly verifyKeyPem?: string;
  readonly nowMs: () => number;
  readonly report: (problem: Problem) => void;
}

/** A person has pressed a button of a card. */
export async function decide(
  context: DecideContext,
  click: Click,
  kind: DecisionKind,
): Promise<ClickOutcome> {
  return withoutFailing(context, async () => {
    const change = await changeOfCard(context.state, click);
    if ('kind' in change) return change;
    const person: Person = { kind: 'slack-user', teamId: click.teamId, userId: click.userId };
    return carryOut(context, { deliveryKey: click.deliveryKey, person, change, decision: DECISIONS[kind] });
  });
}

/** What somebody in a terminal wants of a change. */
export interface TerminalWish {
  readonly kind: DecisionKind;
  readonly change: Change;
  readonly osUser: string;
  readonly deliveryKey: string;
}

/** The same for an OS user in a terminal, who has named the change. */
export async function decideInTerminal(context: DecideContext, wish: TerminalWish): Promise<ClickOutcome> {
  const { kind, change, osUser, deliveryKey } = wish;
  const person = operatorOf(context, osUser);
  return withoutFailing(context, () =>
    carryOut(context, { deliveryKey, person, change, decision: DECISIONS[kind] }),
  );
}

/** What would keep them from it; null when nothing is known that would. Does and records nothing. */
export function wouldRefuse(context: DecideContext, { kind, change, osUser }: TerminalWish): Refused | null {
  const person = operatorOf(context, osUser);
  const decision = DECISIONS[kind];
  const refused = notAllowed(context, { person, change, decision });
  if (refused !== null) return refused;
  const next = nextState(change, decision.event(person, context.nowMs()));
  if ('refused' in next) return { kind: 'refused', code: next.refused.code, answer: next.refused.answer };
  const found = kind === 'approve' ? untrue(context, change, rulesNow(context)) : null;
  return found === null ? null : { kind: 'refused', code: found.reason.code, answer: found.answer };
}

/** An OS user of whom the configuration says who that is in Slack is that person. */
function operatorOf({ config, teamId }: DecideContext, name: string): Person {
  const known = config.approvals.operators.find(({ user }) => user === name)?.slack ?? null;
  if (known === null) return { kind: 'os-user', name };
  const team = known.teamId ?? teamId();
  return { kind: 'os-user', name, slack: { teamId: team === '' ? null : team, userId: known.id } };
}

async function withoutFailing(
  { report }: DecideContext,
  work: () => Promise<ClickOutcome>,
): Promise<ClickOutcome> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TcpcheckError)) throw error;
    return refusedBy(error, 'a decision about a change could not be carried out', report);
  }
}

/** The change that this very card shows; anything else than the card's own plan, place or message is refused. */
async function changeOfCard(state: State, click: Click): Promise<Change | ClickOutcome> {
  const shown = readButtonValue(click.value);
  if (shown === null) return refuse('CHANGE_STALE');
  const change = await state.changes.get(shown.id);
  if (change === null) return refuse('REDIS_LOST');
  if (planHash(change.plan) !== shown.hash) return refuse('CHANGE_STALE');
  const { requestId } = change.plan;
  const request = await state.requests.get(requestId);
  const entries = await state.threads.entries(requestId);
  const inPlace = [...entries.values()].some((entry) => entry.ts === click.messageTs);
  return request?.channel === click.channel && inPlace ? change : refuse('CHANGE_STALE');
}

type Refused = Extract<ClickOutcome, { kind: 'refused' }>;

interface Case {
  readonly deliveryKey: string;
  readonly person: Person;
  readonly change: Change;
  readonly decision: Decision;
}

/** Who may not, and where nobody may any more. */
function notAllowed(context: DecideContext, { person, change, decision }: Taken): Refused | null {
  const permission = decision.allowed(person, rulesOf(context), change);
  if (!permission.allowed) return { kind: 'refused', code: permission.code, answer: permission.reason };
  // Neither the inventory nor a freeze ever stops what takes a change back.
  if (decision.orders !== 'apply' && decision.orders !== 'keep') return null;
  if (changeAccess(context.config, change.plan.host) !== 'yes') return refuse('CHANGE_STALE');
  const freeze = freezeAt(context.config.approvals.freeze, null, context.nowMs());
  return freeze === null ? null : { kind: 'refused', code: 'CHANGE_FROZEN', answer: frozenAnswer(freeze) };
}

async function carryOut(context: DecideContext, asked: Case): Promise<ClickOutcome> {
  const { deliveryKey, ...taken } = asked;
  const refused = notAllowed(context, taken);
  if (refused !== null) return refused;
  // Before anything else is told: a second delivery of a click that was taken must not read as a refusal.
  if (!(await context.state.dedupe.firstTime(`click:${deliveryKey}`, CLICK_DEDUPE_S))) {
    return { kind: 'duplicate' };
  }
  return take(context, taken);
}

type Taken = Omit<Case, 'deliveryKey'>;

/** Records the decision, moves the change, and orders what follows; a yes that another one overtook counts as well. */
async function take(context: DecideContext, taken: Taken, overtaken = false): Promise<ClickOutcome> {
  const { change, person, decision } = taken;
  const nowMs = context.nowMs();
  const next = nextState(change, decision.event(person, nowMs));
  if ('refused' in next) return { kind: 'refused', code: next.refused.code, answer: next.refused.answer };
  if (decision.kind === 'approve') {
    const untrue = await voidIfUntrue(context, change, rulesNow(context));
    if (untrue !== null) return untrue;
  }
  if (next.ok.kind === 'approved') {
    const full = await placeChange(context.state, change, context.config.approvals.perHostHour);
    if (full !== null) return full;
  }
  try {
    if (!overtaken) await putOnRecord(context, change, { person, decision });
  } catch (error) {
    if (next.ok.kind === 'approved') await freePlace(context.state, change);
    throw error;
  }
  const { moved, change: now } = await context.state.changes.move(
    change.plan.id,
    change.state,
    withProofs(change.plan, next.ok, context.signingKeyPem),
  );
  if (!moved) {
    if (next.ok.kind === 'approved') await leavePlace(context.state, now);
    // Two approvers at the same moment: the second finds the first's yes there, and adds its own.
    const again = !overtaken && now.state.kind === 'proposed';
    return again ? take(context, { ...taken, change: now }, true) : refuse('CHANGE_DECIDED');
  }
  try {
    await order(context, {
      change,
      by: peopleOf(next.ok, person),
      action: ordered(next.ok, decision),
      issuedAtMs: nowMs,
    });
  } catch (error) {
    await takeBack(context, { ...change, state: next.ok }, error);
    throw error;
  }
  await wakeRecorded(context.state, change.plan.requestId);
  return { kind: 'done' };
}

/** Who wanted what, before anything follows from it; a roll back is ordered even if nobody can write that down. */
async function putOnRecord(
  { audit, report }: DecideContext,
  { plan }: Change,
  { person, decision }: Pick<Taken, 'person' | 'decision'>,
): Promise<void> {
  try {
    await audit.record(decisionStep(plan, decision.kind, person));
  } catch (error) {
    if (!(error instanceof TcpcheckError) || decision.kind !== 'roll-back') throw error;
    const fields = { change: plan.id, said: error.message };
    report({ what: 'a roll back is not on record', code: error.code, fields });
  }
}

/** A first yes of two orders nothing yet. */
const ordered = (state: ChangeState, { orders }: Decision): ChangeAction | null =>
  state.kind === 'proposed' ? null : orders;

const peopleOf = (state: ChangeState, person: Person): readonly Person[] =>
  state.kind === 'approved' ? state.approvals.map(({ by }) => by) : [person];

/**
 * Recorded, but no worker could be told: a roll back or a keep is possible again at once, an approval runs out with its go.
 * Where this fails as well, the sweep ends the wait.
 */
async function takeBack({ state, nowMs }: DecideContext, change: Change, why: unknown): Promise<void> {
  const message = `no worker could be told: ${String(why)}`;
  const outcome = { kind: 'refused', code: 'REDIS_UNAVAILABLE', message } as const;
  const kind = change.state.kind === 'keeping' ? 'keep-ended' : 'roll-back-ended';
  const next = nextState(change, { kind, outcome, atMs: nowMs() });
  if ('refused' in next) return;
  await state.changes.move(change.plan.id, change.state, next.ok).catch(() => undefined);
  await wakeRecorded(state, change.plan.requestId);
}

interface Ordered {
  readonly change: Change;
  readonly by: readonly Person[];
  readonly action: ChangeAction | null;
  /** The moment of the decision, so that a decision in time is an order in time. */
  readonly issuedAtMs: number;
}

async function order(context: DecideContext, { change, by, action, issuedAtMs }: Ordered): Promise<void> {
  if (action === null) return;
  const go = { action, plan: change.plan, by, issuedAtMs, validUntilMs: issuedAtMs + GO_VALID_MS };
  const signed = signGo(go, context.signingKeyPem);
  const { memory, state } = context;
  if (action === 'apply' && memory !== undefined) {
    await rememberOrder({ memory, state }, change.plan.requestId, { changeId: change.plan.id, go: signed });
  }
  await insist(ORDER_FOR_MS, () => context.state.wake.change(change.plan.id, signed));
}

const rulesNow = (context: DecideContext): RulesNow => ({
  twoPerson: context.config.approvals.twoPerson,
  approvers: rulesOf(context),
  playbookVersions: context.playbookVersions,
});

function rulesOf(context: DecideContext): ApprovalRules {
  const bound = ({ teamId, id }: SlackId): { teamId: string; userId: string } => ({
    teamId: teamId ?? context.teamId(),
    userId: id,
  });
  const { users, operators } = context.config.approvals;
  return { users: users.map(bound), operators: operators.map(({ user }) => user) };
}

const refuse = (code: ErrorCode): Refused => ({ kind: 'refused', code, answer: errorAnswer(code) });
