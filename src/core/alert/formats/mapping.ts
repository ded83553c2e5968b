import { z } from 'zod';
import type { AlertReader, HostHint, ItemReading } from '../alert.ts';
import { hostsInText } from '../host-in-text.ts';
import { atPointer, JSON_POINTER } from '../json-pointer.ts';
import { firstText, identityOf, idOf, labelsOf, textOf, timeOf, urlOf } from '../read-values.ts';
import {
  COMMON_FIELDS,
  commonOf,
  hasSecret,
  HEADER_PROOF_FIELDS,
  headerProofOf,
  type SourceFormat,
} from '../source-format.ts';
import { templateList } from '../template-fields.ts';

const pointer = z.string().regex(JSON_POINTER, 'a JSON pointer such as /alert/name');
const pointers = z.union([pointer.transform((one) => [one]), z.array(pointer).min(1).max(10)]);
/** What stands there, compared as text: true, 1 and "1" are written `true`, `"1"`, `"1"`. */
const values = z.array(z.string().max(100)).min(1).max(20);

const MappingSchema = z.strictObject({
  each: pointer
    .optional()
    .describe('The list of alerts in the payload; without it the payload is one alert.'),
  status: z
    .strictObject({ at: pointers, firing: values, resolved: values.optional() })
    .describe('Which values start and end an alert; any other is acknowledged and starts nothing.'),
  name: pointers.describe('Name of the alert: the first that says something.'),
  summary: pointers.optional(),
  severity: pointers.optional(),
  host: pointers.optional().describe('What may name the host, most telling first; lists are looked through.'),
  host_from: z
    .strictObject({ at: pointers, like: templateList([]) })
    .optional()
    .describe('Texts that name the host somewhere, such as {at: /message, like: ["* on {host}"]}.'),
  fingerprint: pointers
    .optional()
    .describe('What together names the alert, the same when it ends; without it, name and host.'),
  started_at: pointers.optional().describe('Start of this firing: ISO 8601, epoch seconds or milliseconds.'),
  url: pointers.optional(),
  silence_url: pointers.optional(),
  labels: z.record(z.string().min(1).max(60), pointer).default({}).describe('For rules: name -> pointer.'),
});

type Mapping = z.infer<typeof MappingSchema>;

const reader =
  (mapping: Mapping): AlertReader =>
  (json) => {
    const { each } = mapping;
    if (typeof json !== 'object' || json === null)
      return { kind: 'unreadable', problem: 'the payload is no JSON object and no list' };
    const list: unknown = each === undefined ? [json] : atPointer(json, each);
    if (!Array.isArray(list))
      return {
        kind: 'unreadable',
        problem: `there is no list at ${each ?? ''}, where the mapping has the alerts`,
      };
    const items: readonly unknown[] = list;
    return { kind: 'delivery', items, sentAtMs: null, read: (item) => readItem(mapping, item) };
  };

function readItem(mapping: Mapping, item: unknown): ItemReading {
  const said = (at: readonly string[] | undefined): readonly unknown[] =>
    (at ?? []).map((one) => atPointer(item, one));
  const status = statusOf(mapping, said(mapping.status.at).map(asWritten));
  if (typeof status !== 'string') return status;
  const name = firstText(...said(mapping.name));
  if (name === '') return { kind: 'unreadable', why: `no name at ${mapping.name.join(', ')}` };
  const hints = hintsOf(mapping, item);
  const ids = said(mapping.fingerprint).flatMap((value) => idOf(value) ?? []);
  const severity = firstText(...said(mapping.severity));
  return {
    kind: 'alert',
    alert: {
      fingerprint: ids.length > 0 ? identityOf(ids) : identityOf([name, ...hints.map(({ text }) => text)]),
      startedAtMs:
        said(mapping.started_at)
          .map(timeOf)
          .find((time) => time !== null) ?? null,
      status,
      name,
      summary: firstText(...said(mapping.summary)),
      severity: severity === '' ? null : severity,
      alertUrl: urlOf(...said(mapping.url)),
      silenceUrl: urlOf(...said(mapping.silence_url)),
      labels: labelsOf(
        Object.fromEntries(Object.entries(mapping.labels).map(([label, at]) => [label, atPointer(item, at)])),
      ),
      hints,
    },
  };
}

const asWritten = (value: unknown): string =>
  typeof value === 'boolean' ? String(value) : textOf(value, 100);

function statusOf({ status }: Mapping, said: readonly string[]): 'firing' | 'resolved' | ItemReading {
  const given = said.filter((value) => value !== '');
  const is = (wanted: readonly string[] | undefined): boolean =>
    given.some((value) => wanted?.some((one) => one.toLowerCase() === value.toLowerCase()) === true);
  // An end that also looks like a beginning must not start a run.
  if (is(status.resolved)) return 'resolved';
  if (is(status.firing)) return 'firing';
  if (given.length === 0) return { kind: 'unreadable', why: `no status at ${status.at.join(', ')}` };
  return { kind: 'ignored', why: `status ${given.join(', ').slice(0, 60)}` };
}

function hintsOf({ host, host_from: inText }: Mapping, item: unknown): readonly HostHint[] {
  const direct = (host ?? []).flatMap((from) =>
    hintTexts(atPointer(item, from)).map((text) => ({ from, text })),
  );
  const found = (inText?.at ?? []).flatMap((from) =>
    hostsInText(inText?.like ?? [], textOf(atPointer(item, from))).map((text) => ({ from, text })),
  );
  return [...direct, ...found].filter(({ text }) => text !== '');
}

/** Tags that may be hosts are a short list. */
const MAX_HINTS = 20;

/** A tag may be written `host:web-1`. */
const hintTexts = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value.slice(0, MAX_HINTS) : [value]).map((one) =>
    textOf(one).replace(/^host[:=]/i, ''),
  );

/** Any sender of JSON, described in the configuration by JSON pointers: no code. */
export const mapping: SourceFormat = {
  name: 'mapping',
  title: 'the mapping',
  methods: ['POST', 'PUT'],
  busyStatus: 503,
  deliveryHeader: null,
  maxAgeMs: null,
  schema: z
    .strictObject({
      ...COMMON_FIELDS,
      ...HEADER_PROOF_FIELDS,
      challenge_file: z
        .string()
        .min(1)
        .max(1024)
        .optional()
        .describe(
          'Secret that answers `GET …?crc_token=`, by which Netdata Cloud asks who owns the address.',
        ),
      mapping: MappingSchema,
    })
    .refine(hasSecret, 'a source needs a secret: bearer_file, basic_file or hmac_file')
    .refine(
      (fields) => fields.hmac_file === undefined || fields.hmac_header !== undefined,
      'hmac_file needs hmac_header, the header that carries the signature',
    )
    .transform((fields) => ({
      ...commonOf(fields),
      challengeFile: fields.challenge_file ?? null,
      proof: headerProofOf(fields),
      read: reader(fields.mapping),
    })),
};
