import { groupStep } from '../core/audit/group-steps.ts';
import { groupHash } from '../core/change/group-hash.ts';
import { beginsUntilMs, hasBegun, type GroupEvent } from '../core/change/group-life.ts';
import { isGenuine } from '../core/change/group-proof.ts';
import { nextGroupStep, type GroupStep, type Members } from '../core/change/group-step.ts';
import { problem } from '../core/change/outcome.ts';
import { mayDecide } from '../core/change/policy.ts';
import { decidingKeys } from '../core/change/verify-keys.ts';
import { isGone, noLongerNeeded, outdated } from '../core/change/still-true.ts';
import type { Change, ChangeProblem, Person } from '../core/domain/change.ts';
import { TcpcheckError, unreachable } from '../core/domain/errors.ts';
import type { GroupChange } from '../core/domain/group.ts';
import { frozen, type DecideContext } from './decide-change.ts';
import { giveOrder } from './give-order.ts';
import { membersOf, moveGroup } from './group-members.ts';
import { groupRules } from './group-rules.ts';
import { moveChange } from './move-change.ts';
import { changeAccess } from './propose-changes.ts';

/** Each host is taken, started, released, and told once more at most; a plan that asks for more is met again. */
const STEPS_PER_HOST = 4;

/**
 * Does for a group plan whatever is due, until it waits for a host or a person. May be done any number of times, by
 * anybody who holds the signing key: each step is recorded before it is ordered, and nothing is ordered twice.
 */
export async function driveGroup(context: DecideContext, id: string): Promise<void> {
  let group = await context.state.groups.get(id);
  const steps = (group?.plan.members.length ?? 0) * STEPS_PER_HOST + STEPS_PER_HOST;
  for (let step = 0; step < steps && group !== null; step += 1) {
    const members = await membersOf(context.state, group);
    const due = forged(context, group) ?? nextGroupStep(group, members, context.nowMs());
    if (due.kind === 'wait' || !(await perform(context, group, { due, members }))) return;
    group = await context.state.groups.get(id);
  }
}

/** What nobody decided through this bot is not acted on, whatever the store says. */
function forged(context: DecideContext, group: GroupChange): GroupStep | null {
  const { nowMs, report } = context;
  const { kind } = group.state;
  if (kind !== 'running' && kind !== 'keeping' && kind !== 'rolling-back') return null;
  if (isGenuine(group, decidingKeys(context))) return null;
  report({
    what: 'a decision about several hosts in the store is not ours',
    code: 'CHANGE_UNSIGNED',
    fields: { change: group.plan.id, state: kind },
  });
  const reason = problem('CHANGE_UNSIGNED', 'a decision that stands there was not taken by this bot');
  return { kind: 'move', event: { kind: 'stop', stop: { kind: 'untrue', reason }, atMs: nowMs() } };
}

/** False where something else was quicker: it is met again. */
async function perform(
  context: DecideContext,
  group: GroupChange,
  { due: step, members }: { readonly due: Due; readonly members: Members },
): Promise<boolean> {
  switch (step.kind) {
    case 'move':
      return moveOn(context, group, { event: step.event, members });
    case 'queue':
      return queue(context, group, step.change);
    case 'start':
      return start(context, group, step.change);
    case 'release':
      return release(context, group, step.change);
    case 'keep':
    case 'roll-back':
      return tell(context, group, step);
    default:
      return unreachable(step);
  }
}

/** Where it stops before all hosts were taken, the others have their places back. */
async function moveOn(
  context: DecideContext,
  group: GroupChange,
  { event, members }: { readonly event: GroupEvent; readonly members: Members },
): Promise<boolean> {
  if ((await moveGroup(context, group, event)) === null) return false;
  for (const change of event.kind === 'stop' ? members : []) {
    if (change?.state.kind === 'proposed') await context.state.slots.giveBack(change.plan);
  }
  return true;
}

type Due = Exclude<GroupStep, { kind: 'wait' }>;

async function queue(context: DecideContext, group: GroupChange, change: Change): Promise<boolean> {
  const { plan, state } = group;
  if (state.kind !== 'running') return false;
  const { approvals } = state;
  const untilMs = beginsUntilMs(group, state);
  const event = { kind: 'queue', group: plan.id, approvals, untilMs, atMs: context.nowMs() } as const;
  return (await moveChange(context, change, event)) !== null;
}

