import { createHash } from 'node:crypto';
import type { AlertNotice } from '../domain/alert.ts';
import type {
  HostChoice,
  HostSite,
  Incident,
  KnownAlert,
  Storm,
  UnknownHosts,
  Weather,
} from '../domain/incident.ts';
import type { Locale } from '../domain/locale.ts';
import type { HeldBack, MaintenanceWindow } from '../domain/maintenance.ts';
import { hear, type Heard } from './hear.ts';
import { heldId, holdBack, resolveHeld, type HeldAlert } from './maintenance.ts';
import { belongs, calm, joined, newStorm, opened, stormOf, type StormLimits } from './weather.ts';
import { chosenHost, askedAgain, newChoice, choiceId, noted, noteId } from './questions.ts';

/** What the book-keeping of alerts must know besides the records. */
export interface LedgerRules {
  readonly locale: Locale;
  readonly storm: StormLimits;
  readonly siteOf: (host: string) => HostSite;
  /** The windows that cover the host now; the first holds its alerts. */
  readonly maintenanceOf: (host: string) => readonly MaintenanceWindow[];
}

/** Everything kept about alerts that a batch of notices may touch. */
export interface LedgerRecords {
  readonly incidents: Map<string, Incident>;
  /** The last incident of each host. */
  readonly incidentOf: Map<string, string>;
  /** By `incident id + fingerprint key`. */
  readonly known: Map<string, KnownAlert>;
  readonly weather: Map<string, Weather>;
  readonly storms: Map<string, Storm>;
  readonly choices: Map<string, HostChoice>;
  readonly notes: Map<string, UnknownHosts>;
  readonly held: Map<string, HeldBack>;
}

export const emptyRecords = (): LedgerRecords => ({
  incidents: new Map(),
  incidentOf: new Map(),
  known: new Map(),
  weather: new Map(),
  storms: new Map(),
  choices: new Map(),
  notes: new Map(),
  held: new Map(),
});

/** The key of one alert through all its firings. */
export const fingerprintKey = ({
  source,
  fingerprint,
}: Pick<AlertNotice, 'source' | 'fingerprint'>): string =>
  createHash('sha256').update(`${source}\n${fingerprint}`).digest('hex').slice(0, 24);

const heldAlert = (notice: AlertNotice & { readonly host: string }): HeldAlert => ({
  host: notice.host,
  fingerprint: fingerprintKey(notice),
});

export const knownKey = (incidentId: string, fingerprint: string): string => `${incidentId} ${fingerprint}`;

/** What taking notices has changed. */
export interface LedgerChanges {
  readonly incidents: Set<string>;
  readonly known: Set<string>;
  readonly weather: Set<string>;
  readonly storms: Set<string>;
  readonly choices: Set<string>;
  readonly notes: Set<string>;
  readonly held: Set<string>;
  /** Incidents of which more is to be told than another number. */
  readonly loud: Set<string>;
  /** Incidents that a storm has taken over: what was posted of them must say so. */
  readonly merged: Set<string>;
  /** Notices that wait for a person's choice. */
  readonly pending: { readonly choiceId: string; readonly notice: AlertNotice }[];
}

function put<R>(map: Map<string, R>, changed: Set<string>, id: string, record: R): void {
  map.set(id, record);
  changed.add(id);
}

/**
 * Takes notices one by one into the records and writes down which have changed: one batch, one moment, no effects.
 */
export class Ledger {
  readonly records: LedgerRecords;
  readonly changes: LedgerChanges = {
    incidents: new Set(),
    known: new Set(),
    weather: new Set(),
    storms: new Set(),
    choices: new Set(),
    notes: new Set(),
    held: new Set(),
    loud: new Set(),
    merged: new Set(),
    pending: [],
  };
  readonly #rules: LedgerRules;
  readonly #nowMs: number;

  constructor(records: LedgerRecords, rules: LedgerRules, nowMs: number) {
    this.records = records;
    this.#rules = rules;
    this.#nowMs = nowMs;
  }

  take(notice: AlertNotice): Heard | 'asked' | 'noted' | 'held' {
    const { target } = notice;
    if (target.kind === 'host') return this.#hear({ ...notice, host: target.host });
    if (target.kind === 'unknown') return this.#note(notice, target.named);
    const id = choiceId(notice.route.channel, target);
    const choice = this.records.choices.get(id);
    const chosen = choice === undefined ? null : chosenHost(choice);
    if (chosen !== null) return this.#hear({ ...notice, host: chosen });
    if (notice.status === 'resolved' || !notice.route.starts) return 'ignored';
    const { locale } = this.#rules;
    put(
      this.records.choices,
      this.changes.choices,
      id,
      choice === undefined ? newChoice(notice, target, locale, this.#nowMs) : askedAgain(choice),
    );
    this.changes.pending.push({ choiceId: id, notice });
    return 'asked';
  }

  #hear(notice: AlertNotice & { readonly host: string }): Heard | 'held' {
    const { incidents, incidentOf, known } = this.records;
    const lastId = incidentOf.get(notice.host);
    const last = lastId === undefined ? null : (incidents.get(lastId) ?? null);
    const fingerprint = fingerprintKey(notice);
    const heard = hear(notice, {
      incident: last,
      known: last === null ? null : (known.get(knownKey(last.id, fingerprint)) ?? null),
      locale: this.#rules.locale,
      nowMs: this.#nowMs,
    });
    if (notice.status === 'resolved') this.#resolveHeld(notice);
    else if (this.#holdBack(notice, heard.what)) return 'held';
    if (heard.incident === null) return heard.what;
    put(this.records.incidents, this.changes.incidents, heard.incident.id, heard.incident);
    incidentOf.set(notice.host, heard.incident.id);
    if (heard.what !== 'repeat' && heard.what !== 'joined') this.changes.loud.add(heard.incident.id);
    if (heard.known !== null)
      put(this.records.known, this.changes.known, knownKey(heard.incident.id, fingerprint), heard.known);
    if (heard.what === 'opened' || heard.what === 'reopened') this.#gather(heard.incident);
    return heard.what;
  }

  /** In a maintenance window what would be news is only counted; a thread that is open already goes on. */
  #holdBack(notice: AlertNotice & { readonly host: string }, what: Heard): boolean {
    const [window] = this.#rules.maintenanceOf(notice.host);
    if (window === undefined || what === 'repeat' || what === 'ignored') return false;
    const id = heldId(window, notice.route.channel);
    const before = this.records.held.get(id);
    const after = holdBack(before, id, heldAlert(notice));
    if (after !== before) put(this.records.held, this.changes.held, id, after);
    return true;
  }

