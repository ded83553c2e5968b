import type { Desk, Question } from '../core/domain/ports.ts';
import type { ErrorCode } from '../core/domain/error-catalogue.ts';
import type { Locale } from '../core/domain/locale.ts';
import type { HostEntry } from '../core/domain/host.ts';
import type { Problem } from '../core/domain/problem.ts';
import type { Alert } from './alert.ts';
import { readAlertmanager } from './alertmanager.ts';
import { bearerAccepted } from './bearer.ts';
import { resolveHost } from './resolve-host.ts';

interface AlertRouteOptions {
  readonly secrets: readonly string[];
  readonly channel: string;
  readonly mentions: readonly string[];
  readonly locale: Locale;
  readonly hosts: ReadonlyMap<string, HostEntry>;
  readonly desk: Pick<Desk, 'ask'>;
  /** The sender of an alert about no known host hears nothing of it, so the operators must. */
  readonly report: (problem: Problem) => void;
}

/** Of the labels of an alert, what a log line shows. */
const MAX_NAMED_CHARS = 200;

interface Delivery {
  readonly authorization: string | null;
  readonly body: string;
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * `POST /alerts/alertmanager`: 401 without a secret, 400 for what is no such alert, 202 once every firing
 * alert's request is stored (unknown hosts included: a sender that is refused would only send again), 503
 * when it cannot be stored.
 */
export function alertmanagerRoute(options: AlertRouteOptions): (delivery: Delivery) => Promise<Answer> {
  return async ({ authorization, body }) => {
    if (!bearerAccepted(authorization, options.secrets))
      return refuse(401, 'ALERT_UNAUTHORIZED', 'unauthorized');
    const reading = readAlertmanager(body);
    if (reading.kind === 'unreadable') return refuse(400, 'ALERT_INVALID', reading.problem);
    const tally = { started: 0, repeated: 0, resolved: 0, unknown_host: 0 };
    for (const alert of reading.alerts) {
      const outcome = await take(options, alert);
      if (outcome === 'unavailable') return refuse(503, 'REDIS_UNAVAILABLE', 'the queue is away; send again');
      tally[outcome] += 1;
    }
    if (tally.unknown_host > 0) reportUnknown(options, reading.alerts, tally.unknown_host);
    return { status: 202, body: tally };
  };
}

const refuse = (status: number, code: ErrorCode, error: string): Answer => ({
  status,
  body: { error, code },
});

type Taken = 'started' | 'repeated' | 'resolved' | 'unknown_host' | 'unavailable';

async function take(options: AlertRouteOptions, alert: Alert): Promise<Taken> {
  if (alert.status === 'resolved') return 'resolved';
  const host = resolveHost(options.hosts, alert.hostHints);
  if (host === null) return 'unknown_host';
  const outcome = await options.desk.ask(questionOf(options, alert, host));
  if (outcome.kind === 'refused') return 'unavailable';
  return outcome.kind === 'duplicate' ? 'repeated' : 'started';
}

/** One line for a whole delivery; the first such alert shows what is missing in the inventory. */
function reportUnknown(
  { hosts, report }: AlertRouteOptions,
  alerts: readonly Alert[],
  unknownAlerts: number,
): void {
  const first = alerts.find(
    (alert) => alert.status === 'firing' && resolveHost(hosts, alert.hostHints) === null,
  );
  report({
    what: 'alerts name no host of the inventory; nothing was started for them',
    code: 'HOST_UNKNOWN',
    fields: {
      alerts: unknownAlerts,
      first: first?.name ?? null,
      named: first?.hostHints.join(' ').slice(0, MAX_NAMED_CHARS) ?? null,
    },
  });
}

const questionOf = (options: AlertRouteOptions, alert: Alert, host: HostEntry): Question => ({
  target: host.name,
  symptom: alert.summary === '' ? alert.name : `${alert.name}: ${alert.summary}`,
  channel: options.channel,
  locale: options.locale,
  requester: { kind: 'alert', source: alert.source, alertName: alert.name },
  mentions: options.mentions,
  deliveryKey: alert.key,
});
