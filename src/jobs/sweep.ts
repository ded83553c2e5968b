import { overdueCare } from '../core/change/care.ts';
import { isDue } from '../core/change/group-step.ts';
import { dueReminder } from '../core/change/remind.ts';
import { nextState } from '../core/change/life.ts';
import type { Audit } from '../core/domain/audit.ts';
import type { Change, ChangeProblem } from '../core/domain/change.ts';
import type { State } from '../core/domain/ports.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { Problem } from '../core/domain/problem.ts';
import { isRedisAway, wakeRecorded } from './insist.ts';
import { putOnRecord } from './move-change.ts';
import { withdraw, withdrawIfNeedless } from './void-change.ts';
import type { OpenState } from '../state/open-state.ts';

/** What the regular sweep needs. */
export interface SweepContext {
  readonly state: State & Pick<OpenState, 'sweep'>;
  readonly audit: Audit;
  /** Why an approved change must not be begun any more. */
  readonly doubt: (change: Change) => Promise<ChangeProblem | null>;
  readonly nowMs: () => number;
  readonly report: (problem: Problem) => void;
}

/**
 * Puts right what a lost wake-up or a dead worker left behind: hosts with waiting requests and no job,
 * proposals that ran out, changes nobody finished.
 */
export async function sweep(context: SweepContext): Promise<void> {
  const { state } = context;
  for (const { host, asker } of await state.sweep()) {
    await apart(context, host, () => state.wake.host(host, asker));
  }
  for (const id of await state.changes.open()) {
    await apart(context, id, async () => {
      const change = await state.changes.get(id);
      if (change === null) return;
      if (await voidDoubtful(context, change)) return;
      await settleOverdue(context, change);
      await remind(context, change);
    });
  }
  await wakeGroups(context);
}

/** One thing that cannot be put right must not keep the others from it; Redis being away concerns all. */
async function apart({ report }: SweepContext, about: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof TcpcheckError) || isRedisAway(error)) throw error;
    report({
      what: 'a sweep could not put something right',
      code: error.code,
      fields: { about, said: error.message },
    });
  }
}

/** What was decided about several hosts goes on, or stops, whoever has died over it. */
async function wakeGroups({ state, nowMs }: SweepContext): Promise<void> {
  for (const id of await state.groups.open()) {
    const group = await state.groups.get(id);
    if (group !== null && isDue(group, nowMs())) await state.wake.thread(group.plan.questionId);
  }
}

/** Every thread that still owes something, an answer or news of a change, is brought in line. */
export async function wakeUnanswered(state: State): Promise<void> {
  for (const id of await state.requests.unanswered()) await state.wake.thread(id);
}

/** Longer than any reminder can be due. */
const REMIND_DEDUPE_S = 3 * 86_400;

/** The thread draws what is due whenever it is drawn; it is woken for it once. */
async function remind({ state, nowMs }: SweepContext, change: Change): Promise<void> {
  const { id, requestId } = change.plan;
  const reminder = dueReminder(change, nowMs());
  if (reminder === null) return;
  if (await state.dedupe.firstTime(`remind:${id}:${reminder}`, REMIND_DEDUPE_S))
    await state.wake.thread(requestId);
}

/** Between the signature and the worker an approver may go, or changes be frozen: then it is not begun. */
async function voidDoubtful(context: SweepContext, change: Change): Promise<boolean> {
  const reason = await context.doubt(change);
  if (reason !== null) await withdraw(context, change, { reason });
  return reason !== null;
}
const MAY_EXPIRE: ReadonlySet<Change['state']['kind']> = new Set(['proposed', 'queued', 'approved']);

async function settleOverdue(context: SweepContext, change: Change): Promise<void> {
  const { state, nowMs } = context;
  const atMs = nowMs();
  if (await withdrawIfNeedless(context, change)) return;
  if (MAY_EXPIRE.has(change.state.kind)) {
    const next = nextState(change, { kind: 'expire', atMs });
    if ('refused' in next) return;
    const { moved } = await state.changes.move(change.plan.id, change.state, next.ok);
    if (moved) await wakeRecorded(state, change.plan.requestId);
    if (moved) await putOnRecord(context, { ...change, state: next.ok }, { kind: 'expire', atMs });
  } else if (overdueCare(change, atMs) !== null) {
    await state.wake.care(change.plan.id);
  }
}
