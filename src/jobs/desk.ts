import type { Desk } from '../core/domain/ports.ts';
import { acknowledge, chooseHost, type AnswerContext } from './answer-alerts.ts';
import { ask, type AskContext } from './ask.ts';
import { recheck } from './recheck.ts';
import { decide, type DecideContext } from './decide-change.ts';

/** The one counter where Slack, alerts and others ask for things. */
export function createDesk(context: AskContext & DecideContext & AnswerContext): Desk {
  return {
    ask: (question) => ask(context, question),
    approve: (click) => decide(context, click, 'approve'),
    reject: (click) => decide(context, click, 'reject'),
    keep: (click) => decide(context, click, 'keep'),
    acknowledge: (click) => acknowledge(context, click),
    chooseHost: (click) => chooseHost(context, click),
    recheck: (click) => recheck(context, click),
    rollback: (click) => decide(context, click, 'roll-back'),
  };
}
