import { zoneIn } from '../config/config.ts';
import { readFreeze } from '../core/change/read-freeze.ts';
import { manualUndoCommand } from '../core/change/manual-undo.ts';
import { buttonValue, planHash, readButtonValue } from '../core/change/plan-hash.ts';
import type { Change, ChangeState, Person } from '../core/domain/change.ts';
import { TcpcheckError, unreachable } from '../core/domain/errors.ts';
import { say } from '../core/domain/locale.ts';
import { decideInTerminal, wouldRefuse } from '../jobs/decide-change.ts';
import { breakingGlass, DECISIONS } from '../jobs/decisions.ts';
import { orderFreeze } from '../jobs/declare-freeze.ts';
import { operatorOf } from '../jobs/rules-now.ts';
import { rollBackOnHost } from './roll-back-on-host.ts';
import { decideGroupHere, listGroups, namesGroup, showGroup } from './change-group.ts';
import {
  changeJson,
  decideContext,
  freezeContext,
  iso,
  settingsLine,
  who,
  type ChangeCommandContext,
  type ChangeWish,
} from './change-context.ts';
import { EXIT } from './terminal.ts';

/** `change list|show|approve|reject|keep|rollback`: the life of a change while Slack is down. */
export async function changeCommand(context: ChangeCommandContext, wish: ChangeWish): Promise<number> {
  switch (wish.verb) {
    case 'list':
      return list(context, wish.json);
    case 'show':
      if (namesGroup(wish.id)) return showGroup(context, wish.id, wish.json);
      return show(context, await known(context, wish.id), wish.json);
    case 'approve':
    case 'reject':
    case 'keep':
    case 'rollback':
      if (namesGroup(wish.id)) return decideGroupHere(context, wish);
      return decideHere(context, await known(context, wish.id), wish);
    case 'rollback-by-journal': {
      const change = await context.state.changes.get(wish.id);
      // What is known here is taken back as ever, so that its thread tells it.
      return change?.plan.host === wish.host
        ? decideHere(context, change, { ...wish, verb: 'rollback', breakGlass: null })
        : rollBackOnHost(context, wish);
    }
    case 'freeze':
      return freezeHere(context, wish.words);
    default:
      return unreachable(wish);
  }
}

/** By its id; with the hash that `change show` prints, only if the plan is still the one that was shown. */
async function known({ state }: ChangeCommandContext, typed: string): Promise<Change> {
  const shown = readButtonValue(typed);
  const change = await state.changes.get(shown?.id ?? typed);
  if (change === null) {
    throw new TcpcheckError(
      'USAGE',
      `there is no change "${typed}"; \`tcpcheck change list\` has those there are`,
    );
  }
  if (shown !== null && planHash(change.plan) !== shown.hash) {
    throw new TcpcheckError('CHANGE_STALE', `change ${shown.id} is not the one with the hash ${shown.hash}`);
  }
  return change;
}

async function list(context: ChangeCommandContext, json: boolean): Promise<number> {
  const { state, terminal } = context;
  const found = await Promise.all((await state.changes.open()).map(async (id) => state.changes.get(id)));
  const changes = found.filter((change) => change !== null);
  for (const { plan, state: now } of json ? [] : changes) {
    terminal.out(`${plan.id}  ${plan.host}  ${now.kind}  ${settingsLine(plan.settings)}\n`);
  }
  const groups = await listGroups(context, json);
  if (json) terminal.out(`${JSON.stringify([...changes.map(changeJson), ...groups], null, 2)}\n`);
  else if (changes.length + groups.length === 0) {
    terminal.out('No change waits for a decision, is under way or in force.\n');
  }
  return EXIT.ok;
}

function show({ terminal }: ChangeCommandContext, change: Change, json: boolean): number {
  if (json) {
    terminal.out(`${JSON.stringify(changeJson(change), null, 2)}\n`);
    return EXIT.ok;
  }
  const { plan, state } = change;
  const lines = [
    `change ${plan.id} of ${plan.host}: ${state.kind}`,
    `  ${settingsLine(plan.settings)}`,
    `  risk ${plan.risk}, takes ${plan.approvalsNeeded} approval(s), expires ${iso(plan.expiresAtMs)}`,
    `  from ${plan.playbook} version ${plan.playbookVersion}, proposed ${iso(plan.proposedAtMs)}`,
    ...details(state).map((line) => `  ${line}`),
    `  by hand on ${plan.host}: ${manualUndoCommand(change)}`,
    `  exactly this plan: ${buttonValue(plan)}`,
  ];
  terminal.out(`${lines.join('\n')}\n`);
  return EXIT.ok;
}

