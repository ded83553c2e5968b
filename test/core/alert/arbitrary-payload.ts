import * as fc from 'fast-check';

/** What might be told of anything, and what should never matter: names of prototypes, shell, mrkdwn, links, long texts. */
const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.constantFrom(
    'firing',
    'resolved',
    '',
    '$(reboot)',
    '`id`',
    '<!channel> <@U1>',
    'https://evil.example/|x>',
    'javascript:alert(1)',
    '\u0000\u202E',
    '[2001:db8::1]:9100',
    '0001-01-01T00:00:00Z',
    '2026-11-20T10:00:00Z',
    'x'.repeat(5_000),
  ),
);

const name = fc.constantFrom(
  'alerts',
  'status',
  'labels',
  'annotations',
  'startsAt',
  'fingerprint',
  'event',
  'event_type',
  'data',
  'id',
  'title',
  'incident_key',
  'service',
  'transition',
  'alert_id',
  'tags',
  'scope',
  'host',
  'what',
  'list',
  '__proto__',
  'constructor',
  'toString',
  'evalMatches',
);

/** JSON of every shape, with the names that readers look for. */
export const payload: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'medium' },
    text,
    fc.oneof(fc.double(), fc.integer(), fc.constant(2 ** 60)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    // Through JSON, as it comes over the wire: a name __proto__ is then an own field.
    fc.array(fc.tuple(name, tie('value')), { maxLength: 8 }).map((entries): unknown => {
      const json: unknown = JSON.parse(
        `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value) ?? 'null'}`).join(',')}}`,
      );
      return json;
    }),
  ),
})).value;
