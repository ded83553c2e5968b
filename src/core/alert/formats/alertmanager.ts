import type { Alert, AlertReader } from '../alert.ts';
import { fieldOf, urlOf } from '../read-values.ts';
import { bearerSchema, type SourceFormat } from '../source-format.ts';
import { openGroup } from './alert-group.ts';

/** A longer address is cut off by browsers and proxies. */
const MAX_FILTER_CHARS = 1_000;

const read: AlertReader = (json) =>
  openGroup(json, {
    title: 'Alertmanager',
    more: (raw, alert, envelope) => {
      const home = urlOf(fieldOf(envelope, 'externalURL'));
      return {
        ...alert,
        alertUrl: urlOf(fieldOf(raw, 'generatorURL')) ?? home,
        silenceUrl: home === null ? null : silenceUrl(home, alert),
      };
    },
  });

/** Alertmanager's page for a new silence, filled in with the labels of this alert. */
function silenceUrl(home: string, { labels }: Alert): string | null {
  const matchers = [...labels].map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ');
  if (matchers === '' || matchers.length > MAX_FILTER_CHARS) return null;
  return `${home.replace(/\/+$/, '')}/#/silences/new?filter=${encodeURIComponent(`{${matchers}}`)}`;
}

/**
 * Prometheus Alertmanager's webhook, payload version "4". Source: prometheus/alertmanager docs/configuration.md,
 * and deliveries of Debian's 0.25. It has no signature; it retries every 5xx, and sends the group again at its
 * interval after any other refusal.
 */
export const alertmanager: SourceFormat = {
  name: 'alertmanager',
  title: 'Alertmanager',
  methods: ['POST'],
  busyStatus: 503,
  deliveryHeader: null,
  maxAgeMs: null,
  schema: bearerSchema(read),
};
