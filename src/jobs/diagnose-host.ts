import { findHost, type Config } from '../config/config.ts';
import type { Section } from '../core/domain/capture.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { LastLook } from '../core/domain/last-look.ts';
import type { Claim, RunOutcome, State } from '../core/domain/ports.ts';
import { firstLook } from '../core/checklist/first-look.ts';
import { diagnoseCapture } from '../core/playbook/diagnose.ts';
import { failedDiagnosis } from '../core/playbook/failed-diagnosis.ts';
import { lookToKeep } from '../core/playbook/long-sample.ts';
import type { Playbook } from '../core/playbook/playbook.ts';
import { NO_OVERRIDES } from '../core/playbook/threshold-overrides.ts';
import { fetchCapture } from '../host/fetch-capture.ts';
import type { Problem } from '../core/domain/problem.ts';
import { isRedisAway, wakeRecorded } from './insist.ts';
import { jumpOf } from './jump-of.ts';
import { lookAtHelper } from './look-at-helper.ts';
import { offersChange } from './propose-changes.ts';
import { withCut } from './with-cut.ts';

/** What a worker needs to look at a host. */
export interface DiagnoseContext {
  readonly config: Pick<Config, 'hosts' | 'windowMs' | 'reservedPorts' | 'thresholds'>;
  readonly playbooks: readonly Playbook[];
  readonly state: State;
  readonly agentSocket: string | null;
  readonly nowMs: () => number;
  readonly newId: () => string;
  readonly report: (problem: Problem) => void;
}

/** A look that has cost so many workers their life (or their Redis) is not tried once more. */
const MAX_ATTEMPTS = 5;

/**
 * One wake-up of one host: claims every request that waits for it, looks once, and answers them all.
 * Killed in the middle, it is simply done again under a higher attempt.
 */
export async function diagnoseHost(
  context: DiagnoseContext,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const { state, config } = context;
  const claim = await state.runs.claim(name, {
    id: context.newId(),
    nowMs: context.nowMs(),
    windowMs: config.windowMs,
  });
  if (claim === null) return;
  await wakeThreads(state, claim);
  const outcome = await look(context, claim, signal);
  // Another worker has taken over: the result is theirs to give.
  if (signal.aborted) return;
  const current = await state.runs.finish(claim.run.id, claim.run.attempt, outcome);
  if (!current) return;
  await wakeThreads(state, claim);
  await keepLook(context, outcome);
}

/** The counters of this run are the long sample of the next; without them there is only "since boot". */
async function keepLook(context: DiagnoseContext, { diagnosis, nowMs }: RunOutcome): Promise<void> {
  const look = diagnosis.facts === null ? null : lookToKeep(diagnosis.host, diagnosis.facts, nowMs);
  if (look === null) return;
  try {
    await context.state.looks.keep(look);
  } catch (error) {
    if (!isRedisAway(error)) throw error;
  }
}

async function lastLook({ state, nowMs }: DiagnoseContext, host: string): Promise<LastLook | null> {
  try {
    const last = await state.looks.last(host);
    return last !== null && last.atMs <= nowMs() ? last : null;
  } catch (error) {
    if (!isRedisAway(error)) throw error;
    return null;
  }
}

async function look(context: DiagnoseContext, claim: Claim, signal: AbortSignal): Promise<RunOutcome> {
  const { run } = claim;
  try {
    if (run.attempt > MAX_ATTEMPTS) {
      const message = `${run.host}: ${MAX_ATTEMPTS} times a worker began to look and died, or lost Redis, before the result`;
      throw new TcpcheckError('INTERNAL', message);
    }
    const host = findHost(context.config, run.host);
    if (host === undefined) {
      throw new TcpcheckError('HOST_UNKNOWN', `the worker's inventory has no host ${run.host}`);
    }
    const { capture, hostKeyFingerprint, cut } = await fetchCapture(host, {
      jump: jumpOf(context.config, host),
      windowMs: run.windowMs,
      agentSocket: context.agentSocket,
      signal,
      onFirstSample: (sections) => void tellFirstSample(context, claim, sections),
    });
    const { reservedPorts } = context.config;
    const thresholds = context.config.thresholds.get(host.name) ?? NO_OVERRIDES;
    const options = { reservedPorts, thresholds, lastLook: await lastLook(context, host.name) };
    const diagnosis = withCut(diagnoseCapture(capture, context.playbooks, options), cut);
    if (offersChange(diagnosis.findings)) await lookAtHelper(context, host);
    return { diagnosis, hostKeyFingerprint, nowMs: context.nowMs() };
  } catch (error) {
    const ours = !(error instanceof TcpcheckError) || error.code === 'INTERNAL';
    if (ours && !signal.aborted) tellFault(context, run.host, error);
    const diagnosis = failedDiagnosis(run.host, run.windowMs, error);
    return { diagnosis, hostKeyFingerprint: null, nowMs: context.nowMs() };
  }
}

/** First facts are a courtesy: when they cannot be told, the result still comes. */
async function tellFirstSample(
  context: DiagnoseContext,
  claim: Claim,
  sections: readonly Section[],
): Promise<void> {
  try {
    const first = firstLook(sections);
    const told = await context.state.runs.sampled(claim.run.id, claim.run.attempt, first);
    if (told) await wakeThreads(context.state, claim);
  } catch (error) {
    // Nobody waits for this promise: a rejection would end the process, and with it every other run.
    if (!isRedisAway(error)) tellFault(context, claim.run.host, error);
  }
}

function tellFault({ report }: DiagnoseContext, host: string, error: unknown): void {
  const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
  report({ what: 'a diagnosis met a fault of ours', code: 'INTERNAL', fields: { host, said } });
}

async function wakeThreads(state: State, claim: Claim): Promise<void> {
  await Promise.all(claim.requestIds.map((id) => wakeRecorded(state, id)));
}
