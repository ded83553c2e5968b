import type { Config } from '../config/config.ts';
import { freshFinding, insteadOfLook } from '../core/change/fresh.ts';
import type { Change, FreshLook } from '../core/domain/change.ts';
import type { State } from '../core/domain/ports.ts';
import { lookAgain, type LookAgainContext } from './look-again.ts';

interface AnewContext extends LookAgainContext {
  readonly config: LookAgainContext['config'] & Pick<Config, 'windowMs'>;
  readonly state: State;
  readonly nowMs: () => number;
}

/**
 * Looks at the host once more, since what a card showed is no longer true; what is found is kept as a run of its own,
 * from which the bot makes a fresh card. Null when it was cut short: somebody else does it anew. Not checkAgain: that one
 * asks the queue for a result that answers the request and notifies; this settles one card, and says nothing besides.
 */
export async function lookAnew(
  context: AnewContext,
  change: Change,
  signal: AbortSignal,
): Promise<FreshLook | null> {
  const { state, nowMs } = context;
  const { plan } = change;
  const startedAtMs = nowMs();
  const instead = insteadOfLook(change, await state.changes.ofRequest(plan.requestId), startedAtMs);
  if (instead !== null) return instead;
  const windowMs = (await state.runs.get(plan.runId))?.windowMs ?? context.config.windowMs;
  const look = await lookAgain(context, plan.host, { windowMs, signal });
  if (signal.aborted) return null;
  const atMs = nowMs();
  if ('said' in look) return { kind: 'not-looked', said: look.said, atMs };
  const found = freshFinding(plan, look.diagnosis);
  if (found.kind !== 'offered') return { ...found, atMs };
  // One for each card that was overtaken, whoever looks how often.
  const id = `anew-${plan.id}`;
  await state.runs.keep({
    ...look,
    id,
    host: plan.host,
    phase: 'done',
    attempt: 1,
    startedAtMs,
    finishedAtMs: atMs,
    windowMs,
    firstMarks: null,
    firstFacts: null,
  });
  return { kind: 'proposed', runId: id, atMs };
}