/** What else is known in this state. */
function details(state: ChangeState): readonly string[] {
  return [
    ...('approvals' in state && state.approvals.length > 0
      ? [`approved by ${state.approvals.map(({ by }) => who(by)).join(', ')}`]
      : []),
    ...('approvals' in state
      ? state.approvals.flatMap(({ breakGlass }) =>
          breakGlass === undefined ? [] : [`break-glass: ${breakGlass}`],
        )
      : []),
    ...('by' in state ? [`by ${who(state.by)} at ${iso(state.atMs)}`] : []),
    ...('revertsAtMs' in state ? [`the host takes it back at ${iso(state.revertsAtMs)} by itself`] : []),
    ...('judgement' in state && state.judgement !== null ? [`verdict: ${state.judgement.verdict}`] : []),
    ...('reason' in state ? [`${state.reason.code}: ${state.reason.message}`] : []),
    ...('problem' in state && state.problem !== null
      ? [`${state.problem.code}: ${state.problem.message}`]
      : []),
  ];
}

const WISHES = {
  approve: DECISIONS.approve,
  reject: DECISIONS.reject,
  keep: DECISIONS.keep,
  rollback: DECISIONS['roll-back'],
} as const;

async function decideHere(
  context: ChangeCommandContext,
  change: Change,
  { verb, dryRun, breakGlass }: Omit<Extract<ChangeWish, { readonly verb: keyof typeof WISHES }>, 'id'>,
): Promise<number> {
  const { state, terminal, osUser, newId } = context;
  const { plan } = change;
  const decision = breakGlass === null ? WISHES[verb] : breakingGlass(breakGlass);
  const wish = { decision, change, osUser, deliveryKey: `terminal:${newId()}` };
  terminal.out(`${plan.host}: ${settingsLine(plan.settings)}\n`);
  const approvals = change.state.kind === 'proposed' ? change.state.approvals : [];
  const deciding = decideContext(context, { approvals, requester: plan.requester });
  const outcome = dryRun ? await wouldRefuse(deciding, wish) : await decideInTerminal(deciding, wish);
  if (outcome?.kind === 'refused') {
    terminal.err(`tcpcheck: ${say(outcome.answer, terminal.locale)} [${outcome.code}]\n`);
    return EXIT.findings;
  }
  if (dryRun) {
    terminal.out(
      `${verb} by ${osUser} would be taken; nothing was done (bounds per hour are looked at when it is)\n`,
    );
    return EXIT.ok;
  }
  const now = await state.changes.get(plan.id);
  terminal.out(`${verb} by ${osUser}: the change is ${now?.state.kind ?? 'gone'} now\n`);
  if (verb !== 'reject' && (await state.workersAlive('changes', zoneIn(context.config)(plan.host))) === 0) {
    terminal.err(
      'tcpcheck: no worker has answered lately; an order that none takes within a minute runs out\n',
    );
  }
  return EXIT.ok;
}

/** `change freeze [for 2h | until 18:00 | off | status] [reason]`. */
async function freezeHere(context: ChangeCommandContext, words: readonly string[]): Promise<number> {
  const { terminal, osUser, nowMs, utcOffsetMs, slack } = context;
  const wish = readFreeze(words, { nowMs: nowMs(), utcOffsetMs });
  const freezing = freezeContext(context, slack?.teamId ?? '');
  const person: Person = operatorOf(freezing, osUser);
  const outcome = await orderFreeze(freezing, { person, channel: null, wish });
  if (outcome.kind === 'duplicate') return EXIT.ok;
  const answer = say(outcome.answer, terminal.locale);
  if (outcome.kind === 'done') terminal.out(`${answer}\n`);
  else terminal.err(`tcpcheck: ${answer} [${outcome.code}]\n`);
  if (outcome.kind === 'done') return EXIT.ok;
  return outcome.code === 'USAGE' ? EXIT.usage : EXIT.findings;
}
