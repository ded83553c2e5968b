import { z } from 'zod';

/** Names of the topics on the checklist line of the root message. */
const MARKS = ['time-wait', 'accept-queue', 'descriptors', 'connections'] as const;

const words = (max: number): z.ZodString => z.string().min(1).max(max);

/** Every text a person reads exists in both languages, side by side. */
const localized = (max: number, what: string) =>
  z.strictObject({ en: words(max), ko: words(max) }).describe(what);

const condition = words(2000).describe(
  'CEL over facts, e.g. listener.queue_peak > listener.backlog && has(listener.pid)',
);
const fact = words(80)
  .regex(/^[a-z]+\.[a-z0-9_]+$/, 'a fact is written group.name')
  .describe('a fact, group.name');
const duration = z
  .string()
  .regex(/^[1-9]\d{0,3}[sm]$/, 'a duration is written 10s or 5m')
  .describe('10s or 5m');
const settingKey = words(100)
  .regex(/^[a-z0-9_]+(\.[a-z0-9_-]+)+$/, 'a setting is written net.core.somaxconn')
  .describe('a kernel setting of the catalogue');
const symptomWords = z.array(words(200)).max(20);
const id = words(40).regex(/^[a-z][a-z0-9-]*$/, 'small letters, digits and dashes');

/** Shorter than this nobody can say where a number comes from, or why it is our own. */
const MIN_SOURCE_CHARS = 12;
const thresholdSource = words(300).min(
  MIN_SOURCE_CHARS,
  'a source says where the number comes from, or "Our own; and why"',
);

const evidence = z
  .strictObject({
    fact,
    when: condition.optional().describe('say so only then'),
    text: localized(250, 'the number in a sentence, with {facts}; left out when one is missing'),
    command: words(200).describe('what a person types on the host to see it'),
  })
  .describe('one measured number');

const application = z.strictObject({
  when: condition.optional().describe('say so only then'),
  text: localized(450, 'what to change in the application'),
  samples: z
    .array(z.strictObject({ language: words(30), code: words(2000) }))
    .max(10)
    .default([])
    .describe('code, one sample per language'),
});

const sysctl = z
  .strictObject({
    key: settingKey,
    to: z
      .union([z.string(), z.number()], { error: 'wanted is a value like 1 or "10000 65535"' })
      .optional()
      .describe('the value to reach; the catalogue sees to it that nothing gets worse'),
    to_at_least: z
      .strictObject({ value: condition, min: z.number().int(), max: z.number().int() })
      .optional()
      .describe('the same, worked out from facts and kept within bounds'),
    only_if: z
      .array(z.strictObject({ that: condition, otherwise: localized(350, 'why it is not offered') }))
      .max(10)
      .default([])
      .describe('all must be true for a button to appear'),
    why: localized(350, 'what it does here, and what it does not'),
  })
  .refine((setting) => (setting.to === undefined) !== (setting.to_at_least === undefined), {
    error: 'needs either "to" or "to_at_least"',
  });

const notAdvised = z
  .array(
    z.strictObject({
      key: settingKey,
      when: condition.optional().describe('say so only then'),
      why: localized(300, 'why this popular setting would not help'),
    }),
  )
  .max(6)
  .default([]);

const fix = z.strictObject({
  application: z.array(application).max(4).default([]).describe('what heals it; always comes first'),
  sysctl: z.array(sysctl).max(3).default([]).describe('stopgaps behind a button'),
  not_advised: notAdvised.describe('popular settings that would not help with this cause'),
});

/** A setting is offered for a cause that was told: without one nobody knows what it would heal. */
const causelessFix = fix.extend({
  sysctl: z
    .array(z.never('a setting is offered by a cause only; move it into the fix of one'))
    .default([])
    .describe('always empty: settings belong to causes'),
});

const cause = z.strictObject({
  id,
  title: localized(100, 'headline of the finding with this cause').optional(),
  when: condition,
  text: localized(900, 'what is wrong and why, in two or three sentences, with {facts}'),
  marks: z.array(z.enum(MARKS)).default([]),
  evidence: z.array(evidence).max(4).default([]),
  fix: fix.optional(),
});