  #resolveHeld(notice: AlertNotice & { readonly host: string }): void {
    for (const window of this.#rules.maintenanceOf(notice.host)) {
      const before = this.records.held.get(heldId(window, notice.route.channel));
      if (before === undefined) continue;
      const after = resolveHeld(before, heldAlert(notice));
      if (after !== before) put(this.records.held, this.changes.held, before.id, after);
    }
  }

  /** An incident that was just opened may belong to a storm, or make one. */
  #gather(incident: Incident): void {
    const { channel, host } = incident;
    const { siteOf, storm: limits } = this.#rules;
    const known = this.records.weather.get(channel) ?? calm(channel);
    const weather = opened(known, incident, limits, this.#nowMs);
    put(this.records.weather, this.changes.weather, channel, weather);
    const storm = weather.stormId === null ? undefined : this.records.storms.get(weather.stormId);
    if (storm === undefined || storm.ended !== null) return this.#begin(channel);
    if (belongs(storm, siteOf(host))) return this.#join(storm.id, incident.id);
    this.#widen(storm, weather);
  }

  /** A storm of a jump host or a zone that is followed by many other hosts becomes one of all. */
  #widen(storm: Storm, weather: Weather): void {
    const apart = weather.recent.filter(
      ({ incidentId }) => this.records.incidents.get(incidentId)?.stormId === null,
    );
    const found = stormOf({ ...weather, recent: apart, looks: [] }, this.#rules.storm, this.#rules.siteOf);
    if (found === null) return;
    put(this.records.storms, this.changes.storms, storm.id, { ...storm, rule: found.rule });
    this.#merge(storm.id, found.incidentIds);
  }

  /** Begins a storm where what the channel has heard makes one. */
  #begin(channel: string): void {
    const weather = this.records.weather.get(channel);
    if (weather === undefined) return;
    const found = stormOf(weather, this.#rules.storm, this.#rules.siteOf);
    const [first] = this.#alone(found?.incidentIds ?? []);
    if (found === null || first === undefined) return;
    const storm = newStorm(first, found.rule, this.#nowMs);
    put(this.records.storms, this.changes.storms, storm.id, storm);
    put(this.records.weather, this.changes.weather, channel, { ...weather, stormId: storm.id });
    this.#merge(storm.id, found.incidentIds);
  }

  /** Of these incidents, those that are open and told by themselves. */
  #alone(ids: readonly string[]): readonly Incident[] {
    return ids.flatMap((id) => {
      const one = this.records.incidents.get(id);
      return one === undefined || one.phase.kind === 'closed' || one.stormId !== null ? [] : [one];
    });
  }

  #merge(stormId: string, ids: readonly string[]): void {
    for (const { id } of this.#alone(ids)) {
      this.#join(stormId, id);
      this.changes.merged.add(id);
    }
  }

  #join(stormId: string, incidentId: string): void {
    const storm = this.records.storms.get(stormId);
    const incident = this.records.incidents.get(incidentId);
    if (storm === undefined || incident === undefined) return;
    const both = joined(storm, incident, this.#rules.siteOf(incident.host), this.#nowMs);
    put(this.records.storms, this.changes.storms, stormId, both.storm);
    put(this.records.incidents, this.changes.incidents, incidentId, both.incident);
  }

  put(incident: Incident): void {
    put(this.records.incidents, this.changes.incidents, incident.id, incident);
  }

  putStorm(storm: Storm): void {
    put(this.records.storms, this.changes.storms, storm.id, storm);
  }

  putWeather(weather: Weather): void {
    put(this.records.weather, this.changes.weather, weather.channel, weather);
  }

  putChoice(choice: HostChoice): void {
    put(this.records.choices, this.changes.choices, choice.id, choice);
  }

  /** What a look has shown may make a storm as well. */
  looked(channel: string, weather: Weather): void {
    put(this.records.weather, this.changes.weather, channel, weather);
    const storm = weather.stormId === null ? undefined : this.records.storms.get(weather.stormId);
    if (storm === undefined || storm.ended !== null) this.#begin(channel);
  }

  #note(notice: AlertNotice, named: string): 'noted' | 'ignored' {
    if (notice.status === 'resolved') return 'ignored';
    const { channel } = notice.route;
    const id = noteId(channel, this.#nowMs);
    const note = noted(this.records.notes.get(id), {
      id,
      channel,
      locale: this.#rules.locale,
      named,
      nowMs: this.#nowMs,
    });
    put(this.records.notes, this.changes.notes, id, note);
    return 'noted';
  }
}
