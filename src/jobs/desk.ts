import type { Desk } from '../core/domain/ports.ts';
import { acknowledge, chooseHost, type AnswerContext } from './answer-alerts.ts';
import { CLICK_DEDUPE_S } from './answers.ts';
import { ask, type AskContext } from './ask.ts';
import { decide, wouldTake, type DecideContext } from './decide-change.ts';
import { orderFreeze } from './declare-freeze.ts';
import { breakingGlass, DECISIONS } from './decisions.ts';
import { recheck } from './recheck.ts';

/** The one counter where Slack, alerts and others ask for things. */
export function createDesk(context: AskContext & DecideContext & AnswerContext): Desk {
  return {
    ask: (question) => ask(context, question),
    approve: (click) => decide(context, click, DECISIONS.approve),
    reject: (click) => decide(context, click, DECISIONS.reject),
    keep: (click) => decide(context, click, DECISIONS.keep),
    acknowledge: (click) => acknowledge(context, click),
    chooseHost: (click) => chooseHost(context, click),
    recheck: (click) => recheck(context, click),
    rollback: (click) => decide(context, click, DECISIONS['roll-back']),
    mayBreakGlass: (click) => wouldTake(context, click, breakingGlass('')),
    breakGlass: (click, reason) => decide(context, click, breakingGlass(reason)),
    freeze: async ({ teamId, userId, channel, wish, deliveryKey }) => {
      const isFirst = await context.state.dedupe.firstTime(deliveryKey, CLICK_DEDUPE_S).catch(() => true);
      if (!isFirst) return { kind: 'duplicate' };
      return orderFreeze(context, { person: { kind: 'slack-user', teamId, userId }, channel, wish });
    },
  };
}
