import type { Config } from '../config/config.ts';
import { judge, type Expected, type Look } from '../core/change/verdict.ts';
import type { ChangePlan, Judgement } from '../core/domain/change.ts';
import { flattenFacts } from '../core/domain/facts.ts';
import type { State } from '../core/domain/ports.ts';
import type { Diagnosis, FindingStatus } from '../core/domain/report.ts';
import type { Playbook } from '../core/playbook/playbook.ts';
import { lookAgain, type LookAgainContext } from './look-again.ts';

/** What a look at the effect of a change needs. */
export interface JudgeContext extends LookAgainContext {
  readonly config: LookAgainContext['config'] & Pick<Config, 'approvals' | 'verifyWindowMs'>;
  readonly state: State;
  readonly nowMs: () => number;
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
  const windowMs = verifyWindowMs(context, plan);
  const look = await lookAgain(context, plan.host, { windowMs, signal });
  const atMs = context.nowMs();
  if ('said' in look) return unknown(look.said, atMs);
  const before = run?.diagnosis ?? null;
  if (before === null) return unknown('the diagnosis that led to the change is gone', atMs);
  return judge({
    expected: expectedOf(context, plan),
    takesEffect: plan.takesEffect,
    subject: plan.subject,
    before: lookOf(before, plan),
    after: lookOf(look.diagnosis, plan),
    atMs,
  });
}

function expectedOf({ playbooks }: JudgeContext, plan: ChangePlan): Expected {
  const verify = verifyOf(playbooks, plan);
  return { facts: verify?.facts ?? [], volume: verify?.volume ?? null };
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
