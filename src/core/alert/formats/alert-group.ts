import type { Alert, ItemReading, Opened } from '../alert.ts';
import { fieldOf, firstText, identityOf, labelsOf, textOf, timeOf } from '../read-values.ts';

/** Alertmanager's and Grafana's delivery: a group of alerts, each with a status of its own. */
export interface GroupDialect {
  readonly title: string;
  /** What is told besides name, labels and times. */
  readonly more: (raw: unknown, alert: Alert, envelope: unknown) => Alert;
}

/**
 * Opens a group of alerts. Unknown fields are let through, since senders add some without a new version; the status
 * at the top is not looked at, since one delivery carries firing and resolved alerts (measured).
 */
export function openGroup(json: unknown, { title, more }: GroupDialect): Opened {
  if (fieldOf(json, 'evalMatches') !== undefined || fieldOf(json, 'ruleId') !== undefined)
    return unreadable(
      'this is Grafana’s legacy alerting (evalMatches), which ended with Grafana 11; use a webhook contact point of Grafana Alerting',
    );
  const alerts = fieldOf(json, 'alerts');
  if (!Array.isArray(alerts))
    return unreadable(
      `no list "alerts": not the webhook of ${title} as it comes. With a payload template of your own, take the template out, or describe it as a source with a mapping`,
    );
  const items: readonly unknown[] = alerts;
  return {
    kind: 'delivery',
    items,
    sentAtMs: null,
    read: (item) => {
      const reading = readItem(item);
      return reading.kind === 'alert' ? { kind: 'alert', alert: more(item, reading.alert, json) } : reading;
    },
  };
}

const unreadable = (problem: string): Opened => ({ kind: 'unreadable', problem });

function readItem(item: unknown): ItemReading {
  const status = fieldOf(item, 'status');
  if (status !== 'firing' && status !== 'resolved')
    return {
      kind: 'unreadable',
      why: `an alert whose status is neither firing nor resolved: ${shown(status)}`,
    };
  const labels = labelsOf(fieldOf(item, 'labels'));
  const annotations = labelsOf(fieldOf(item, 'annotations'));
  return {
    kind: 'alert',
    alert: {
      fingerprint: fingerprintOf(item, labels),
      startedAtMs: timeOf(fieldOf(item, 'startsAt')),
      status,
      name: labels.get('alertname') ?? 'alert',
      summary: firstText(
        annotations.get('summary'),
        annotations.get('description'),
        annotations.get('message'),
      ),
      severity: labels.get('severity') ?? labels.get('priority') ?? null,
      alertUrl: null,
      silenceUrl: null,
      labels,
      hints: [],
    },
  };
}

/** Alertmanager makes it of the labels; so do we where a proxy has taken it out. */
function fingerprintOf(item: unknown, labels: ReadonlyMap<string, string>): string {
  const given = textOf(fieldOf(item, 'fingerprint'));
  if (given !== '') return identityOf([given]);
  const sorted = [...labels].sort(([a], [b]) => (a < b ? -1 : 1));
  return identityOf(['labels', ...sorted.flat()]);
}

const shown = (value: unknown): string => JSON.stringify(textOf(value, 40));
