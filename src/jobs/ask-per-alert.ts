import type { AlertIntake, AlertNotice } from '../core/domain/alert.ts';
import type { Locale } from '../core/domain/locale.ts';
import type { Desk, Question } from '../core/domain/ports.ts';
import type { Problem } from '../core/domain/problem.ts';

interface AskPerAlertOptions {
  readonly desk: Pick<Desk, 'ask'>;
  readonly locale: Locale;
  /** The sender of an alert about no known host hears nothing of it, so the operators must. */
  readonly report: (problem: Problem) => void;
}

/** Of what an alert named, a log line shows so much. */
const MAX_NAMED_CHARS = 200;

type Taken = 'started' | 'repeated' | 'resolved' | 'unknown_host' | 'ignored';

/** Asks the desk about each firing alert that names one host of the inventory and starts a run. */
export function askPerAlert(options: AskPerAlertOptions): AlertIntake {
  return async (notices) => {
    const counts: Record<Taken, number> = {
      started: 0,
      repeated: 0,
      resolved: 0,
      unknown_host: 0,
      ignored: 0,
    };
    for (const notice of notices) {
      const taken = await take(options, notice);
      if (taken === 'unavailable') return { kind: 'unavailable' };
      counts[taken] += 1;
    }
    if (counts.unknown_host > 0) reportUnknown(options, notices, counts.unknown_host);
    return { kind: 'accepted', counts };
  };
}

async function take(options: AskPerAlertOptions, notice: AlertNotice): Promise<Taken | 'unavailable'> {
  if (notice.status === 'resolved') return 'resolved';
  if (notice.target.kind !== 'host') return 'unknown_host';
  if (!notice.route.starts) return 'ignored';
  const outcome = await options.desk.ask(questionOf(options.locale, notice, notice.target.host));
  if (outcome.kind === 'refused') return 'unavailable';
  return outcome.kind === 'duplicate' ? 'repeated' : 'started';
}

/** One line for a whole delivery; the first such alert shows what is missing in the inventory. */
function reportUnknown(
  { report }: AskPerAlertOptions,
  notices: readonly AlertNotice[],
  unknownAlerts: number,
): void {
  const first = notices.find(({ status, target }) => status === 'firing' && target.kind !== 'host');
  const named = first === undefined || first.target.kind === 'host' ? null : first.target.named;
  report({
    what: 'alerts name no host of the inventory; nothing was started for them',
    code: 'HOST_UNKNOWN',
    fields: {
      alerts: unknownAlerts,
      first: first?.name ?? null,
      named: named?.slice(0, MAX_NAMED_CHARS) ?? null,
    },
  });
}

const questionOf = (locale: Locale, notice: AlertNotice, host: string): Question => ({
  target: host,
  symptom: notice.summary === '' ? notice.name : `${notice.name}: ${notice.summary}`,
  channel: notice.route.channel,
  locale,
  requester: { kind: 'alert', source: notice.source, alertName: notice.name },
  mentions: notice.route.mentions,
  deliveryKey: `${notice.source}:${notice.fingerprint}:${notice.startedAtMs ?? ''}`,
});
