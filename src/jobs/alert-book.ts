import type { Config } from '../config/config.ts';
import type { AlertNotice } from '../core/domain/alert.ts';
import type { HostSite, Incident } from '../core/domain/incident.ts';
import type { AlertCommit, AlertDelivery, AlertRecords } from '../core/domain/alert-ports.ts';
import type { State } from '../core/domain/ports.ts';
import type { MaintenanceWindow } from '../core/domain/maintenance.ts';
import type { DiagnosisRequest } from '../core/domain/run.ts';
import {
  emptyRecords,
  fingerprintKey,
  knownKey,
  Ledger,
  type LedgerRecords,
  type LedgerRules,
} from '../core/incident/ledger.ts';
import { heldId, maintenanceAt } from '../core/incident/maintenance.ts';
import { choiceId, noteId } from '../core/incident/questions.ts';
import { dueAtMs } from '../core/incident/settle.ts';
import { STORM_QUIET_MS } from '../core/incident/weather.ts';

/** What keeping the book about alerts needs. */
export interface AlertContext {
  readonly config: Pick<Config, 'hosts' | 'locale' | 'storm' | 'maintenance'>;
  readonly state: State;
  readonly nowMs: () => number;
}

/** The records that some notices or incidents concern, as they were read, and the one transaction that changes them. */
export interface AlertBook {
  readonly ledger: Ledger;
  /** False when something of it has been changed by others meanwhile: open it again. */
  commit(more?: {
    readonly taken?: readonly string[];
    readonly deliveries?: readonly AlertDelivery[];
  }): Promise<boolean>;
}

interface Concerned {
  readonly notices?: readonly AlertNotice[];
  readonly incidentIds?: readonly string[];
  readonly choiceIds?: readonly string[];
  readonly stormIds?: readonly string[];
}

/** Reads all that the notices may change, in a handful of round trips however many they are. */
export async function openBook(context: AlertContext, concerned: Concerned): Promise<AlertBook> {
  const nowMs = context.nowMs();
  const { locale, storm, maintenance, hosts } = context.config;
  const maintenanceOf = (host: string): readonly MaintenanceWindow[] =>
    maintenanceAt(maintenance, hosts.get(host) ?? { name: host, groups: [] }, nowMs);
  const reading = new Reading(context.state);
  await reading.notices(concerned, nowMs);
  await reading.held(concerned.notices ?? [], maintenanceOf);
  const siteOf = (host: string): HostSite => hostSite(context.config, host);
  const ledger = new Ledger(reading.records, { locale, storm, siteOf, maintenanceOf }, nowMs);
  return {
    ledger,
    commit: async ({ taken = [], deliveries = [] } = {}) => {
      const commit = commitOf(ledger, reading.revs, { taken, deliveries, nowMs });
      if (isEmpty(commit)) return true;
      return context.state.alerts.commit(commit);
    },
  };
}

/** Where a host stands; one that has left the inventory stands alone. */
export function hostSite({ hosts }: Pick<Config, 'hosts'>, name: string): HostSite {
  const host = hosts.get(name);
  if (host === undefined) return { group: name, zone: 'default', jump: null };
  return { group: host.groups[0] ?? host.zone, zone: host.zone, jump: host.jump ?? null };
}

class Reading {
  readonly records: LedgerRecords = emptyRecords();
  readonly revs = new Map<string, string>();
  readonly #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  async notices(concerned: Concerned, nowMs: number): Promise<void> {
    const { notices = [], incidentIds = [], choiceIds = [], stormIds = [] } = concerned;
    const choices = notices.flatMap(({ target, route }) =>
      target.kind === 'choice' ? [choiceId(route.channel, target)] : [],
    );
    const notes = notices.flatMap(({ target, route }) =>
      target.kind === 'unknown' ? [noteId(route.channel, nowMs)] : [],
    );
    await Promise.all([
      this.#load('choice', this.records.choices, [...choices, ...choiceIds]),
      this.#load('note', this.records.notes, notes),
      this.#load('incident', this.records.incidents, incidentIds),
      this.#load('storm', this.records.storms, stormIds),
    ]);
    await this.#incidents(notices);
    await this.#weather(notices);
  }

  async held(notices: readonly AlertNotice[], maintenanceOf: LedgerRules['maintenanceOf']): Promise<void> {
    const ids = notices.flatMap((notice) => {
      const host = this.#hostOf(notice);
      return host === null ? [] : maintenanceOf(host).map((window) => heldId(window, notice.route.channel));
    });
    await this.#load('held', this.records.held, ids);
  }

  async #incidents(notices: readonly AlertNotice[]): Promise<void> {
    const asked = notices.flatMap((notice) => {
      const host = this.#hostOf(notice);
      return host === null ? [] : [{ host, fingerprint: fingerprintKey(notice) }];
    });
    const found = await this.#state.alerts.incidentOf([...new Set(asked.map(({ host }) => host))]);
    for (const [host, id] of found) this.records.incidentOf.set(host, id);
    await this.#load('incident', this.records.incidents, [...found.values()]);
    const fingerprints = new Map<string, Set<string>>();
    for (const { host, fingerprint } of asked) {
      const id = found.get(host);
      if (id !== undefined) fingerprints.set(id, (fingerprints.get(id) ?? new Set()).add(fingerprint));
    }
    await Promise.all([...fingerprints].map(async ([id, keys]) => this.#known(id, [...keys])));
  }

  #hostOf({ target, route }: AlertNotice): string | null {
    if (target.kind === 'host') return target.host;
    if (target.kind === 'unknown') return null;
    return this.records.choices.get(choiceId(route.channel, target))?.chosen?.host ?? null;
  }

  async #known(incidentId: string, fingerprints: readonly string[]): Promise<void> {
    const known = await this.#state.alerts.known(incidentId, fingerprints);
    for (const [fingerprint, alert] of known)
      this.records.known.set(knownKey(incidentId, fingerprint), alert);
  }

  async #weather(notices: readonly AlertNotice[]): Promise<void> {
    const channels = new Set([
      ...notices.map(({ route }) => route.channel),
      ...[...this.records.incidents.values()].map(({ channel }) => channel),
      ...[...this.records.storms.values()].map(({ channel }) => channel),
    ]);
    await this.#load('weather', this.records.weather, [...channels]);
    const all = [...this.records.weather.values()];
    await Promise.all([
      this.#load(
        'storm',
        this.records.storms,
        all.flatMap(({ stormId }) => stormId ?? []),
      ),
      this.#load(
        'incident',
        this.records.incidents,
        all.flatMap(({ recent }) => recent.map(({ incidentId }) => incidentId)),
      ),
    ]);
  }

  async #load<K extends keyof AlertRecords>(
    kind: K,
    into: Map<string, AlertRecords[K]>,
    ids: readonly string[],
  ): Promise<void> {
    const wanted = [...new Set(ids)].filter((id) => !into.has(id));
    for (const [id, { record, rev }] of await this.#state.alerts.load(kind, wanted)) {
      into.set(id, record);
      this.revs.set(`${kind} ${id}`, rev);
    }
  }
}

