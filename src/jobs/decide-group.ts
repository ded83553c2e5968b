import { groupStep } from '../core/audit/group-steps.ts';
import { groupHash, passHash } from '../core/change/group-hash.ts';
import { hasBegun, nextGroupState, type GroupEvent } from '../core/change/group-life.ts';
import { isGenuine, proveDecision, type DecidedWhat } from '../core/change/group-proof.ts';
import { mayBePassed, type Members } from '../core/change/group-step.ts';
import { problem } from '../core/change/outcome.ts';
import { readButtonValue } from '../core/change/plan-hash.ts';
import { decidingKeys } from '../core/change/verify-keys.ts';
import { mayApprove, mayDecide, mayRollBack, mayStop, type Permission } from '../core/change/policy.ts';
import { outdated, type Outdated } from '../core/change/still-true.ts';
import type { Change, Person } from '../core/domain/change.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { GroupChange } from '../core/domain/group.ts';
import type { Click, ClickOutcome, State } from '../core/domain/ports.ts';
import { CLICK_DEDUPE_S } from './answers.ts';
import { frozen, refuse, withoutFailing, type DecideContext, type Refused } from './decide-change.ts';
import type { DecisionKind } from './decisions.ts';
import { membersOf, moveGroup } from './group-members.ts';
import { groupRules } from './group-rules.ts';
import { wakeRecorded } from './insist.ts';
import { placeChange } from './place-change.ts';
import { changeAccess } from './propose-changes.ts';
import { approversNow, AT_CLICK_MS } from './rules-now.ts';

/** What somebody wants of a group plan. */
export interface GroupWish {
  readonly kind: DecisionKind;
  readonly group: GroupChange;
  /** The host to go on past; null for a decision about the whole plan. */
  readonly past: string | null;
  readonly person: Person;
  readonly deliveryKey: string;
}

/** A person has pressed a button of a card for several hosts. */
export async function decideGroup(
  context: DecideContext,
  click: Click,
  kind: DecisionKind,
): Promise<ClickOutcome> {
  return withoutFailing(context, async () => {
    const shown = await groupOfCard(context.state, click);
    if ('kind' in shown) return shown;
    const person: Person = { kind: 'slack-user', teamId: click.teamId, userId: click.userId };
    return carryOut(context, { ...shown, kind, person, deliveryKey: click.deliveryKey });
  });
}

/** The same for an OS user in a terminal, who has named the group plan. */
export const decideGroupInTerminal = async (context: DecideContext, wish: GroupWish): Promise<ClickOutcome> =>
  withoutFailing(context, async () => carryOut(context, wish));

/** What would keep them from it; null when nothing is known that would. Does and records nothing. */
export async function wouldRefuseGroup(context: DecideContext, wish: GroupWish): Promise<Refused | null> {
  const taken = await examine(context, wish);
  if ('kind' in taken) return taken;
  const { untrue } = taken;
  return untrue === null ? null : { kind: 'refused', code: untrue.reason.code, answer: untrue.answer };
}

/** The group plan that this very card shows, and where it is to go on. */
async function groupOfCard(
  state: State,
  click: Click,
): Promise<Pick<GroupWish, 'group' | 'past'> | ClickOutcome> {
  const shown = readButtonValue(click.value);
  const group = shown === null ? null : await state.groups.get(shown.id);
  if (shown === null) return refuse('CHANGE_STALE');
  if (group === null) return refuse('REDIS_LOST');
  const past = pastOf(group, shown.hash);
  if (past === undefined) return refuse('CHANGE_STALE');
  const { questionId } = group.plan;
  const question = await state.groups.question(questionId);
  const entries = await state.threads.entries(questionId);
  const inPlace = [...entries.values()].some((entry) => entry.ts === click.messageTs);
  return question?.channel === click.channel && inPlace ? { group, past } : refuse('CHANGE_STALE');
}