/** Its turn: everybody who approved must still be an approver, and all that was shown must still hold. */
async function start(context: DecideContext, group: GroupChange, change: Change): Promise<boolean> {
  const { plan, state } = group;
  if (state.kind !== 'running') return false;
  const reason = await whyNot(context, group, change);
  if (reason === NOT_KNOWN) return false;
  if (reason !== null) {
    const stop: GroupEvent = { kind: 'stop', stop: { kind: 'untrue', reason }, atMs: context.nowMs() };
    return (await moveGroup(context, group, stop)) !== null;
  }
  const { id } = change.plan;
  if (
    !state.begun.includes(id) &&
    (await moveGroup(context, group, { kind: 'begin', changeId: id })) === null
  ) {
    return false;
  }
  const issuedAtMs = context.nowMs();
  const moved = await moveChange(context, change, { kind: 'turn', atMs: issuedAtMs });
  if (moved === null) return false;
  const part = { id: plan.id, hash: groupHash(plan), beginsUntilMs: beginsUntilMs(group, state) };
  const by = state.approvals.map((one) => one.by);
  await giveOrder(context, { change, by, action: 'apply', breakGlass: null, issuedAtMs, group: part });
  return true;
}

/** Slack did not say whether somebody may: it is met again, as long as there is time. */
const NOT_KNOWN = 'not-known';
type WhyNot = ChangeProblem | typeof NOT_KNOWN | null;

/** Why the host must not have its turn; null when it may. */
async function whyNot(context: DecideContext, group: GroupChange, change: Change): Promise<WhyNot> {
  const { plan } = change;
  if (changeAccess(context.config, plan.host) !== 'yes') {
    return problem('ACCESS_DENIED', `${plan.host} allows no changes any more`);
  }
  const freeze = await frozen(context);
  if (freeze !== null) return problem('CHANGE_FROZEN', freeze.answer.en);
  const approvals = hasBegun(group.state) ? group.state.approvals : [];
  const people = approvals.map(({ by }) => by);
  const rules = await groupRules(context, people);
  const found =
    outdated(plan, approvals, rules) ??
    noLongerNeeded(plan, await context.state.changes.ofRequest(plan.requestId));
  if (found !== null) return found.reason;
  if (people.some((by) => !mayDecide(by, rules.approvers).allowed)) return NOT_KNOWN;
  try {
    await context.audit.record(groupStep(group.plan, { step: 'turn', by: people, member: plan.id }));
    return null;
  } catch (error) {
    if (!(error instanceof TcpcheckError)) throw error;
    return problem(error.code, error.message);
  }
}

async function release(context: DecideContext, group: GroupChange, change: Change): Promise<boolean> {
  const reason = problem(
    'CHANGE_STOPPED',
    `${change.plan.host}: ${group.plan.id} had stopped before its turn`,
  );
  const moved = await moveChange(context, change, { kind: 'void', reason, atMs: context.nowMs() });
  if (moved !== null) await context.state.slots.giveBack(change.plan);
  return moved !== null;
}

/** The host is told what was decided for all of them, by an order of its own. */
async function tell(
  context: DecideContext,
  group: GroupChange,
  { kind, change }: Extract<Due, { kind: 'keep' | 'roll-back' }>,
): Promise<boolean> {
  const { state } = group;
  if (state.kind !== 'keeping' && state.kind !== 'rolling-back') return false;
  const { by } = state.decision;
  // Taking back asks nobody anything.
  const reason = kind === 'keep' ? await whyNotKept(context, by) : null;
  if (reason === NOT_KNOWN) return false;
  if (reason !== null) {
    const event: GroupEvent = { kind: 'stop', stop: { kind: 'untrue', reason }, atMs: context.nowMs() };
    return (await moveGroup(context, group, event)) !== null;
  }
  const issuedAtMs = context.nowMs();
  const moved = await moveChange(context, change, { kind, by, atMs: issuedAtMs });
  if (moved !== null) {
    const action = kind === 'keep' ? 'keep' : 'rollback';
    await giveOrder(context, { change, by: [by], action, breakGlass: null, issuedAtMs });
  }
  // Last: whoever dies before this is followed by somebody who tells the host once more, which does nothing twice.
  return (await moveGroup(context, group, { kind: 'try', changeId: change.plan.id })) !== null;
}

async function whyNotKept(context: DecideContext, by: Person): Promise<WhyNot> {
  const freeze = await frozen(context);
  if (freeze !== null) return problem('CHANGE_FROZEN', freeze.answer.en);
  const { approvers } = await groupRules(context, [by]);
  if (isGone(by, approvers)) {
    return problem('ACCESS_DENIED', 'whoever decided to keep it is no approver any more');
  }
  return mayDecide(by, approvers).allowed ? null : NOT_KNOWN;
}
