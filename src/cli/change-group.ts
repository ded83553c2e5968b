import { isGroupId } from '../core/change/group-ids.ts';
import { groupHash, groupValue, passValue } from '../core/change/group-hash.ts';
import { mayBePassed, type Members } from '../core/change/group-step.ts';
import { readButtonValue } from '../core/change/plan-hash.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { GroupChange } from '../core/domain/group.ts';
import { say } from '../core/domain/locale.ts';
import { operatorOf } from '../jobs/rules-now.ts';
import { decideGroupInTerminal, pastOf, wouldRefuseGroup } from '../jobs/decide-group.ts';
import { membersOf } from '../jobs/group-members.ts';
import {
  decideContext,
  iso,
  settingsLine,
  who,
  type ChangeCommandContext,
  type ChangeWish,
} from './change-context.ts';
import { usage } from './arguments.ts';
import { EXIT } from './terminal.ts';

const KINDS = { approve: 'approve', reject: 'reject', keep: 'keep', rollback: 'roll-back' } as const;

type Decision = Extract<ChangeWish, { readonly breakGlass: string | null }>;

/** A plan for several hosts, and the host to go on past, as somebody named them. */
interface Named {
  readonly group: GroupChange;
  readonly past: string | null;
}

/** Whether a group plan is meant, not the change of one host. */
export const namesGroup = (typed: string): boolean => isGroupId(readButtonValue(typed)?.id ?? typed);

/** One line for each group plan that somebody may still decide about. */
export async function listGroups(context: ChangeCommandContext, json: boolean): Promise<readonly unknown[]> {
  const { state, terminal } = context;
  const found = await Promise.all((await state.groups.open()).map(async (id) => state.groups.get(id)));
  const groups = found.filter((group) => group !== null);
  for (const { plan, state: now } of json ? [] : groups) {
    const hosts = plan.members.map(({ host }) => host).join(', ');
    terminal.out(`${plan.id}  ${plan.group}: ${hosts}  ${now.kind}  ${plan.key}\n`);
  }
  return groups.map(asJson);
}

/** The hosts in their order, what each has, and what a decision is made with. */
export async function showGroup(
  context: ChangeCommandContext,
  typed: string,
  json: boolean,
): Promise<number> {
  const { state, terminal, nowMs } = context;
  const { group } = await known(context, typed);
  const members = await membersOf(state, group);
  if (json) terminal.out(`${JSON.stringify(asJson(group), null, 2)}\n`);
  else terminal.out(`${lines(group, members, nowMs()).join('\n')}\n`);
  return EXIT.ok;
}

function lines(group: GroupChange, members: Members, nowMs: number): readonly string[] {
  const { plan, state } = group;
  return [
    `group plan ${plan.id} of ${plan.group}: ${state.kind}`,
    ...plan.members.map(({ host, changeId }, index) => {
      const change = members[index] ?? null;
      const what = change === null ? 'not known any more' : settingsLine(change.plan.settings);
      return `  ${index + 1}. ${host}: ${what}  (${change?.state.kind ?? 'gone'}, change ${changeId})`;
    }),
    `  risk ${plan.risk}, takes ${plan.approvalsNeeded} approval(s), expires ${iso(plan.expiresAtMs)}`,
    ...('approvals' in state && state.approvals.length > 0
      ? [`  approved by ${state.approvals.map(({ by }) => who(by)).join(', ')}`]
      : []),
    ...(state.kind === 'stopped' ? [`  stopped: ${JSON.stringify(state.stop)}`] : []),
    ...(state.kind === 'void' ? [`  ${state.reason.code}: ${state.reason.message}`] : []),
    `  exactly this plan: ${groupValue(plan)}`,
    ...(mayBePassed(group, members, nowMs) && state.kind === 'stopped' && 'changeId' in state.stop
      ? [`  to go on past it: approve ${passValue(plan, state.stop.changeId)}`]
      : []),
  ];
}

/** Approves, rejects or stops, keeps or takes back on all of its hosts; the bot carries it out, host by host. */
export async function decideGroupHere(context: ChangeCommandContext, wish: Decision): Promise<number> {
  const { state, terminal, osUser, newId } = context;
  const named = await known(context, wish.id);
  const { plan } = named.group;
  // Where the glass is broken it is for one host, with its own reason.
  if (wish.breakGlass !== null)
    throw usage('--break-glass is for the change of one host, not for a group plan');
  terminal.out(`${plan.group}: ${plan.key} on ${plan.members.map(({ host }) => host).join(', ')}\n`);
  const taken = 'approvals' in named.group.state ? named.group.state.approvals : [];
  const deciding = decideContext(context, { approvals: taken, requester: plan.requester });
  const person = operatorOf(deciding, osUser);
  const asked = { ...named, kind: KINDS[wish.verb], person, deliveryKey: `terminal:${newId()}` };
  const outcome = wish.dryRun
    ? await wouldRefuseGroup(deciding, asked)
    : await decideGroupInTerminal(deciding, asked);
  if (outcome?.kind === 'refused') {
    terminal.err(`tcpcheck: ${say(outcome.answer, terminal.locale)} [${outcome.code}]\n`);
    return EXIT.findings;
  }
  if (wish.dryRun) {
    terminal.out(
      `${wish.verb} by ${osUser} would be taken; nothing was done (bounds per hour are looked at when it is)\n`,
    );
    return EXIT.ok;
  }
  const now = await state.groups.get(plan.id);
  terminal.out(`${wish.verb} by ${osUser}: the group plan is ${now?.state.kind ?? 'gone'} now\n`);
  if (wish.verb !== 'reject' && (await state.workersAlive('threads')) === 0) {
    terminal.err('tcpcheck: no bot has answered lately; the hosts have their turn once one runs\n');
  }
  return EXIT.ok;
}

/** By its id, with a hash only if it is still the plan that was shown; or with the hash that goes on past a host. */
async function known({ state }: ChangeCommandContext, typed: string): Promise<Named> {
  const shown = readButtonValue(typed);
  const group = await state.groups.get(shown?.id ?? typed);
  if (group === null) {
    throw new TcpcheckError(
      'USAGE',
      `there is no group plan "${typed}"; \`tcpcheck change list\` has those there are`,
    );
  }
  const past = shown === null ? null : pastOf(group, shown.hash);
  if (past === undefined) {
    const message = `group plan ${group.plan.id} is not the one with the hash ${shown?.hash ?? ''}`;
    throw new TcpcheckError('CHANGE_STALE', message);
  }
  return { group, past };
}

const asJson = ({ plan, state }: GroupChange): unknown => ({
  schema: 'tcpcheck/group-change/v1',
  plan,
  hash: groupHash(plan),
  state,
});