/** Null for the plan as a whole, else the host that this hash goes on past; undefined for a hash of neither. */
export function pastOf({ plan }: GroupChange, hash: string): string | null | undefined {
  if (hash === groupHash(plan)) return null;
  return plan.members.find(({ changeId }) => hash === passHash(plan, changeId))?.changeId;
}

interface Examined {
  readonly event: GroupEvent;
  readonly members: Members;
  /** What of the proposal is not as it was shown; only an approval asks. */
  readonly untrue: Outdated | null;
}

/** Whether this person may, and whether it is possible now. */
async function examine(context: DecideContext, wish: GroupWish): Promise<Examined | Refused> {
  const { group } = wish;
  const permission = await permissionOf(context, wish);
  if (!permission.allowed) return { kind: 'refused', code: permission.code, answer: permission.reason };
  // Neither going on nor keeping while nothing is to be changed; taking back always.
  const freeze = wish.kind === 'approve' || wish.kind === 'keep' ? await frozen(context) : null;
  if (freeze !== null) return freeze;
  const event = eventOf(context, wish);
  const next = nextGroupState(group, event);
  if ('refused' in next) return { kind: 'refused', code: next.refused.code, answer: next.refused.answer };
  const members = await membersOf(context.state, group);
  if (event.kind === 'pass' && !mayBePassed(group, members, context.nowMs())) return refuse('CHANGE_DECIDED');
  const untrue = event.kind === 'approve' ? await untrueOf(context, wish, members) : null;
  return { event, members, untrue };
}

async function permissionOf(context: DecideContext, { kind, group, person }: GroupWish): Promise<Permission> {
  const rules = await approversNow(context, [], AT_CLICK_MS);
  const { plan, state } = group;
  if (kind === 'approve') return mayApprove(person, rules, plan);
  // Whoever may take it back may also keep it from going on.
  const isSafe = kind === 'roll-back' || (kind === 'reject' && state.kind === 'running');
  if (isSafe) return mayRollBack(person, rules, plan.requester);
  return kind === 'reject' ? mayStop(person, rules) : mayDecide(person, rules);
}

function eventOf(
  { signingKeyPem, nowMs }: DecideContext,
  { kind, group, past, person }: GroupWish,
): GroupEvent {
  const word = { by: person, atMs: nowMs() };
  const prove = (what: DecidedWhat) => proveDecision(group.plan, what, { word, signingKeyPem });
  if (kind === 'reject') return { kind, ...word };
  if (kind !== 'approve') return { kind, decision: prove(kind) };
  if (past === null) return { kind, decision: prove(kind) };
  return { kind: 'pass', changeId: past, decision: prove(`pass:${past}`) };
}

/** One yes is a yes to each of its plans, so each must be as it was shown. */
async function untrueOf(
  context: DecideContext,
  { group, person }: GroupWish,
  members: Members,
): Promise<Outdated | null> {
  if (!isGenuine(group, decidingKeys(context))) return FORGED;
  const approvals = group.state.kind === 'proposed' ? group.state.approvals : [];
  const people = [person, ...approvals.map(({ by }) => by)];
  const rules = await groupRules(context, people);
  for (const [index, change] of members.entries()) {
    const host = group.plan.members[index]?.host ?? '';
    if (change?.state.kind !== 'proposed' || changeAccess(context.config, host) !== 'yes') return apart(host);
    const found = outdated(change.plan, approvals, rules);
    if (found !== null) return found;
  }
  return null;
}

async function carryOut(context: DecideContext, wish: GroupWish): Promise<ClickOutcome> {
  const { state } = context;
  const examined = await examine(context, wish);
  if ('kind' in examined) return examined;
  if (!(await state.dedupe.firstTime(`click:${wish.deliveryKey}`, CLICK_DEDUPE_S))) {
    return { kind: 'duplicate' };
  }
  const { untrue } = examined;
  if (untrue === null) return take(context, wish, examined);
  const event: GroupEvent = { kind: 'void', reason: untrue.reason, atMs: context.nowMs() };
  await moveGroup(context, wish.group, event);
  return { kind: 'refused', code: untrue.reason.code, answer: untrue.answer };
}

