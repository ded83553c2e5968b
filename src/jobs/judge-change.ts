import { findHost, type Config } from '../config/config.ts';
import { judge, type Expected, type Look } from '../core/change/verdict.ts';
import type { ChangePlan, Judgement } from '../core/domain/change.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import { flattenFacts } from '../core/domain/facts.ts';
import type { State } from '../core/domain/ports.ts';
import type { Problem } from '../core/domain/problem.ts';
import type { Diagnosis, FindingStatus } from '../core/domain/report.ts';
import { diagnoseCapture } from '../core/playbook/diagnose.ts';
import type { Playbook } from '../core/playbook/playbook.ts';
import { fetchCapture } from '../host/fetch-capture.ts';
import { jumpOf } from './jump-of.ts';

/** What a look at the effect of a change needs. */
export interface JudgeContext {
  readonly config: Pick<Config, 'hosts' | 'approvals' | 'reservedPorts' | 'verifyWindowMs'>;
  readonly playbooks: readonly Playbook[];
  readonly state: State;
  readonly agentSocket: string | null;
  readonly nowMs: () => number;
  readonly report: (problem: Problem) => void;
}

/** Long enough for rates to mean something, short enough to wait for beside a thread. */
const VERIFY_WINDOW_MS = 60_000;

/** How long the look after this change takes; the configuration may say so for all, the playbook for its own. */
export function verifyWindowMs({ config, playbooks }: JudgeContext, plan: ChangePlan): number {
  return config.verifyWindowMs ?? verifyOf(playbooks, plan)?.windowMs ?? VERIFY_WINDOW_MS;
}

const verifyOf = (playbooks: readonly Playbook[], plan: ChangePlan): Playbook['verify'] =>
  playbooks.find(({ id }) => id === plan.playbook)?.verify ?? null;

/** Looks at the host once more and says what the change did; what could not be looked at is "unknown". */
export async function judgeChange(
  context: JudgeContext,
  plan: ChangePlan,
  signal: AbortSignal,
): Promise<Judgement> {
  const run = await context.state.runs.get(plan.runId);
  const after = await look(context, plan, signal);
  const atMs = context.nowMs();
  if (typeof after === 'string') return unknown(after, atMs);
  const before = run?.diagnosis ?? null;
  if (before === null) return unknown('the diagnosis that led to the change is gone', atMs);
  return judge({
    expected: expectedOf(context, plan),
    takesEffect: plan.takesEffect,
    subject: plan.subject,
    before: lookOf(before, plan),
    after: lookOf(after, plan),
    atMs,
  });
}

function expectedOf({ playbooks }: JudgeContext, plan: ChangePlan): Expected {
  const verify = verifyOf(playbooks, plan);
  return { facts: verify?.facts ?? [], volume: verify?.volume ?? null };
}

/** The diagnosis, or why there is none. */
async function look(
  context: JudgeContext,
  plan: ChangePlan,
  signal: AbortSignal,
): Promise<Diagnosis | string> {
  const host = findHost(context.config, plan.host);
  if (host === undefined) return 'the host has left the inventory';
  try {
    const { capture } = await fetchCapture(host, {
      jump: jumpOf(context.config, host),
      windowMs: verifyWindowMs(context, plan),
      agentSocket: context.agentSocket,
      signal,
    });
    const { reservedPorts } = context.config;
    return diagnoseCapture(capture, context.playbooks, { reservedPorts });
  } catch (error) {
    const code = error instanceof TcpcheckError ? error.code : 'INTERNAL';
    const said = error instanceof Error ? error.message : String(error);
    const fields = { host: plan.host, said };
    if (!signal.aborted)
      context.report({ what: 'the effect of a change could not be measured', code, fields });
    return said;
  }
}

function lookOf({ facts, findings }: Diagnosis, plan: ChangePlan): Look {
  const own = findings.filter(({ playbook }) => playbook === plan.playbook);
  const isMatched = own.some(({ status, subject }) => status === 'matched' && subject === plan.subject);
  const isUnknown = own.length === 0 || own.some(({ status }) => status === 'unknown');
  const unmatched: FindingStatus = isUnknown ? 'unknown' : 'cleared';
  return {
    facts: facts === null ? {} : flattenFacts(facts),
    finding: isMatched ? 'matched' : unmatched,
  };
}

const unknown = (said: string, atMs: number): Judgement => ({
  verdict: 'unknown',
  effect: [],
  finding: 'unknown',
  reason: { kind: 'not-measured', said },
  atMs,
});
