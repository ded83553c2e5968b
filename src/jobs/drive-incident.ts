import type { Incident } from '../core/domain/incident.ts';
import type { RequestRuns } from '../core/domain/ports.ts';
import type { Run } from '../core/domain/run.ts';
import { lookResult, settle, type IncidentEvent } from '../core/incident/settle.ts';
import { looked } from '../core/incident/weather.ts';
import {
  hostSite,
  openBook,
  owedThreads,
  requestOf,
  type AlertBook,
  type AlertContext,
} from './alert-book.ts';
import { checkAgain } from './check-again.ts';
import { wakeRecorded } from './insist.ts';

/** How long to wait for a place where as many looks go on as alerts may cause at once. */
const NO_PLACE_MS = 1_500;
/** Another bot, or the next delivery, changes the same record at the same moment. */
const TRIES = 5;

/** An incident after it was brought on. */
export interface Driven {
  readonly incident: Incident | null;
  /** A further look waits by now. */
  readonly waits: boolean;
}

/** The runs of an incident's thread. */
export interface Looks {
  readonly asked: RequestRuns;
  readonly run: Run | null;
}

/**
 * Brings an incident on by what its thread shows: takes in the result of a look that has ended, starts one that it
 * wants. Doing it again changes nothing.
 */
export async function driveIncident(context: AlertContext, id: string, looks: Looks): Promise<Driven> {
  const { asked } = looks;
  const incident = await takeResult(context, id, looks);
  if (incident === null) return { incident, waits: asked.waits };
  const event = wanted(incident, asked);
  if (event === null) return { incident, waits: asked.waits };
  // One that waits already, for whatever reason, comes late enough.
  if (asked.waits) return { incident: await tellIncident(context, id, event), waits: true };
  return startLook(context, incident, event);
}

/** Which look is to be started; null for none. */
function wanted({ wantsLook, phase, stormId }: Incident, { runs }: RequestRuns): IncidentEvent | null {
  if (wantsLook) return { kind: 'look-asked' };
  const isDue = stormId === null && phase.kind === 'rechecking' && phase.runsBefore === null;
  return isDue ? { kind: 'recheck-asked', runsBefore: runs.length } : null;
}

async function takeResult(
  context: AlertContext,
  id: string,
  { asked, run }: Looks,
): Promise<Incident | null> {
  const diagnosis = run?.diagnosis ?? null;
  const atMs = run?.finishedAtMs ?? null;
  if (diagnosis === null || atMs === null) {
    return (await context.state.alerts.load('incident', [id])).get(id)?.record ?? null;
  }
  const result = lookResult(diagnosis, atMs);
  const after = await changeIncident(context, id, (book, incident) => {
    const next = settle(incident, { kind: 'look-ended', result, runs: asked.runs.length });
    if (next === incident) return incident;
    book.ledger.put(next);
    const weather = book.ledger.records.weather.get(next.channel);
    if (weather !== undefined && next.lastLook !== incident.lastLook) {
      const { host, channel } = next;
      const reached = result.verdict !== 'unreachable';
      const jumpFailed = result.code === 'SSH_JUMP';
      book.ledger.looked(channel, looked(weather, { host, reached, jumpFailed, atMs }));
    }
    return next;
  });
  if (after !== null) await context.state.alerts.leaveLook(id);
  return after;
}

async function startLook(context: AlertContext, incident: Incident, event: IncidentEvent): Promise<Driven> {
  const { state, config, nowMs } = context;
  const { id, host } = incident;
  if (!(await state.alerts.takeLook(id, hostSite(config, host).jump, nowMs()))) {
    await wakeRecorded(state, id, NO_PLACE_MS);
    return { incident, waits: false };
  }
  // Asked for before it is noted: done twice it is one look, forgotten it would be none.
  const outcome = await checkAgain(context, requestOf(incident), 'alert');
  const waits = outcome === 'queued' || outcome === 'waits';
  return { incident: (await tellIncident(context, id, event)) ?? incident, waits };
}

/** Something has happened to an incident; the incident after it, null when nobody knows it. */
export async function tellIncident(
  context: AlertContext,
  id: string,
  event: IncidentEvent,
): Promise<Incident | null> {
  return changeIncident(context, id, ({ ledger }, incident) => {
    const next = settle(incident, event);
    if (next !== incident) ledger.put(next);
    return next;
  });
}

/** Decides anew as often as others change the same at the same moment; the last word is with the sweep. */
async function changeIncident(
  context: AlertContext,
  id: string,
  change: (book: AlertBook, incident: Incident) => Incident,
): Promise<Incident | null> {
  for (let attempt = 1; ; attempt += 1) {
    const book = await openBook(context, { incidentIds: [id] });
    const incident = book.ledger.records.incidents.get(id);
    if (incident === undefined) return null;
    const next = change(book, incident);
    if (next === incident) return incident;
    if (await book.commit()) {
      const others = owedThreads(book.ledger).filter((one) => one !== id);
      await Promise.all(others.map(async (one) => wakeRecorded(context.state, one, 0)));
      return book.ledger.records.incidents.get(id) ?? next;
    }
    if (attempt === TRIES) return incident;
  }
}
