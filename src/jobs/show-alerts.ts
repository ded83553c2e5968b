import type { Incident, Storm } from '../core/domain/incident.ts';
import type { LinkTo } from '../core/domain/link-to.ts';
import type { ThreadMessage } from '../core/domain/ports.ts';
import type { DiagnosisRequest } from '../core/domain/run.ts';
import { endOf } from '../core/incident/weather.ts';
import { mergedMessage } from '../core/render/incident.ts';
import { choiceMessage, unknownMessage } from '../core/render/questions.ts';
import { stormThread } from '../core/render/storm.ts';
import { hostSite, openBook, type AlertContext } from './alert-book.ts';
import { wakeRecorded } from './insist.ts';
import { syncMessages, type SyncContext, type SyncOutcome } from './sync-thread.ts';

/** What showing what alerts have brought about needs. */
export interface ShowAlertsContext extends SyncContext, AlertContext {
  /** The address of a message in Slack; null where that is not known. */
  readonly linkTo: LinkTo;
}

/** Records read, and changed, in one step. */
const PAGE = 200;

/** Whether the id is that of a thread of which no request is the head. */
export const isAlertThread = (id: string): boolean => /^(?:storm|choice|note):/.test(id);

/** Brings such a thread in line with what is known. */
export async function showAlertThread(context: ShowAlertsContext, id: string): Promise<void> {
  const { state } = context;
  const outcome = await show(context, id);
  if (outcome !== 'later') await state.requests.answered(id);
}

async function show(context: ShowAlertsContext, id: string): Promise<SyncOutcome> {
  const { alerts } = context.state;
  const [kind] = id.split(':');
  if (kind === 'storm') return showStorm(context, id);
  if (kind === 'choice') {
    const choice = (await alerts.load('choice', [id])).get(id)?.record;
    return choice === undefined
      ? 'done'
      : bring(context, { ...choice, atMs: choice.askedAtMs }, [choiceMessage(choice)]);
  }
  const note = (await alerts.load('note', [id])).get(id)?.record;
  return note === undefined
    ? 'done'
    : bring(context, { ...note, atMs: note.sinceMs }, [unknownMessage(note)]);
}

const bring = async (
  context: ShowAlertsContext,
  { id, channel, atMs }: { readonly id: string; readonly channel: string; readonly atMs: number },
  messages: readonly ThreadMessage[],
): Promise<SyncOutcome> => syncMessages(context, { id, channel, createdAtMs: atMs }, messages);

async function showStorm(context: ShowAlertsContext, id: string): Promise<SyncOutcome> {
  const known = (await context.state.alerts.load('storm', [id])).get(id)?.record;
  if (known === undefined) return 'done';
  const incidents = await membersOf(context, known);
  const storm = await ended(context, known, incidents);
  if (storm.ended !== null && !(await closeMembers(context, incidents))) return 'later';
  const groupOf = (host: string): string => hostSite(context.config, host).group;
  return bring(context, { ...storm, atMs: storm.startedAtMs }, stormThread({ storm, incidents, groupOf }));
}

async function membersOf({ state }: ShowAlertsContext, { members }: Storm): Promise<readonly Incident[]> {
  const all: Incident[] = [];
  for (let at = 0; at < members.length; at += PAGE) {
    const found = await state.alerts.load('incident', members.slice(at, at + PAGE));
    for (const { record } of found.values()) all.push(record);
  }
  return all;
}

/** Ends the storm when it is time; then the channel is calm again. */
async function ended(
  context: ShowAlertsContext,
  storm: Storm,
  incidents: readonly Incident[],
): Promise<Storm> {
  const firing = incidents.filter(({ kinds }) => kinds.some((kind) => kind.firing > 0)).length;
  const end = endOf(storm, firing + storm.beyond, context.nowMs());
  if (end === storm.ended && storm.ended !== null && !(await isRemembered(context, storm))) return storm;
  if (end === null) return storm;
  const book = await openBook(context, { stormIds: [storm.id] });
  const now = book.ledger.records.storms.get(storm.id) ?? storm;
  const over = { ...now, ended: now.ended ?? end };
  book.ledger.putStorm(over);
  const weather = book.ledger.records.weather.get(storm.channel);
  if (weather?.stormId === storm.id)
    book.ledger.putWeather({ ...weather, stormId: null, recent: [], looks: [] });
  return (await book.commit()) ? over : storm;
}

async function isRemembered({ state }: ShowAlertsContext, { id, channel }: Storm): Promise<boolean> {
  return (await state.alerts.load('weather', [channel])).get(channel)?.record.stormId === id;
}

/** What the storm has spoken for is over with it: whatever alerts next is a new incident. */
async function closeMembers(context: ShowAlertsContext, incidents: readonly Incident[]): Promise<boolean> {
  const open = incidents.filter(({ phase }) => phase.kind !== 'closed');
  for (let at = 0; at < open.length; at += PAGE) {
    const book = await openBook(context, { incidentIds: open.slice(at, at + PAGE).map(({ id }) => id) });
    for (const { id } of open.slice(at, at + PAGE)) {
      const incident = book.ledger.records.incidents.get(id);
      if (incident === undefined || incident.phase.kind === 'closed') continue;
      const phase = { kind: 'closed', why: 'storm-over', atMs: context.nowMs() } as const;
      book.ledger.put({ ...incident, wantsLook: false, phase });
    }
    if (!(await book.commit())) return false;
  }
  return true;
}

/** The thread of an incident that a storm speaks for: nothing of it is posted, and what was posted points there. */
export async function showMerged(
  context: ShowAlertsContext,
  request: DiagnosisRequest,
  incident: Incident & { readonly stormId: string },
): Promise<SyncOutcome> {
  const { state, linkTo } = context;
  if (!(await state.threads.entries(request.id)).has('root')) return 'done';
  const root = (await state.threads.entries(incident.stormId)).get('root');
  const ts = root?.ts ?? null;
  if (ts === null && (await isYoung(context, incident.stormId))) {
    await wakeRecorded(state, request.id, LOOK_FOR_STORM_MS);
    return 'later';
  }
  const url = ts === null ? null : linkTo({ channel: incident.channel, ts });
  return syncMessages(context, request, [mergedMessage(incident, url)]);
}

/** Both are woken at once, and either may be drawn first. */
const LOOK_FOR_STORM_MS = 1_000;
/** A storm's own thread is there within seconds; where Slack will not have it, these do without the link. */
const STORM_IS_TOLD_WITHIN_MS = 60_000;

async function isYoung({ state, nowMs }: ShowAlertsContext, stormId: string): Promise<boolean> {
  const storm = (await state.alerts.load('storm', [stormId])).get(stormId)?.record;
  return storm !== undefined && nowMs() - storm.startedAtMs < STORM_IS_TOLD_WITHIN_MS;
}
