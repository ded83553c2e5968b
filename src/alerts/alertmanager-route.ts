import type { AlertIntake, AlertNotice, AlertTarget } from '../core/domain/alert.ts';
import type { ErrorCode } from '../core/domain/error-catalogue.ts';
import type { HostEntry } from '../core/domain/host.ts';
import type { Alert } from './alert.ts';
import { readAlertmanager } from './alertmanager.ts';
import { bearerAccepted } from './bearer.ts';
import { resolveHost } from './resolve-host.ts';

interface AlertRouteOptions {
  readonly secrets: readonly string[];
  readonly channel: string;
  readonly mentions: readonly string[];
  readonly hosts: ReadonlyMap<string, HostEntry>;
  readonly intake: AlertIntake;
}

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
    const outcome = await options.intake(reading.alerts.map((alert) => noticeOf(options, alert)));
    if (outcome.kind === 'unavailable')
      return refuse(503, 'REDIS_UNAVAILABLE', 'the queue is away; send again');
    return { status: 202, body: outcome.counts };
  };
}

const refuse = (status: number, code: ErrorCode, error: string): Answer => ({
  status,
  body: { error, code },
});

const noticeOf = (options: AlertRouteOptions, alert: Alert): AlertNotice => ({
  source: alert.source,
  fingerprint: alert.fingerprint,
  startedAtMs: alert.startedAtMs,
  status: alert.status,
  name: alert.name,
  summary: alert.summary,
  severity: null,
  alertUrl: null,
  silenceUrl: null,
  target: targetOf(options, alert),
  route: {
    channel: options.channel,
    mentions: options.mentions,
    starts: true,
    rule: 'every alert starts a diagnosis',
    playbooks: [],
  },
});

function targetOf({ hosts }: AlertRouteOptions, { hostHints }: Alert): AlertTarget {
  const host = resolveHost(hosts, hostHints);
  if (host === null) return { kind: 'unknown', named: hostHints.join(' ') };
  return { kind: 'host', host: host.name };
}
