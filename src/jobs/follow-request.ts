import { setTimeout as sleep } from 'node:timers/promises';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { State } from '../core/domain/ports.ts';
import type { DiagnosisRequest, Run } from '../core/domain/run.ts';
import { QUESTION_WAITS_MS } from './ask.ts';
import { isRedisAway } from './insist.ts';

/** What a request waits for at this moment. */
export type Step =
  | { readonly kind: 'queued' }
  /** Another run on its host must end first. */
  | { readonly kind: 'behind' }
  | { readonly kind: 'running'; readonly run: Run };

interface Follow {
  readonly state: Pick<State, 'requests' | 'runs'>;
  readonly onStep: (step: Step) => void;
  readonly signal: AbortSignal;
}

/** Often enough for somebody who waits, and four small reads of Redis. */
const LOOK_MS = 300;
/** A run that is under way on the host ends first, then comes our own: a login and a window each. */
const FOLLOW_MS = 2 * QUESTION_WAITS_MS;

/**
 * The run that answers the request, once it has ended; null when nobody wants to wait any more. Following only reads:
 * whoever stops leaves the run to go on. Rejects with DIAGNOSIS_LATE, or REDIS_LOST where the request is gone.
 */
export async function followRequest(
  { state, onStep, signal }: Follow,
  request: Pick<DiagnosisRequest, 'id' | 'host'>,
): Promise<Run | null> {
  const untilMs = performance.now() + FOLLOW_MS;
  while (!signal.aborted) {
    const step = await stepOf(state, request);
    if (step?.kind === 'running' && step.run.diagnosis !== null) return step.run;
    if (step !== null) onStep(step);
    if (performance.now() >= untilMs) throw late(request, step);
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
  return null;
}

/** Null while Redis is away: it comes back, or the wait runs out. */
async function stepOf(
  state: Follow['state'],
  { id, host }: Pick<DiagnosisRequest, 'id' | 'host'>,
): Promise<Step | null> {
  try {
    // Asked first: a run that begins in between is the request's own, and no other.
    const isBehind = await state.runs.isActive(host);
    const runId = await state.requests.runOf(id);
    const run = runId === null ? null : await state.runs.get(runId);
    if (run !== null) return { kind: 'running', run };
    if ((await state.requests.get(id)) === null) {
      throw new TcpcheckError('REDIS_LOST', `Redis no longer knows the request about ${host}`);
    }
    return { kind: isBehind ? 'behind' : 'queued' };
  } catch (error) {
    if (!isRedisAway(error)) throw error;
    return null;
  }
}

function late({ host }: Pick<DiagnosisRequest, 'host'>, step: Step | null): TcpcheckError {
  const what =
    step === null
      ? 'Redis does not answer'
      : step.kind === 'running'
        ? `the run is at ${step.run.phase}, attempt ${step.run.attempt}`
        : 'no worker has begun';
  return new TcpcheckError('DIAGNOSIS_LATE', `${host}: no result after ${FOLLOW_MS / 1000} s; ${what}`);
}
