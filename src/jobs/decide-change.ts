import type { Config } from '../config/config.ts';
import { decisionStep } from '../core/audit/steps.ts';
import { nextState } from '../core/change/life.ts';
import { withProofs } from '../core/change/approval-proof.ts';
import { mayDecide } from '../core/change/policy.ts';
import type { RulesNow } from '../core/change/still-true.ts';
import type { Audit } from '../core/domain/audit.ts';
import type { Change, ChangeAction, ChangeState, Person } from '../core/domain/change.ts';
import type { Freezes } from '../core/domain/freeze.ts';
import type { Reached } from '../core/domain/crash-point.ts';
import type { ErrorCode } from '../core/domain/error-catalogue.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { Click, ClickOutcome, GlassOutcome, State } from '../core/domain/ports.ts';
import type { ThreadMemory } from '../core/domain/thread-memory.ts';
import type { Problem } from '../core/domain/problem.ts';
import { frozenAnswer } from '../core/render/freeze-words.ts';
import { announcement, type AnnounceGlass } from './announce-glass.ts';
import { CLICK_DEDUPE_S, errorAnswer, refusedBy } from './answers.ts';
import { giveOrder } from './give-order.ts';
import { wakeRecorded } from './insist.ts';
import { changeOfCard } from './card-of-click.ts';
import type { Decision } from './decisions.ts';
import { freePlace, leavePlace, placeChange } from './place-change.ts';
import { changeAccess } from './propose-changes.ts';
import { approversNow, AT_CLICK_MS, AT_SIGNING_MS, operatorOf, type RulesContext } from './rules-now.ts';
import { untrue, voidIfUntrue } from './void-change.ts';

/** What deciding needs; only the bot has the signing key. */
export interface DecideContext extends RulesContext {
  readonly config: Pick<Config, 'hosts' | 'approvals'>;
  /** Of the playbooks that the bot knows, by id. */
  readonly playbookVersions: ReadonlyMap<string, number>;
  readonly freezes: Freezes;
  /** What everybody is to hear of a broken glass: on disk before anything is ordered. */
  readonly announce: AnnounceGlass;
  readonly state: State;
  readonly audit: Audit;
  readonly signingKeyPem: string;
  /** Of the bot; what is decided elsewhere it learns when it draws the thread. */
  readonly memory?: ThreadMemory;
  /** Keys whose approvals count besides, while the one that signs is rotated. */
  readonly verifyKeyPem?: string;
  readonly reached?: Reached;
  readonly nowMs: () => number;
  readonly report: (problem: Problem) => void;
}

/** A person has pressed a button of a card. */
export async function decide(
  context: DecideContext,
  click: Click,
  decision: Decision,
): Promise<ClickOutcome> {
  return withoutFailing(context, async () => {
    const change = await changeOfCard(context.state, click);
    if ('kind' in change) return change;
    const person: Person = { kind: 'slack-user', teamId: click.teamId, userId: click.userId };
    return carryOut(context, { deliveryKey: click.deliveryKey, person, change, decision });
  });
}

/** Whether a click would be taken, before the person is asked for more. Does and records nothing. */
export async function wouldTake(
  context: DecideContext,
  click: Click,
  decision: Decision,
): Promise<GlassOutcome> {
  return withoutFailing(context, async () => {
    const change = await changeOfCard(context.state, click);
    if ('kind' in change) return change;
    const person: Person = { kind: 'slack-user', teamId: click.teamId, userId: click.userId };
    return (await refusalOf(context, { person, change, decision })) ?? { kind: 'ask', plan: change.plan };
  });
}

/** What somebody in a terminal wants of a change. */
export interface TerminalWish {
  readonly decision: Decision;
  readonly change: Change;
  readonly osUser: string;
  readonly deliveryKey: string;
}

/** The same for an OS user in a terminal, who has named the change. */
export async function decideInTerminal(context: DecideContext, wish: TerminalWish): Promise<ClickOutcome> {
  const { decision, change, osUser, deliveryKey } = wish;
  const person = operatorOf(context, osUser);
  return withoutFailing(context, () => carryOut(context, { deliveryKey, person, change, decision }));
}

/** What would keep them from it; null when nothing is known that would. Does and records nothing. */
export const wouldRefuse = async (
  context: DecideContext,
  { decision, change, osUser }: TerminalWish,
): Promise<Refused | null> =>
  withoutFailing(context, () =>
    refusalOf(context, { person: operatorOf(context, osUser), change, decision }),
  );

async function refusalOf(context: DecideContext, taken: Taken): Promise<Refused | null> {
  const { change, person, decision } = taken;
  const refused = await notAllowed(context, taken);
  if (refused !== null) return refused;
  const next = nextState(change, decision.event(person, context.nowMs()));
  if ('refused' in next) return { kind: 'refused', code: next.refused.code, answer: next.refused.answer };
  if (decision.orders !== 'apply') return null;
  await announcement(context, taken);
  const found = untrue(context, change, await rulesNow(context, taken));
  return found === null ? null : { kind: 'refused', code: found.reason.code, answer: found.answer };
}

/** An operational failure becomes an answer for the person. */
export async function withoutFailing<T>(
  { report }: DecideContext,
  work: () => Promise<T>,
): Promise<T | Refused> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TcpcheckError)) throw error;
    return refusedBy(error, 'a decision about a change could not be carried out', report);
  }
}

