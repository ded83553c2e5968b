import { zoneIn, type Config } from '../config/config.ts';
import { manualUndoCommand } from '../core/change/manual-undo.ts';
import { buttonValue, planHash, readButtonValue } from '../core/change/plan-hash.ts';
import type { Audit } from '../core/domain/audit.ts';
import type { Change, ChangeState, Person } from '../core/domain/change.ts';
import { TcpcheckError, unreachable } from '../core/domain/errors.ts';
import { say } from '../core/domain/locale.ts';
import type { Problem } from '../core/domain/problem.ts';
import type { SettingChange } from '../core/domain/report.ts';
import { decideInTerminal, wouldRefuse, type DecideContext } from '../jobs/decide-change.ts';
import type { DecisionKind } from '../jobs/decisions.ts';
import type { OpenState } from '../state/open-state.ts';
import { rollBackOnHost } from './roll-back-on-host.ts';
import { EXIT, type Terminal } from './terminal.ts';

export type ChangeWish =
  | { readonly verb: 'list'; readonly json: boolean }
  | { readonly verb: 'show'; readonly id: string; readonly json: boolean }
  | {
      readonly verb: 'approve' | 'reject' | 'keep' | 'rollback';
      readonly id: string;
      readonly dryRun: boolean;
    }
  | JournalWish;

/** What is taken back by the host's own record of it. */
export interface JournalWish {
  readonly verb: 'rollback-by-journal';
  readonly host: string;
  readonly id: string;
  readonly dryRun: boolean;
}

/** What the command works with; the signing key is read only when something is decided. */
export interface ChangeCommandContext {
  readonly agentSocket: string | null;
  readonly config: Pick<Config, 'hosts' | 'approvals'>;
  readonly playbookVersions: ReadonlyMap<string, number>;
  readonly state: OpenState;
  readonly audit: Audit;
  readonly signingKeyPem: () => string;
  readonly osUser: string;
  readonly newId: () => string;
  readonly nowMs: () => number;
  readonly terminal: Terminal;
  readonly report: (problem: Problem) => void;
}

/** `change list|show|approve|reject|keep|rollback`: the life of a change while Slack is down. */
export async function changeCommand(context: ChangeCommandContext, wish: ChangeWish): Promise<number> {
  switch (wish.verb) {
    case 'list':
      return list(context, wish.json);
    case 'show':
      return show(context, await known(context, wish.id), wish.json);
    case 'approve':
    case 'reject':
    case 'keep':
    case 'rollback':
      return decideHere(context, await known(context, wish.id), wish);
    case 'rollback-by-journal': {
      const change = await context.state.changes.get(wish.id);
      // What is known here is taken back as ever, so that its thread tells it.
      return change?.plan.host === wish.host
        ? decideHere(context, change, { ...wish, verb: 'rollback' })
        : rollBackOnHost(context, wish);
    }
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

async function list({ state, terminal }: ChangeCommandContext, json: boolean): Promise<number> {
  const found = await Promise.all((await state.changes.open()).map(async (id) => state.changes.get(id)));
  const changes = found.filter((change) => change !== null);
  if (json) terminal.out(`${JSON.stringify(changes.map(asJson), null, 2)}\n`);
  else if (changes.length === 0) terminal.out('No change waits for a decision, is under way or in force.\n');
  for (const { plan, state: now } of json ? [] : changes) {
    terminal.out(`${plan.id}  ${plan.host}  ${now.kind}  ${settings(plan.settings)}\n`);
  }
  return EXIT.ok;
}

function show({ terminal }: ChangeCommandContext, change: Change, json: boolean): number {
  if (json) {
    terminal.out(`${JSON.stringify(asJson(change), null, 2)}\n`);
    return EXIT.ok;
  }
  const { plan, state } = change;
  const lines = [
    `change ${plan.id} of ${plan.host}: ${state.kind}`,
    `  ${settings(plan.settings)}`,
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
    ...('by' in state ? [`by ${who(state.by)} at ${iso(state.atMs)}`] : []),
    ...('revertsAtMs' in state ? [`the host takes it back at ${iso(state.revertsAtMs)} by itself`] : []),
    ...('judgement' in state && state.judgement !== null ? [`verdict: ${state.judgement.verdict}`] : []),
    ...('reason' in state ? [`${state.reason.code}: ${state.reason.message}`] : []),
    ...('problem' in state && state.problem !== null
      ? [`${state.problem.code}: ${state.problem.message}`]
      : []),
  ];
}

const KINDS = {
  approve: 'approve',
  reject: 'reject',
  keep: 'keep',
  rollback: 'roll-back',
} as const satisfies Record<string, DecisionKind>;

async function decideHere(
  context: ChangeCommandContext,
  change: Change,
  { verb, dryRun }: Pick<Extract<ChangeWish, { readonly verb: keyof typeof KINDS }>, 'verb' | 'dryRun'>,
): Promise<number> {
  const { state, terminal, osUser, newId } = context;
  const { plan } = change;
  const wish = { kind: KINDS[verb], change, osUser, deliveryKey: `terminal:${newId()}` };
  terminal.out(`${plan.host}: ${settings(plan.settings)}\n`);
  const deciding = decideContext(context, change);
  const outcome = dryRun ? wouldRefuse(deciding, wish) : await decideInTerminal(deciding, wish);
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

/**
 * The terminal knows no workspace of its own. Ids without a team were bound to the bot's when it took the
 * approvals that stand there, so those are held against the rules as of that team.
 */
function decideContext(context: ChangeCommandContext, { state: now }: Change): DecideContext {
  const approvals = now.kind === 'proposed' ? now.approvals : [];
  const [team = ''] = approvals.flatMap(({ by }) => (by.kind === 'slack-user' ? [by.teamId] : []));
  const { config, playbookVersions, state, audit, nowMs, report } = context;
  const signingKeyPem = context.signingKeyPem();
  return { config, playbookVersions, state, audit, nowMs, report, signingKeyPem, teamId: () => team };
}

const asJson = ({ plan, state }: Change): unknown => {
  const told = Object.entries(state).filter(([name]) => name !== 'go');
  return { schema: 'tcpcheck/change/v1', plan, hash: planHash(plan), state: Object.fromEntries(told) };
};

const who = (person: Person): string =>
  person.kind === 'os-user' ? person.name : `${person.teamId}:${person.userId}`;

const settings = (all: readonly SettingChange[]): string =>
  all.map(({ key, from, to }) => `${key}: ${from} -> ${to}`).join(', ');

const iso = (ms: number): string => new Date(ms).toISOString();
