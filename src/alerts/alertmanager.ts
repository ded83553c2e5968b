import { z } from 'zod';
import type { Alert } from './alert.ts';
import { parseJson } from '../core/domain/json.ts';

/** Labels that name a host in the wild, most telling first; `instance` usually carries the exporter's port. */
const HOST_LABELS = ['host', 'hostname', 'nodename', 'node', 'instance'] as const;
/** One delivery of one group; more would be a storm that max_alerts should have cut. */
const MAX_ALERTS = 1_000;
const MAX_TEXT_CHARS = 300;

const Labels = z.record(z.string(), z.unknown()).catch({});

/**
 * The webhook payload of Alertmanager, version "4". Newer releases add fields without a new version, so
 * unknown ones are let through and only what we use is read.
 */
const Payload = z.object({
  alerts: z
    .array(
      z.object({
        status: z.enum(['firing', 'resolved']),
        labels: Labels,
        annotations: Labels,
        startsAt: z.string().max(64),
        fingerprint: z.string().max(128).optional(),
      }),
    )
    .max(MAX_ALERTS),
});

export type AlertReading =
  | { readonly kind: 'alerts'; readonly alerts: readonly Alert[] }
  | { readonly kind: 'unreadable'; readonly problem: string };

/** Reads a delivery alert by alert: one delivery may carry firing and resolved ones. */
export function readAlertmanager(body: string): AlertReading {
  const json = parseJson(body);
  if (json === undefined) return { kind: 'unreadable', problem: 'the body is not JSON' };
  const payload = Payload.safeParse(json);
  if (!payload.success) {
    const issue = payload.error.issues[0];
    const where = issue === undefined || issue.path.length === 0 ? 'the body' : issue.path.join('.');
    return {
      kind: 'unreadable',
      problem: `not an Alertmanager webhook (version 4): ${where}: ${issue?.message ?? ''}`,
    };
  }
  return { kind: 'alerts', alerts: payload.data.alerts.map(toAlert) };
}

type RawAlert = z.infer<typeof Payload>['alerts'][number];

function toAlert(raw: RawAlert): Alert {
  const label = (name: string): string => text(raw.labels[name]);
  const identity =
    raw.fingerprint ?? JSON.stringify(Object.entries(raw.labels).sort(([a], [b]) => a.localeCompare(b)));
  return {
    source: 'alertmanager',
    status: raw.status,
    name: label('alertname') === '' ? 'alert' : label('alertname'),
    summary: text(raw.annotations['summary'] ?? raw.annotations['description']),
    hostHints: HOST_LABELS.map(label).filter((hint) => hint !== ''),
    fingerprint: identity,
    startedAtMs: Number.isNaN(Date.parse(raw.startsAt)) ? null : Date.parse(raw.startsAt),
  };
}

const text = (value: unknown): string => (typeof value === 'string' ? value.slice(0, MAX_TEXT_CHARS) : '');
