import { isGroupId } from '../core/change/group-ids.ts';
import { readButtonValue } from '../core/change/plan-hash.ts';
import type { Click, ClickOutcome, Desk } from '../core/domain/ports.ts';
import { acknowledge, chooseHost, type AnswerContext } from './answer-alerts.ts';
import { CLICK_DEDUPE_S } from './answers.ts';
import { ask, type AskContext } from './ask.ts';
import { decide, wouldTake, type DecideContext } from './decide-change.ts';
import { orderFreeze } from './declare-freeze.ts';
import { breakingGlass, DECISIONS } from './decisions.ts';
import { recheck } from './recheck.ts';
import { decideGroup } from './decide-group.ts';
import type { DecisionKind } from './decisions.ts';

/** The one counter where Slack, alerts and others ask for things. */
export function createDesk(context: AskContext & DecideContext & AnswerContext): Desk {
  const pressed =
    (kind: DecisionKind) =>
    async (click: Click): Promise<ClickOutcome> =>
      isGroupId(readButtonValue(click.value)?.id ?? '')
        ? decideGroup(context, click, kind)
        : decide(context, click, DECISIONS[kind]);
  return {
    ask: (question) => ask(context, question),
    approve: pressed('approve'),
    reject: pressed('reject'),
    keep: pressed('keep'),
    acknowledge: (click) => acknowledge(context, click),
    chooseHost: (click) => chooseHost(context, click),
    recheck: (click) => recheck(context, click),
    rollback: pressed('roll-back'),
    mayBreakGlass: (click) => wouldTake(context, click, breakingGlass('')),
    breakGlass: (click, reason) => decide(context, click, breakingGlass(reason)),
    freeze: async ({ teamId, userId, channel, wish, deliveryKey }) => {
      const isFirst = await context.state.dedupe.firstTime(deliveryKey, CLICK_DEDUPE_S).catch(() => true);
      if (!isFirst) return { kind: 'duplicate' };
      return orderFreeze(context, { person: { kind: 'slack-user', teamId, userId }, channel, wish });
    },
  };
}