interface CommitParts {
  readonly taken: readonly string[];
  readonly deliveries: readonly AlertDelivery[];
  readonly nowMs: number;
}

function commitOf(
  { records, changes }: Ledger,
  revs: ReadonlyMap<string, string>,
  { taken, deliveries, nowMs }: CommitParts,
): AlertCommit {
  const changed = <R>(kind: keyof AlertRecords, map: ReadonlyMap<string, R>, ids: ReadonlySet<string>) =>
    [...ids].flatMap((id) => {
      const record = map.get(id);
      return record === undefined ? [] : [{ kind, id, rev: revs.get(`${kind} ${id}`) ?? '0', record }];
    });
  const incidents = changed('incident', records.incidents, changes.incidents);
  const storms = changed('storm', records.storms, changes.storms);
  const others = [
    ...changed('weather', records.weather, changes.weather),
    ...changed('choice', records.choices, changes.choices),
    ...changed('note', records.notes, changes.notes),
    ...changed('held', records.held, changes.held),
  ];
  return {
    taken,
    deliveries,
    records: [
      ...incidents.map((one) => ({ ...one, dueAtMs: dueAtMs(one.record) })),
      ...storms.map((one) => ({
        ...one,
        dueAtMs: one.record.ended === null ? one.record.lastNewAtMs + STORM_QUIET_MS : null,
      })),
      ...others.map((one) => ({ ...one, dueAtMs: null })),
    ],
    incidentOf: incidents.map(({ record }) => [record.host, record.id] as const),
    known: [...changes.known].flatMap((key) => {
      const [incidentId = '', fingerprint = ''] = key.split(' ');
      const alert = records.known.get(key);
      return alert === undefined ? [] : [{ incidentId, fingerprint, alert }];
    }),
    requests: incidents.filter(({ rev }) => rev === '0').map(({ record }) => requestOf(record)),
    owed: owedThreads({ records, changes }).map((threadId) => ({ threadId, atMs: nowMs })),
    pending: changes.pending,
  };
}

const isEmpty = ({ taken, records, deliveries }: AlertCommit): boolean =>
  taken.length === 0 && records.length === 0 && deliveries.length === 0;

/**
 * Threads that have to say something new. A host of a storm is spoken for by the storm, and needs its own only while it
 * waits for a look.
 */
export function owedThreads({ records, changes }: Pick<Ledger, 'records' | 'changes'>): readonly string[] {
  const incidents = [...changes.incidents].flatMap((id) => records.incidents.get(id) ?? []);
  return [
    ...new Set([
      ...incidents.filter(({ stormId, wantsLook }) => stormId === null || wantsLook).map(({ id }) => id),
      ...changes.merged,
      ...incidents.flatMap(({ stormId }) => stormId ?? []),
      ...changes.storms,
      ...changes.choices,
      ...changes.notes,
    ]),
  ];
}

/** The thread of an incident is that of a request that nobody typed. */
export const requestOf = (incident: Incident): DiagnosisRequest => ({
  id: incident.id,
  host: incident.host,
  symptom: incident.symptom,
  channel: incident.channel,
  locale: incident.locale,
  requester: { kind: 'alert', source: incident.source, alertName: incident.kinds[0]?.name ?? '' },
  createdAtMs: incident.openedAtMs,
  mentions: incident.mentions,
});
