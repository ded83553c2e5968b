import type { Config } from '../config/config.ts';
import { freezeStep } from '../core/audit/steps.ts';
import { freezeAt, outlasts } from '../core/change/freeze.ts';
import { mayDecide, mayStop } from '../core/change/policy.ts';
import type { Audit } from '../core/domain/audit.ts';
import type { Person } from '../core/domain/change.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { Declaration, Freeze, Freezes, FreezeWish } from '../core/domain/freeze.ts';
import type { Localized } from '../core/domain/locale.ts';
import type { FreezeOutcome } from '../core/domain/ports.ts';
import type { Problem } from '../core/domain/problem.ts';
import { freezeStatus, inBoth, unclearWish } from '../core/render/freeze-words.ts';
import { FREEZE } from '../core/render/texts/freeze.ts';
import { refusedBy } from './answers.ts';
import { approversNow, AT_SIGNING_MS, type RulesContext } from './rules-now.ts';

/** What freezing changes, and lifting it, needs. */
export interface FreezeContext extends RulesContext {
  readonly config: Pick<Config, 'approvals'>;
  readonly freezes: Freezes;
  readonly audit: Audit;
  readonly nowMs: () => number;
  readonly report: (problem: Problem) => void;
}

/** Who says what about the freeze, and where. */
export interface FreezeOrder {
  readonly person: Person;
  readonly channel: string | null;
  readonly wish: FreezeWish;
}

/** A person freezes changes, lifts it, or asks; whoever may approve or operate may do all of it. */
export async function orderFreeze(context: FreezeContext, order: FreezeOrder): Promise<FreezeOutcome> {
  try {
    return await carryOut(context, order);
  } catch (error) {
    if (!(error instanceof TcpcheckError)) throw error;
    return refusedBy(error, 'a freeze could not be declared or lifted', context.report);
  }
}

async function carryOut(
  context: FreezeContext,
  { person, channel, wish }: FreezeOrder,
): Promise<FreezeOutcome> {
  if (wish.kind === 'unclear') return { kind: 'refused', code: 'USAGE', answer: unclearWish(wish.word) };
  const { freezes, nowMs } = context;
  if (wish.kind === 'status') return done(freezeStatus(await freezes.now()));
  const approvers = await approversNow(context, [person], AT_SIGNING_MS);
  const permission = (wish.kind === 'lift' ? mayDecide : mayStop)(person, approvers);
  if (!permission.allowed) return { kind: 'refused', code: permission.code, answer: permission.reason };
  if (wish.kind === 'lift') return lift(context, { by: person, channel }, wish.reason);
  const { toMs, reason } = wish;
  // A shorter one in its place would lift it without anybody having said so.
  const seen = await freezes.declared();
  const { freeze: standing } = seen;
  if (outlasts(standing, toMs, nowMs())) return done(inBoth(freezeStatus(standing), FREEZE.staysLonger));
  const freeze: Freeze = { kind: 'person', by: person, fromMs: nowMs(), toMs, reason };
  const what = { freeze, by: person, channel };
  try {
    await context.audit.record(freezeStep(what, reason));
  } catch (error) {
    // Nobody is harmed by a freeze that is not on record; a disk that is full is one more reason for it.
    if (!(error instanceof TcpcheckError)) throw error;
    context.report({ what: 'a freeze is not on record', code: error.code, fields: { said: error.message } });
  }
  return unlessOvertaken(async () => {
    await freezes.declare(what, seen);
    return freezeStatus(await freezes.now());
  });
}

/** Nobody undoes what they have not seen. */
async function unlessOvertaken(say: () => Promise<Localized>): Promise<FreezeOutcome> {
  try {
    return done(await say());
  } catch (error) {
    if (!(error instanceof TcpcheckError) || error.code !== 'CHANGE_DECIDED') throw error;
    return { kind: 'refused', code: error.code, answer: FREEZE.overtaken };
  }
}

async function lift(
  context: FreezeContext,
  said: Pick<Declaration, 'by' | 'channel'>,
  reason: string,
): Promise<FreezeOutcome> {
  const { freezes, config, nowMs } = context;
  const seen = await freezes.declared();
  const { freeze } = seen;
  const window = freezeAt(config.approvals.freeze, null, nowMs());
  const stays = window === null ? [] : [freezeStatus(window), FREEZE.windowStays];
  if (freezeAt([], freeze, nowMs()) === null) return done(inBoth(FREEZE.nothingToLift, ...stays));
  const what = { freeze: null, ...said };
  await context.audit.record(freezeStep(what, reason));
  return unlessOvertaken(async () => {
    await freezes.declare(what, seen);
    return inBoth(FREEZE.lifted, ...stays);
  });
}

const done = (answer: Extract<FreezeOutcome, { kind: 'done' }>['answer']): FreezeOutcome => ({
  kind: 'done',
  answer,
});