const unplaced = z
  .strictObject({
    when: condition,
    text: localized(900, 'what is known although no subject could be named'),
    evidence: z.array(evidence).max(4).default([]),
  })
  .describe('a finding about the host when no subject matches; knows only facts of the host');

const verify = z
  .strictObject({
    window: duration,
    facts: z.array(z.strictObject({ fact, wanted: z.enum(['lower', 'higher']) })).min(1),
    volume: z.strictObject({ fact, at_least: z.number() }).optional(),
  })
  .describe('what must move after a change, and how much must go on for that to mean anything');

const test = z
  .strictObject({
    capture: words(300).describe('folder of a recorded host, relative to this file'),
    expect: z.strictObject({
      status: z.enum(['matched', 'cleared', 'unknown']),
      cause: id.optional(),
      severity: z.enum(['critical', 'warning', 'info']).optional(),
      subject: words(100).optional(),
      offered: z.array(settingKey).optional(),
    }),
  })
  .describe('what this playbook must say about a recorded host');

/** One playbook as people write it; unknown fields are refused. */
export const playbookSchema = z
  .strictObject({
    id,
    version: z.number().int().min(1).describe('counted up with every change of meaning'),
    title: localized(100, 'headline of the finding'),
    symptoms: z
      .strictObject({
        en: symptomWords.min(1),
        ko: symptomWords.min(1),
        errors: symptomWords.default([]),
      })
      .describe('how people describe it, in both languages, and the error texts they see'),
    for_each: z.enum(['none', 'listeners', 'destinations', 'processes', 'services']).default('none'),
    marks: z.array(z.enum(MARKS)).default([]).describe('topics of the checklist line it spoils'),
    requires: z.array(fact).default([]).describe('facts without which it says nothing'),
    window_min: duration.default('1s').describe('with a shorter window, rates are unknown'),
    thresholds: z
      .record(
        z.string().regex(/^[a-z][a-z0-9_]*$/, 'small letters, digits and underscores'),
        z.strictObject({ value: z.number(), source: thresholdSource }),
      )
      .default({})
      .describe('numbers of the conditions, each with where it comes from'),
    when: condition,
    severity: z.strictObject({
      default: z.enum(['critical', 'warning', 'info']),
      warning: condition.optional().describe('raises a default of info'),
      critical: condition.optional(),
    }),
    text: localized(900, 'what is wrong when no cause can be told, with {facts}'),
    evidence: z.array(evidence).max(6).default([]).describe('the first one is the headline number'),
    causes: z.array(cause).max(10).default([]).describe('tried in order; the first that is true is it'),
    cleared: localized(
      250,
      'what is said of it when somebody asks and it is not so, with {facts} of the host',
    ).optional(),
    fix: causelessFix.optional().describe('for when no cause can be told'),
    not_advised: notAdvised.describe('popular settings that would not help, whatever the cause'),
    unplaced: unplaced.optional(),
    explains: z
      .array(words(90).regex(/^[a-z][a-z0-9-]*(\/[a-z][a-z0-9-]*)?$/, 'written playbook or playbook/cause'))
      .default([])
      .describe('findings that are a consequence of this one'),
    verify: verify.optional(),
    sources: z.array(words(300)).min(1),
    tests: z.array(test).default([]),
  })
  .describe('One symptom, its causes and their fixes. Every text exists in English and Korean.');

export type PlaybookYaml = z.infer<typeof playbookSchema>;
export type FixYaml = z.infer<typeof fix>;
export type NotAdvisedYaml = z.infer<typeof notAdvised>;
export type EvidenceYaml = z.infer<typeof evidence>;
export type CauseYaml = z.infer<typeof cause>;
export type SysctlYaml = z.infer<typeof sysctl>;

/** The JSON Schema that editors check playbooks with; playbooks/schema.json holds it. */
export const playbookJsonSchema = (): Readonly<Record<string, unknown>> => ({
  title: 'tcpcheck playbook',
  ...z.toJSONSchema(playbookSchema, { io: 'input', target: 'draft-2020-12' }),
});
