import { createHash } from 'node:crypto';
import { findHost, type Config } from '../config/config.ts';
import { isSameOffer } from '../core/change/fresh.ts';
import { planSchema } from '../core/change/plan-schema.ts';
import { approvalsFor } from '../core/change/still-true.ts';
import type { Change, ChangePlan, ChangeState } from '../core/domain/change.ts';
import type { HostEntry } from '../core/domain/host.ts';
import type { State } from '../core/domain/ports.ts';
import type { Finding, SettingChange, SysctlFix } from '../core/domain/report.ts';
import type { DiagnosisRequest, Run } from '../core/domain/run.ts';
import type { ChangeAccessAnswer } from '../core/render/texts/finding.ts';

interface ProposeContext {
  readonly config: ProposalConfig;
  readonly state: State;
}

type ProposalConfig = Pick<Config, 'hosts' | 'approvals'>;

/** Whether settings of the host may be changed from chat at all, whoever approves. */
export function changeAccess(config: ProposalConfig, hostName: string): ChangeAccessAnswer {
  const host = findHost(config, hostName);
  if (host === undefined || host.changes.kind === 'none') return 'not-enabled';
  if (host.changes.kind === 'same-account' && host.user !== 'root') return 'needs-enrolment';
  if (config.approvals.users.length + config.approvals.groups.length === 0) return 'no-approvers';
  return 'yes';
}

/** The same, with what a worker has found of the helper where it must be installed: a button has to work. */
export async function changeAccessNow(
  { config, state }: { config: ProposalConfig; state: Pick<State, 'helpers'> },
  hostName: string,
): Promise<ChangeAccessAnswer> {
  const answer = changeAccess(config, hostName);
  const host = findHost(config, hostName);
  if (answer !== 'yes' || host === undefined || !needsHelper(host)) return answer;
  const helper = await state.helpers.last(host.name);
  return helper?.kind === 'ready' ? 'yes' : 'needs-enrolment';
}

/** Whether changes of the host take the helper that `tcpcheck enroll` installs. */
export const needsHelper = (host: HostEntry): boolean =>
  host.changes.kind === 'account' && host.changes.user !== 'root';

/** The host with the account that changes are made with. */
export function changeAccount(host: HostEntry): HostEntry {
  if (host.changes.kind !== 'account') return host;
  return { ...host, user: host.changes.user, identityFile: host.changes.identityFile };
}

/**
 * Makes a fresh proposal where a look has found that the finding of a void card still stands.
 */
export async function proposeAnew(
  context: ProposeContext,
  request: DiagnosisRequest,
  { change: { plan }, run }: { readonly change: Change; readonly run: Run },
): Promise<void> {
  const diagnosis = run.diagnosis;
  if (diagnosis === null) return;
  const findings = diagnosis.findings.map((finding) => ({
    ...finding,
    fixes: finding.fixes.filter((fix) => fix.kind === 'sysctl' && isSameOffer(plan, finding, fix.key)),
  }));
  await proposeChanges(context, request, { ...run, diagnosis: { ...diagnosis, findings } });
}

/**
 * Makes a proposal of every setting that the finished run offers, or of the one that was asked for. Ids follow from the request and the
 * setting, so doing it again proposes nothing new.
 */
export async function proposeChanges(
  context: ProposeContext,
  request: DiagnosisRequest,
  run: Run,
): Promise<void> {
  if ((await changeAccessNow(context, run.host)) !== 'yes') return;
  const known = await context.state.changes.ofRequest(request.id);
  for (const plan of plansOf(request, run, context.config.approvals)) {
    // A plan that could not be signed (an over-long list of reserved ports) must not get a button.
    if (!planSchema.safeParse(plan).success) continue;
    // A further look finds what the one before has found: its card is there already.
    if (known.some((change) => stillAsks(change, plan))) continue;
    await context.state.changes.propose({ plan, state: { kind: 'proposed', approvals: [] } });
  }
}

/** States in which the same settings are not proposed once more in the same thread. */
const ASKED: ReadonlySet<ChangeState['kind']> = new Set(['proposed', 'approved', 'applying', 'rejected']);

const stillAsks = ({ plan, state }: Change, wanted: ChangePlan): boolean =>
  plan.id !== wanted.id &&
  ASKED.has(state.kind) &&
  JSON.stringify(plan.settings) === JSON.stringify(wanted.settings) &&
  plan.hostKeyFingerprint === wanted.hostKeyFingerprint &&
  plan.netns === wanted.netns;

function plansOf(
  request: DiagnosisRequest,
  run: Run,
  { expiresInMs, twoPerson }: Config['approvals'],
): readonly ChangePlan[] {
  const netns = run.diagnosis?.facts?.host.host['netns'];
  if (run.diagnosis === null || run.hostKeyFingerprint === null || typeof netns !== 'string') return [];
  const proposedAtMs = run.finishedAtMs ?? run.startedAtMs;
  const base = {
    host: run.host,
    hostKeyFingerprint: run.hostKeyFingerprint,
    netns,
    requestId: request.id,
    runId: run.id,
    requester: request.requester,
    proposedAtMs,
    expiresAtMs: proposedAtMs + expiresInMs,
  };
  return offersOf(run.diagnosis.findings, request.onlySetting).map(({ finding, cause, fix }) => ({
    ...base,
    id: planId([request.id, run.id, finding.playbook, finding.subject ?? '', fix.key]),
    settings: settingsOf(fix),
    risk: fix.risk,
    approvalsNeeded: approvalsFor(fix.risk, twoPerson),
    takesEffect: fix.takesEffect,
    playbook: finding.playbook,
    playbookVersion: finding.playbookVersion,
    cause,
    subject: finding.subject,
  }));
}

/** In the order they are written. */
export const settingsOf = ({ companions, key, from, to }: SysctlFix): readonly SettingChange[] => [
  ...companions,
  { key, from, to },
];

/** Whether the diagnosis offers any setting. */
export const offersChange = (findings: readonly Finding[]): boolean => offersOf(findings).length > 0;

/** A setting that a finding offers. */
export interface Offer {
  readonly finding: Finding;
  readonly cause: string;
  readonly fix: SysctlFix;
}

/** Two findings may offer the same value of the same key (two full listeners): one proposal is enough. */
export function offersOf(findings: readonly Finding[], onlySetting?: string): readonly Offer[] {
  const seen = new Set<string>();
  return findings.flatMap((finding) => {
    const { cause } = finding;
    if (finding.status !== 'matched' || cause === null) return [];
    return finding.fixes.flatMap((fix) => {
      if (fix.kind !== 'sysctl' || !fix.offered || seen.has(fix.key)) return [];
      if (onlySetting !== undefined && fix.key !== onlySetting) return [];
      seen.add(fix.key);
      return [{ finding, cause, fix }];
    });
  });
}

const planId = (parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
