import { randomUUID } from 'node:crypto';
import type { AlertIntake, AlertNotice } from '../core/domain/alert.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { AlertQueue } from '../core/domain/alert-ports.ts';
import type { Problem } from '../core/domain/problem.ts';

interface TakeOptions {
  readonly queue: AlertQueue;
  readonly report: (problem: Problem) => void;
}

type Told = 'firing' | 'resolved' | 'not_started' | 'ambiguous_host' | 'unknown_host';

/**
 * Takes a delivery for good, whatever it holds, and says what it was; what becomes of it is worked out afterwards, so
 * that a sender waits for one write only.
 */
export function takeAlerts({ queue, report }: TakeOptions): AlertIntake {
  return async (notices) => {
    const counts: Record<Told, number> = {
      firing: 0,
      resolved: 0,
      not_started: 0,
      ambiguous_host: 0,
      unknown_host: 0,
    };
    for (const notice of notices) counts[told(notice)] += 1;
    if (notices.length === 0) return { kind: 'accepted', counts };
    try {
      await queue.submit({ id: randomUUID(), notices });
      return { kind: 'accepted', counts };
    } catch (error) {
      if (!(error instanceof TcpcheckError)) throw error;
      report({
        what: 'alerts could not be taken; the sender must come again',
        code: error.code,
        fields: { said: error.message },
      });
      return { kind: 'unavailable' };
    }
  };
}

function told({ status, target, route }: AlertNotice): Told {
  if (status === 'resolved') return 'resolved';
  if (target.kind === 'unknown') return 'unknown_host';
  if (target.kind === 'choice') return 'ambiguous_host';
  return route.starts ? 'firing' : 'not_started';
}
