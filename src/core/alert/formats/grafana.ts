import { z } from 'zod';
import type { Alert, AlertReader } from '../alert.ts';
import { fieldOf, urlOf } from '../read-values.ts';
import {
  COMMON_FIELDS,
  commonOf,
  hasSecret,
  HEADER_PROOF_FIELDS,
  headerProofOf,
  type SourceFormat,
} from '../source-format.ts';
import { openGroup } from './alert-group.ts';

const SIGNATURE_HEADER = 'X-Grafana-Alerting-Signature';

const read: AlertReader = (json) =>
  openGroup(json, {
    title: 'Grafana Alerting',
    more: (raw, alert) => ({
      ...withoutTestHost(alert),
      alertUrl: urlOf(
        fieldOf(raw, 'panelURL'),
        fieldOf(raw, 'dashboardURL'),
        fieldOf(raw, 'ruleUrl'),
        // In version 12 a test alert has no more than "?orgId=1" here; the check of links takes that out.
        fieldOf(raw, 'generatorURL'),
      ),
      silenceUrl: urlOf(fieldOf(raw, 'silenceURL')),
    }),
  });

/** The test of a contact point claims to come from the instance "Grafana", which is no host of anybody's. */
function withoutTestHost(alert: Alert): Alert {
  if (alert.name !== 'TestAlert' || alert.labels.get('instance') !== 'Grafana') return alert;
  return { ...alert, labels: new Map([...alert.labels].filter(([name]) => name !== 'instance')) };
}

/**
 * Grafana's unified alerting. Source: grafana/alerting receivers/webhook/v1 and http/hmac.go. The signature is hex
 * without a prefix; with a timestamp header configured there, the time and a colon are signed before the body.
 */
export const grafana: SourceFormat = {
  name: 'grafana',
  title: 'Grafana',
  methods: ['POST', 'PUT'],
  busyStatus: 503,
  deliveryHeader: null,
  maxAgeMs: null,
  schema: z
    .strictObject({ ...COMMON_FIELDS, ...HEADER_PROOF_FIELDS })
    .refine(hasSecret, 'a source needs a secret: bearer_file, basic_file or hmac_file')
    .transform((fields) => ({
      ...commonOf(fields),
      proof: headerProofOf(fields, SIGNATURE_HEADER),
      read,
    })),
};
