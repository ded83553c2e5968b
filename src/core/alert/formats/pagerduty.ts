import { z } from 'zod';
import type { AlertReader, HostHint, ItemReading } from '../alert.ts';
import { hostsInText, type HostTemplate } from '../host-in-text.ts';
import { fieldOf, firstText, idOf, identityOf, labelsOf, textOf, timeOf, urlOf } from '../read-values.ts';
import { COMMON_FIELDS, commonOf, HMAC_FIELDS, proofOf, type SourceFormat } from '../source-format.ts';
import { templateList } from '../template-fields.ts';

/** How titles of incidents mostly name the host; a word that is no host of the inventory leads nowhere. */
const DEFAULT_TEMPLATES = [
  '* on {host}',
  '* on {host} *',
  '{host}: *',
  '[{host}] *',
  '* ({host})',
  '* host {host}*',
];

/** It retries for 48 hours at most; an hour more is for clocks that differ. */
const MAX_AGE_MS = 49 * 3600_000;

const STARTS: ReadonlySet<unknown> = new Set(['incident.triggered', 'incident.reopened']);
const ENDS = 'incident.resolved';

interface Where {
  readonly templates: readonly HostTemplate[];
  /** Host of the inventory by the id or the name of the service. */
  readonly services: ReadonlyMap<string, string>;
}

const reader =
  (where: Where): AlertReader =>
  (json) => {
    const event = fieldOf(json, 'event');
    if (typeof event !== 'object' || event === null || textOf(fieldOf(event, 'event_type')) === '') {
      const old = Array.isArray(fieldOf(json, 'messages')) ? ' (that is version 1 or 2)' : '';
      return {
        kind: 'unreadable',
        problem: `no "event" with an "event_type"${old}: not a webhook of PagerDuty, version 3; make a webhook subscription`,
      };
    }
    return {
      kind: 'delivery',
      items: [event],
      sentAtMs: timeOf(fieldOf(event, 'occurred_at')),
      read: (item) => readEvent(where, item),
    };
  };

/** The list of event types grows; whatever is not the beginning or the end of an incident is acknowledged only. */
function readEvent(where: Where, event: unknown): ItemReading {
  const type = fieldOf(event, 'event_type');
  if (!STARTS.has(type) && type !== ENDS) return { kind: 'ignored', why: `event ${textOf(type, 60)}` };
  const incident = fieldOf(event, 'data');
  const id = idOf(fieldOf(incident, 'id'));
  if (id === null) return { kind: 'unreadable', why: 'an incident without an id' };
  const reopened = type === 'incident.reopened';
  const priority = textOf(fieldOf(fieldOf(incident, 'priority'), 'summary'));
  return {
    kind: 'alert',
    alert: {
      fingerprint: identityOf([id]),
      startedAtMs: startOf(event, incident, reopened),
      status: type === ENDS ? 'resolved' : 'firing',
      name: firstText(fieldOf(incident, 'title'), 'incident'),
      summary: '',
      severity: firstText(priority, fieldOf(incident, 'urgency')) || null,
      alertUrl: urlOf(fieldOf(incident, 'html_url')),
      silenceUrl: null,
      labels: labelsOfIncident(incident, priority),
      hints: hintsOf(where, incident),
    },
  };
}

/** A reopened incident is a new firing of the same one; a resolve does not say which firing it ends. */
function startOf(event: unknown, incident: unknown, reopened: boolean): number | null {
  if (fieldOf(event, 'event_type') === ENDS) return null;
  return timeOf(reopened ? fieldOf(event, 'occurred_at') : fieldOf(incident, 'created_at'));
}

function labelsOfIncident(incident: unknown, priority: string): ReadonlyMap<string, string> {
  const teams = fieldOf(incident, 'teams');
  const team: unknown = Array.isArray(teams) ? teams[0] : undefined;
  return labelsOf({
    service: fieldOf(fieldOf(incident, 'service'), 'summary'),
    service_id: fieldOf(fieldOf(incident, 'service'), 'id'),
    team: fieldOf(team, 'summary'),
    urgency: fieldOf(incident, 'urgency'),
    priority,
  });
}

/** An incident has no field for the host: its title may name one, or the key that the monitoring chose, or its service. */
function hintsOf({ templates, services }: Where, incident: unknown): readonly HostHint[] {
  const title = textOf(fieldOf(incident, 'title'));
  const key = textOf(fieldOf(incident, 'incident_key'));
  const service = fieldOf(incident, 'service');
  const named =
    services.get(textOf(fieldOf(service, 'id'))) ?? services.get(textOf(fieldOf(service, 'summary')));
  return [
    ...hostsInText(templates, title).map((text) => ({ from: 'title', text })),
    ...[key, ...hostsInText(templates, key)].map((text) => ({ from: 'incident_key', text })),
    ...(named === undefined ? [] : [{ from: 'service', text: named }]),
  ].filter(({ text }) => text !== '');
}

/**
 * PagerDuty's webhook subscriptions, version 3. Source: PagerDuty/developer-docs docs/webhooks. The signature header
 * is a list while secrets are rotated. It retries 5xx and 429; any other refusal drops the delivery, and three drops
 * in a row disable the subscription for a day.
 */
export const pagerduty: SourceFormat = {
  name: 'pagerduty',
  title: 'PagerDuty',
  methods: ['POST'],
  busyStatus: 429,
  deliveryHeader: 'x-webhook-id',
  maxAgeMs: MAX_AGE_MS,
  schema: z
    .strictObject({
      ...COMMON_FIELDS,
      hmac_file: HMAC_FIELDS.hmac_file
        .unwrap()
        .describe('File with the signing secret of the subscription; two while it is rotated.'),
      host_from: templateList(DEFAULT_TEMPLATES).describe(
        'Where titles and incident keys name the host, such as "* on {host}"; * stands for anything.',
      ),
      services: z
        .record(z.string().min(1).max(200), z.string().min(1).max(253))
        .default({})
        .describe('Id or name of a service -> the host it is about.'),
    })
    .transform((fields) => ({
      ...commonOf(fields),
      proof: proofOf(fields, { header: 'X-PagerDuty-Signature', prefix: 'v1=', timestampHeader: null }),
      read: reader({ templates: fields.host_from, services: new Map(Object.entries(fields.services)) }),
    })),
};
