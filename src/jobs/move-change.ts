import { eventStep } from '../core/audit/steps.ts';
import { canonicalJson } from '../core/change/canonical-json.ts';
import { nextState, type ChangeEvent } from '../core/change/life.ts';
import type { Audit } from '../core/domain/audit.ts';
import type { Change } from '../core/domain/change.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { State } from '../core/domain/ports.ts';
import type { Problem } from '../core/domain/problem.ts';
import { insist, wakeRecorded } from './insist.ts';

/** What was done on the host is recorded even when Redis is away for a while; the card waits for it so long. */
const RECORD_FOR_MS = 60_000;

interface MoveContext {
  readonly state: State;
  readonly audit: Audit;
  readonly report: (problem: Problem) => void;
}

/** Moves the change on, and shows it in the thread; null when something else moved it first. */
export async function moveChange(
  context: MoveContext,
  change: Change,
  event: ChangeEvent,
): Promise<Change | null> {
  const next = nextState(change, event);
  if ('refused' in next) {
    const fields = { said: next.refused.message };
    context.report({ what: 'a change was elsewhere already', code: next.refused.code, fields });
    return null;
  }
  const { state } = context;
  const { moved, change: now } = await insist(RECORD_FOR_MS, () =>
    state.changes.move(change.plan.id, change.state, next.ok),
  );
  if (moved) await putOnRecord(context, now, event);
  await wakeRecorded(state, change.plan.requestId);
  // A report that is made again may find that it had arrived, and only the answer was lost.
  if (moved || (event.kind !== 'begin' && canonicalJson(now.state) === canonicalJson(next.ok))) return now;
  context.report({
    what: 'a change was elsewhere already',
    code: 'CHANGE_DECIDED',
    fields: { change: change.plan.id, wanted: next.ok.kind, found: now.state.kind },
  });
  return null;
}

/** It has happened: a log that cannot be written does not undo it, and whoever reads the problems learns of the gap. */
export async function putOnRecord(
  { audit, report }: Pick<MoveContext, 'audit' | 'report'>,
  change: Change,
  event: ChangeEvent,
): Promise<void> {
  try {
    await audit.record(eventStep(change, event));
  } catch (error) {
    if (!(error instanceof TcpcheckError)) throw error;
    const fields = { change: change.plan.id, step: event.kind, said: error.message };
    report({ what: 'a step of a change is not on record', code: error.code, fields });
  }
}