export type Refused = Extract<ClickOutcome, { kind: 'refused' }>;

interface Case {
  readonly deliveryKey: string;
  readonly person: Person;
  readonly change: Change;
  readonly decision: Decision;
}

/** Who may not, where nobody may any more, and when nobody may. */
async function notAllowed(
  context: DecideContext,
  { person, change, decision }: Taken,
): Promise<Refused | null> {
  const approvers = await approversNow(context, [], AT_CLICK_MS);
  const permission = decision.allowed(person, approvers, change);
  if (!permission.allowed) return { kind: 'refused', code: permission.code, answer: permission.reason };
  // Neither the inventory nor a freeze ever stops what takes a change back.
  if (decision.orders !== 'apply' && decision.orders !== 'keep') return null;
  if (changeAccess(context.config, change.plan.host) !== 'yes') return refuse('CHANGE_STALE');
  if (decision.breakGlass !== null) return context.config.approvals.breakGlass ? null : NO_BREAK_GLASS;
  return frozen(context);
}

/** Why nothing may be applied or kept at this moment; null: it may. */
export async function frozen({ freezes }: Pick<DecideContext, 'freezes'>): Promise<Refused | null> {
  const freeze = await freezes.now();
  return freeze === null ? null : { kind: 'refused', code: 'CHANGE_FROZEN', answer: frozenAnswer(freeze) };
}

const NO_BREAK_GLASS: Refused = {
  kind: 'refused',
  code: 'ACCESS_DENIED',
  answer: {
    en: 'Break-glass is switched off (`approvals.break_glass` in tcpcheck.yaml). Nothing was changed.',
    ko: '비상 승인이 꺼져 있습니다(tcpcheck.yaml의 `approvals.break_glass`). 변경된 것은 없습니다.',
  },
};

async function carryOut(context: DecideContext, asked: Case): Promise<ClickOutcome> {
  const { deliveryKey, ...taken } = asked;
  const refused = await notAllowed(context, taken);
  if (refused !== null) return refused;
  // Before anything else is told: a second delivery of a click that was taken must not read as a refusal.
  if (!(await context.state.dedupe.firstTime(`click:${deliveryKey}`, CLICK_DEDUPE_S))) {
    return { kind: 'duplicate' };
  }
  return take(context, taken);
}

type Taken = Omit<Case, 'deliveryKey'>;

/** As it is now, of everybody whose yes it takes: Slack is asked again before anything is signed. */
async function rulesNow(context: DecideContext, { person, change }: Taken): Promise<RulesNow> {
  return {
    twoPerson: context.config.approvals.twoPerson,
    approvers: await approversNow(context, [person, ...sayingYes(change)], AT_SIGNING_MS),
    playbookVersions: context.playbookVersions,
  };
}

const sayingYes = ({ state }: Change): readonly Person[] =>
  state.kind === 'proposed' ? state.approvals.map(({ by }) => by) : [];

/** Whose yes does not count at this moment, or cannot be told to count. */
function notAnyMore({ approvers }: RulesNow, { person, change, decision }: Taken): Refused | null {
  const permissions = [
    decision.allowed(person, approvers, change),
    ...sayingYes(change).map((by) => mayDecide(by, approvers)),
  ];
  const denied = permissions.find((permission) => !permission.allowed);
  return denied === undefined || denied.allowed
    ? null
    : { kind: 'refused', code: denied.code, answer: denied.reason };
}

/** Before an order to apply or keep is signed, by Slack's answer of now; taking back asks nobody anything. */
async function notNow(context: DecideContext, taken: Taken): Promise<ClickOutcome | null> {
  const { orders } = taken.decision;
  if (orders !== 'apply' && orders !== 'keep') return null;
  const rules = await rulesNow(context, taken);
  const untrue = orders === 'apply' ? await voidIfUntrue(context, taken.change, rules) : null;
  return untrue ?? notAnyMore(rules, taken);
}

/** What only a last yes takes. */
const NO_PLACE = { kind: 'none', isNew: false } as const;

/** Records the decision, moves the change, and orders what follows; a yes that another one overtook counts as well. */
async function take(context: DecideContext, taken: Taken, overtaken = false): Promise<ClickOutcome> {
  const { change, person, decision } = taken;
  const nowMs = context.nowMs();
  const next = nextState(change, decision.event(person, nowMs));
  if ('refused' in next) return { kind: 'refused', code: next.refused.code, answer: next.refused.answer };
  const refused = await notNow(context, taken);
  if (refused !== null) return refused;
  const tell = await announcement(context, taken);
  const place =
    next.ok.kind === 'approved'
      ? await placeChange(context.state, change, context.config.approvals.perHostHour)
      : NO_PLACE;
  if (place.kind === 'refused') return place;
  try {
    if (!overtaken) await putOnRecord(context, change, { person, decision });
  } catch (error) {
    if (place.isNew) await freePlace(context.state, change);
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
  context.reached?.('decided');
  try {
    tell();
    await giveOrder(context, {
      change,
      by: peopleOf(next.ok, person),
      action: ordered(next.ok, decision),
      breakGlass: decision.breakGlass,
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
    await audit.record(decisionStep(plan, decision.kind, { by: person, reason: decision.breakGlass }));
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

/** A refusal with the words for this code. */
export const refuse = (code: ErrorCode): Refused => ({ kind: 'refused', code, answer: errorAnswer(code) });
