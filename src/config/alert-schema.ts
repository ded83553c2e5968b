import { z } from 'zod';
import { SOURCE_FORMATS } from '../core/alert/formats.ts';
import type { SourceFormat, SourceSetup } from '../core/alert/source-format.ts';
import { slackChannel, slackUser } from '../core/domain/slack-ids.ts';
import { duration, moment } from './words-schema.ts';
import { nearestNames } from './nearest-names.ts';

/** A source as written, with the format that was chosen for it. */
export interface WrittenSource extends SourceSetup {
  readonly name: string;
  readonly format: SourceFormat;
}

/** It is part of a path: POST /alerts/NAME. */
const sourceName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'the name of a source has lower-case letters, digits and dashes');

/** Each source is read by the schema of its format, which is known from its name or its `format`. */
const writtenSources = z.record(sourceName, z.unknown());

const SourcesSchema = writtenSources.transform((written, context): readonly WrittenSource[] => {
  const sources: WrittenSource[] = [];
  for (const [name, raw] of Object.entries(written)) {
    const format = formatOf(name, raw);
    if (format === null) {
      context.addIssue({ code: 'custom', path: [name], message: noFormat(name, raw) });
      continue;
    }
    const parsed = format.schema.safeParse(raw);
    if (parsed.success) sources.push({ ...parsed.data, name, format });
    else for (const issue of parsed.error.issues) passOn(context, name, issue);
  }
  return sources;
});

/** The mistake at its place in the whole file. */
function passOn(context: z.RefinementCtx, name: string, issue: z.core.$ZodIssue): void {
  const path = [name, ...issue.path];
  if (issue.code === 'unrecognized_keys')
    context.issues.push({ code: issue.code, keys: issue.keys, path, input: {} });
  else context.addIssue({ code: 'custom', path, message: issue.message });
}

const FORMAT_NAMES = SOURCE_FORMATS.map(({ name }) => name);

function formatOf(name: string, raw: unknown): SourceFormat | null {
  const wanted = formatWritten(raw) ?? (FORMAT_NAMES.includes(name) ? name : 'mapping');
  const described = typeof raw === 'object' && raw !== null && 'mapping' in raw;
  if (wanted === 'mapping' && !described) return null;
  return SOURCE_FORMATS.find((format) => format.name === wanted) ?? null;
}

function formatWritten(raw: unknown): string | null {
  if (typeof raw !== 'object' || raw === null || !('format' in raw)) return null;
  return typeof raw.format === 'string' ? raw.format : null;
}

function noFormat(name: string, raw: unknown): string {
  const wanted = formatWritten(raw);
  const [near] = nearestNames(wanted ?? name, FORMAT_NAMES);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  if (wanted !== null && wanted !== 'mapping')
    return `there is no format "${wanted}"; there are ${FORMAT_NAMES.join(', ')}.${hint}`;
  return `"${name}" is none of the formats ${FORMAT_NAMES.join(', ')}: say which with format:, or describe its payload with mapping:.${hint}`;
}

const glob = z.string().min(1).max(100);
const globs = z.union([glob.transform((one) => [one]), z.array(glob).min(1).max(20)]);

const RuleSchema = z
  .strictObject({
    name: z.string().min(1).max(60).optional().describe('Shown wherever the rule decides.'),
    match: z
      .strictObject({
        source: globs.optional(),
        name: globs.optional().describe('Name of the alert.'),
        severity: globs.optional(),
        host: globs.optional().describe('Name of the host in the inventory.'),
        group: globs.optional(),
        zone: globs.optional(),
        labels: z.record(z.string().min(1).max(100), globs).default({}),
      })
      .prefault({})
      .describe('Every field must fit; * and ? stand for characters, a list means any of them.'),
    start: z.boolean().optional().describe('Whether such alerts start a diagnosis.'),
    channel: slackChannel.optional(),
    mention: z.array(slackUser).max(5).optional(),
    playbooks: z.array(z.string().max(40)).max(6).optional().describe('Playbooks that are told first.'),
  })
  .refine(
    ({ start, channel, mention, playbooks }) =>
      [start, channel, mention, playbooks].some((one) => one !== undefined),
    'a rule says at least one of start, channel, mention, playbooks',
  );

const named = z.array(z.string().min(1).max(100)).max(200).default([]);

const MaintenanceSchema = z
  .strictObject({
    from: moment,
    to: moment,
    hosts: named.describe('Names of the inventory.'),
    groups: named,
    reason: z.string().max(200).default('').describe('What the channels are told.'),
  })
  .refine(
    ({ hosts, groups }) => hosts.length + groups.length > 0,
    'a maintenance names at least one host or group: hosts: [web-1], or groups: [web]',
  );

export const AlertsSchema = z.strictObject({
  host_labels: z
    .array(z.string().min(1).max(100))
    .min(1)
    .max(20)
    .default(['host', 'hostname', 'nodename', 'node', 'instance'])
    .describe('Labels that may name the host, most telling first; ports and domains are cut off.'),
  rules: z
    .array(RuleSchema)
    .max(200)
    .default([])
    .describe(
      'Read from the top: for start, channel, mention and playbooks each, the first that fits decides.',
    ),
  storm: z
    .strictObject({ hosts: z.int().min(2).max(1_000).default(10), within: duration('2m') })
    .prefault({})
    .describe('More hosts of one channel than this that alert within this time are told of in one thread.'),
  maintenance: z
    .array(MaintenanceSchema)
    .max(100)
    .default([])
    .describe(
      'Times in which alerts about these hosts open no thread and start nothing; they are counted, and told of at the end.',
    ),
  sources: SourcesSchema.prefault({}).describe(
    'Who may post alerts, to /alerts/NAME. Several of one format have names of their own and say format:.',
  ),
});

/** In the JSON Schema the sources are those of their formats, not "anything". */
export function describeSources({ zodSchema, jsonSchema }: { zodSchema: unknown; jsonSchema: object }): void {
  if (zodSchema !== writtenSources) return;
  const schemas = SOURCE_FORMATS.map(({ name, schema }) => ({ name, schema: schemaOf(schema) }));
  Object.assign(jsonSchema, {
    properties: Object.fromEntries(
      schemas.filter(({ name }) => name !== 'mapping').map(({ name, schema }) => [name, schema]),
    ),
    additionalProperties: {
      anyOf: schemas.map(({ name, schema }) => ({
        ...schema,
        required: [...requiredOf(schema), ...(name === 'mapping' ? [] : ['format'])],
      })),
    },
  });
}

type JsonSchema = Readonly<Record<string, unknown>>;

function schemaOf(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' });
  return rest;
}

const requiredOf = ({ required }: JsonSchema): readonly unknown[] =>
  Array.isArray(required) ? required : [];
