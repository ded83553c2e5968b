import { z } from 'zod';
import type {
  HostChoice,
  Incident,
  IncidentPhase,
  KnownAlert,
  LookResult,
  Storm,
  StormRule,
  UnknownHosts,
  Weather,
} from '../../core/domain/incident.ts';
import type { AlertRecords } from '../../core/domain/alert-ports.ts';
import type { HeldBack } from '../../core/domain/maintenance.ts';
import { LOCALES } from '../../core/domain/locale.ts';
import { HostRecord, IdRecord } from './request-record.ts';
import { StartRuleRecord } from './start-rule-record.ts';

const locale = z.enum(LOCALES);
const ids = z.array(IdRecord);
const localized = z.object({ en: z.string(), ko: z.string() });
const ack = z.object({ teamId: z.string(), userId: IdRecord, atMs: z.number() }).nullable();
const reason = z.enum(['resolved', 'quiet', 'person']);

const look: z.ZodType<LookResult> = z.object({
  verdict: z.enum(['critical', 'warning', 'ok', 'unknown', 'unreachable', 'failed']),
  code: z.string().nullable(),
  what: localized.nullable(),
  atMs: z.number(),
});

const phase: z.ZodType<IncidentPhase> = z.union([
  z.object({ kind: z.literal('open') }),
  z.object({
    kind: z.literal('rechecking'),
    why: reason,
    sinceMs: z.number(),
    runsBefore: z.number().nullable(),
  }),
  z.object({ kind: z.literal('closed'), why: z.union([reason, z.literal('storm-over')]), atMs: z.number() }),
]);

const incident: z.ZodType<Incident> = z.object({
  id: IdRecord,
  host: HostRecord,
  channel: IdRecord,
  locale,
  source: z.string(),
  mentions: ids,
  rule: StartRuleRecord,
  playbooks: z.array(z.string()),
  symptom: z.string(),
  openedAtMs: z.number(),
  heardAtMs: z.number(),
  kinds: z.array(
    z.object({
      name: z.string(),
      source: z.string(),
      severity: z.string().nullable(),
      sinceMs: z.number(),
      firings: z.number(),
      firing: z.number(),
      alertUrl: z.string().nullable(),
      silenceUrl: z.string().nullable(),
    }),
  ),
  beyond: z.number(),
  repeats: z.number(),
  flaps: z.number(),
  wantsLook: z.boolean(),
  looks: z.number(),
  lookedFor: z.array(z.string()),
  lastLook: look.nullable(),
  ack,
  stormId: IdRecord.nullable(),
  phase,
});

const rule: z.ZodType<StormRule> = z.union([
  z.object({ kind: z.literal('many'), hosts: z.number(), withinMs: z.number() }),
  z.object({ kind: z.literal('jump'), jump: HostRecord }),
  z.object({ kind: z.literal('zone'), zone: HostRecord }),
]);

const storm: z.ZodType<Storm> = z.object({
  id: IdRecord,
  channel: IdRecord,
  locale,
  mentions: ids,
  rule,
  startedAtMs: z.number(),
  lastNewAtMs: z.number(),
  members: ids,
  beyond: z.number(),
  groups: z.record(HostRecord, z.object({ hosts: z.number(), looks: z.number() })),
  ack,
  ended: z.object({ atMs: z.number(), why: z.enum(['resolved', 'quiet']) }).nullable(),
});

const weather: z.ZodType<Weather> = z.object({
  channel: IdRecord,
  recent: z.array(z.object({ host: HostRecord, incidentId: IdRecord, atMs: z.number() })),
  looks: z.array(
    z.object({ host: HostRecord, reached: z.boolean(), jumpFailed: z.boolean(), atMs: z.number() }),
  ),
  stormId: IdRecord.nullable(),
});

const choice: z.ZodType<HostChoice> = z.object({
  id: IdRecord,
  channel: IdRecord,
  locale,
  named: z.string(),
  candidates: z.array(HostRecord),
  alertName: z.string(),
  askedAtMs: z.number(),
  alerts: z.number(),
  chosen: z.object({ host: HostRecord, userId: IdRecord, atMs: z.number() }).nullable(),
});

const note: z.ZodType<UnknownHosts> = z.object({
  id: IdRecord,
  channel: IdRecord,
  locale,
  sinceMs: z.number(),
  alerts: z.number(),
  named: z.array(z.string()),
  beyond: z.number(),
});

const held: z.ZodType<HeldBack> = z.object({
  id: z.string(),
  alerts: z.number(),
  hosts: z.record(HostRecord, z.array(z.string())),
  beyond: z.number(),
});

/** How each kind of record about alerts is read back. */
export const ALERT_RECORDS: { readonly [K in keyof AlertRecords]: z.ZodType<AlertRecords[K]> } = {
  incident,
  storm,
  weather,
  choice,
  note,
  held,
};

export const KnownRecord: z.ZodType<KnownAlert> = z.object({
  startedAtMs: z.number().nullable(),
  firing: z.boolean(),
});
