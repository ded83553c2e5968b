import type { AlertReader, HostHint, ItemReading } from '../alert.ts';
import { fieldOf, firstText, idOf, identityOf, labelsOf, textOf, urlOf } from '../read-values.ts';
import { bearerSchema, type SourceFormat } from '../source-format.ts';

/** $ALERT_TRANSITION as Datadog writes it; anything else starts and ends nothing. */
const STATUS: ReadonlyMap<string, 'firing' | 'resolved'> = new Map([
  ['triggered', 'firing'],
  ['re-triggered', 'firing'],
  ['warn', 'firing'],
  ['re-warn', 'firing'],
  ['no data', 'firing'],
  ['re-no data', 'firing'],
  ['renotify', 'firing'],
  ['recovered', 'resolved'],
]);

const read: AlertReader = (json) => {
  if (fieldOf(json, 'transition') === undefined || fieldOf(json, 'alert_id') === undefined)
    return {
      kind: 'unreadable',
      problem:
        'no "transition" and "alert_id": Datadog sends what the webhook’s payload says; paste the one of examples/datadog/payload.json',
    };
  return { kind: 'delivery', items: [json], sentAtMs: null, read: readAlert };
};

function readAlert(raw: unknown): ItemReading {
  const filled = (name: string): string => known(fieldOf(raw, name));
  const transition = filled('transition');
  const status = STATUS.get(transition.toLowerCase());
  if (status === undefined)
    return {
      kind: 'ignored',
      why: transition === '' ? 'no transition of a monitor' : `transition ${transition.slice(0, 40)}`,
    };
  const id = idOf(filled('alert_id'));
  if (id === null) return { kind: 'unreadable', why: 'a monitor without an id' };
  const tags = tagsOf(filled('tags'));
  return {
    kind: 'alert',
    alert: {
      fingerprint: identityOf([id, filled('cycle') || filled('scope')]),
      // The cycle key names one firing by itself; the date is that of the message.
      startedAtMs: null,
      status,
      name: withoutState(firstText(filled('title'), filled('metric'), 'monitor')),
      summary: firstText(filled('status')),
      severity: filled('priority') || (/warn/i.test(transition) ? 'warning' : null),
      alertUrl: urlOf(filled('link')),
      silenceUrl: null,
      labels: labelsOf(
        Object.fromEntries([...tags, ['metric', filled('metric')], ['scope', filled('scope')]]),
      ),
      hints: hintsOf(filled('host'), tagsOf(filled('scope')), tags),
    },
  };
}

/** A variable that Datadog does not know for this kind of monitor arrives as its own name. */
function known(value: unknown): string {
  const text = textOf(value);
  return /^\$[A-Z][A-Z0-9_]*$/.test(text) || text === 'null' || text === 'n/a' ? '' : text;
}

type Tags = readonly (readonly [name: string, value: string])[];

/** `host:web-1, env:prod`: tags without a value say nothing here. */
const tagsOf = (list: string): Tags =>
  list.split(',').flatMap((tag) => {
    const [name, ...value] = tag.trim().split(':');
    return name === undefined || value.length === 0 ? [] : [[name, value.join(':')] as const];
  });

const hintsOf = (host: string, scope: Tags, tags: Tags): readonly HostHint[] => [
  ...(host === '' ? [] : [{ from: 'host', text: host }]),
  ...scope.filter(([name]) => name === 'host').map(([, text]) => ({ from: 'scope', text })),
  ...tags.filter(([name]) => name === 'host').map(([, text]) => ({ from: 'tags', text })),
];

/** `[Triggered on {host:web-1}] …`: the state is told by the thread. */
const withoutState = (title: string): string => {
  const end = title.startsWith('[') ? title.indexOf('] ') : -1;
  return end > 0 && end < title.length - 2 ? title.slice(end + 2) : title;
};

/**
 * Datadog's webhook with the payload that we ship. Source: docs.datadoghq.com/integrations/webhooks. It has no
 * signature, only headers of one's own; it retries 5xx and nothing else.
 */
export const datadog: SourceFormat = {
  name: 'datadog',
  title: 'Datadog',
  methods: ['POST'],
  busyStatus: 503,
  deliveryHeader: null,
  maxAgeMs: null,
  schema: bearerSchema(read),
};
