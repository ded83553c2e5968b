import type { Desk } from '../core/domain/ports.ts';
import { ask, type AskContext } from './ask.ts';
import { approve, keep, reject, rollBack, type DecideContext } from './decide-change.ts';

/** The one counter where Slack, alerts and others ask for things. */
export function createDesk(context: AskContext & DecideContext): Desk {
  return {
    ask: (question) => ask(context, question),
    approve: (click) => approve(context, click),
    reject: (click) => reject(context, click),
    keep: (click) => keep(context, click),
    rollback: (click) => rollBack(context, click),
  };
}
