import type { Config } from '../config/config.ts';
import type { Audit } from '../core/domain/audit.ts';
import { planHash } from '../core/change/plan-hash.ts';
import type { Approval, Change, Person } from '../core/domain/change.ts';
import type { Reached } from '../core/domain/crash-point.ts';
import { NO_DIRECTORY, type Directory } from '../core/domain/directory.ts';
import type { Freezes } from '../core/domain/freeze.ts';
import type { Problem } from '../core/domain/problem.ts';
import type { SettingChange } from '../core/domain/report.ts';
import type { Requester } from '../core/domain/run.ts';
import type { AnnounceGlass } from '../jobs/announce-glass.ts';
import type { DecideContext } from '../jobs/decide-change.ts';
import type { FreezeContext } from '../jobs/declare-freeze.ts';
import type { OpenState } from '../state/open-state.ts';
import type { Terminal } from './terminal.ts';

/** What is wanted of a change, or of a plan for several hosts: its id tells which. */
export type ChangeWish =
  | { readonly verb: 'list'; readonly json: boolean }
  | { readonly verb: 'show'; readonly id: string; readonly json: boolean }
  | {
      readonly verb: 'approve' | 'reject' | 'keep' | 'rollback';
      readonly id: string;
      readonly dryRun: boolean;
      /** Why the operator goes on alone; null: they do not. */
      readonly breakGlass: string | null;
    }
  | JournalWish
  | { readonly verb: 'freeze'; readonly words: readonly string[] };

/** What is taken back by the host's own record of it. */
export interface JournalWish {
  readonly verb: 'rollback-by-journal';
  readonly host: string;
  readonly id: string;
  readonly dryRun: boolean;
}

/** What is to be proposed, of what a look at the host offers. */
export interface ProposeWish {
  readonly verb: 'propose';
  readonly host: string;
  /** The one setting that is wanted; null: whatever is offered. */
  readonly key: string | null;
  readonly symptom: string;
  readonly windowMs: number | null;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** What the command works with; the signing key is read only when something is decided. */
export interface ChangeCommandContext {
  readonly agentSocket: string | null;
  readonly reached?: Reached;
  readonly config: Pick<Config, 'hosts' | 'approvals'>;
  readonly playbookVersions: ReadonlyMap<string, number>;
  readonly state: OpenState;
  readonly audit: Audit;
  readonly signingKeyPem: () => string;
  /** Keys whose decisions count besides, while the one that signs is rotated. */
  readonly verifyKeyPem: () => string;
  readonly osUser: string;
  /** What Slack says about people; null where there is no token, or Slack is down. */
  readonly slack: { readonly teamId: string; readonly directory: Directory } | null;
  readonly freezes: (signingKeyPem: string) => Freezes;
  readonly announce: AnnounceGlass;
  /** How far the clock on the wall is ahead of UTC. */
  readonly utcOffsetMs: number;
  readonly newId: () => string;
  readonly nowMs: () => number;
  readonly terminal: Terminal;
  readonly report: (problem: Problem) => void;
}

/**
 * The terminal knows no workspace of its own. Ids without a team were bound to the bot's when it took the
 * approvals that stand there, so those are held against the rules as of that team.
 */
export function decideContext(
  context: ChangeCommandContext,
  { approvals, requester }: { readonly approvals: readonly Approval[]; readonly requester: Requester },
): DecideContext {
  const [said = ''] = approvals.flatMap(({ by }) => (by.kind === 'slack-user' ? [by.teamId] : []));
  // Whoever asked in Slack did so in the home workspace: nobody else may.
  const asked = teamOf(requester);
  const team = context.slack?.teamId ?? (asked === '' ? said : asked);
  const { config, playbookVersions, state, announce } = context;
  const { reached = () => undefined } = context;
  const freezing = freezeContext(context, team);
  const verifyKeyPem = context.verifyKeyPem();
  return { ...freezing, verifyKeyPem, config, playbookVersions, state, announce, reached };
}

function teamOf(requester: Requester): string {
  if (requester.kind === 'alert') return '';
  return (requester.kind === 'slack-user' ? requester.teamId : requester.slack?.teamId) ?? '';
}

/** What declaring a freeze takes; deciding takes it too. */
export function freezeContext(
  context: ChangeCommandContext,
  team: string,
): FreezeContext & { readonly signingKeyPem: string } {
  const { config, audit, nowMs, report, slack } = context;
  const signingKeyPem = context.signingKeyPem();
  const freezes = context.freezes(signingKeyPem);
  const directory = slack?.directory ?? NO_DIRECTORY;
  return { config, audit, nowMs, report, signingKeyPem, freezes, directory, teamId: () => team };
}

/** As the configuration names people. */
export const who = (person: Person): string =>
  person.kind === 'os-user' ? person.name : `${person.teamId}:${person.userId}`;

/** All of a plan’s settings on one line. */
export const settingsLine = (all: readonly SettingChange[]): string =>
  all.map(({ key, from, to }) => `${key}: ${from} -> ${to}`).join(', ');

/** A change for other programs; its order is nobody's business. */
export const changeJson = ({ plan, state }: Change): unknown => {
  const told = Object.entries(state).filter(([name]) => name !== 'go');
  return { schema: 'tcpcheck/change/v1', plan, hash: planHash(plan), state: Object.fromEntries(told) };
};

export const iso = (ms: number): string => new Date(ms).toISOString();
