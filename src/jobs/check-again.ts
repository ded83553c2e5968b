import type { AgainOutcome, State } from '../core/domain/ports.ts';
import type { DiagnosisRequest } from '../core/domain/run.ts';
import { isRedisAway, wakeRecorded } from './insist.ts';

/** What a further look needs. */
export interface AgainContext {
  readonly state: State;
  readonly nowMs: () => number;
}

/**
 * Has the request's host looked at once more; the result comes into the same thread, with an end of its own that
 * notifies, and with new cards for what it offers. Any part of the product may ask for it.
 */
export async function checkAgain(
  { state, nowMs }: AgainContext,
  request: Pick<DiagnosisRequest, 'id' | 'host'>,
  asker: 'person' | 'alert',
): Promise<AgainOutcome> {
  const outcome = await state.requests.again(request.id, { asker, nowMs: nowMs() });
  if (outcome === 'gone' || outcome === 'spent') return outcome;
  await wakeRecorded(state, request.id);
  try {
    await state.wake.host(request.host, asker);
  } catch (error) {
    // What is recorded stays wanted: the sweep finds hosts that wait without a job.
    if (!isRedisAway(error)) throw error;
  }
  return outcome;
}