/** Takes a place on every host, records the decision, and moves the plan; the hosts follow one by one. */
async function take(
  context: DecideContext,
  wish: GroupWish,
  { event, members }: Examined,
  overtaken = false,
): Promise<ClickOutcome> {
  const { state } = context;
  const next = nextGroupState(wish.group, event);
  if ('refused' in next) return { kind: 'refused', code: next.refused.code, answer: next.refused.answer };
  const isApproved = event.kind === 'approve' && next.ok.kind === 'running';
  const placed = isApproved ? await placeAll(context, wish.group, members) : [];
  if ('kind' in placed) return placed;
  if (!overtaken) await putOnRecord(context, wish, placed);
  const { moved, group } = await state.groups.move(wish.group, next.ok);
  if (!moved) {
    await freeAll(state, group, placed);
    // Two approvers at the same moment: the second finds the first's yes there, and adds its own.
    const again = !overtaken && event.kind === 'approve' && group.state.kind === 'proposed';
    return again
      ? take(context, { ...wish, group }, { event, members, untrue: null }, true)
      : refuse('CHANGE_DECIDED');
  }
  await wakeRecorded(state, group.plan.questionId);
  return { kind: 'done' };
}

/** All or none: a host that is busy, or has had its number of changes, holds up the plan before anything is done. */
async function placeAll(
  { state, config }: DecideContext,
  group: GroupChange,
  members: Members,
): Promise<Refused | readonly Change[]> {
  const placed: Change[] = [];
  for (const change of members.filter((one) => one !== null)) {
    const place = await placeChange(state, change, config.approvals.perHostHour);
    if (place.kind === 'refused') {
      await freeAll(state, group, placed);
      return place;
    }
    if (place.isNew) placed.push(change);
  }
  return placed;
}

/** What this approval has taken, unless another one was quicker and the hosts have their turns. */
async function freeAll(state: State, { plan }: GroupChange, placed: readonly Change[]): Promise<void> {
  const now = placed.length === 0 ? null : await state.groups.get(plan.id);
  if (now !== null && hasBegun(now.state)) return;
  for (const change of placed) await state.slots.giveBack(change.plan);
}

/** Who wanted what, before anything follows from it; a roll back goes on even if nobody can write that down. */
async function putOnRecord(
  context: DecideContext,
  wish: GroupWish,
  placed: readonly Change[],
): Promise<void> {
  const { kind, group, past, person } = wish;
  try {
    await context.audit.record(
      groupStep(group.plan, { step: past === null ? kind : 'pass', by: [person], member: past }),
    );
  } catch (error) {
    await freeAll(context.state, group, placed);
    if (!(error instanceof TcpcheckError) || kind !== 'roll-back') throw error;
    const fields = { change: group.plan.id, said: error.message };
    context.report({ what: 'a roll back is not on record', code: error.code, fields });
  }
}

const apart = (host: string): Outdated => ({
  reason: problem('CHANGE_STALE', `the change of ${host} is not open any more, or not allowed`),
  answer: {
    en: `The change of ${host} was decided by itself or is no longer possible, so nothing was changed. What still holds is offered anew.`,
    ko: `${host}의 변경은 따로 결정되었거나 더 이상 할 수 없어 아무것도 변경하지 않았습니다. 아직 유효한 호스트는 다시 제안합니다.`,
  },
});

/** Somebody who can write the store must not be able to lend a person's yes, nor to add a host. */
const FORGED: Outdated = {
  reason: problem('CHANGE_UNSIGNED', 'an approval that stands there was not taken by this bot for this plan'),
  answer: {
    en: 'An approval of this was not given through me, so nothing was changed. The operators can see it in my log.',
    ko: '승인 기록 중 봇을 거치지 않은 것이 있어 아무것도 변경하지 않았습니다. 운영자는 로그에서 확인할 수 있습니다.',
  },
};
