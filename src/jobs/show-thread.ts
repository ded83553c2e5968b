import { zoneIn, type Config } from '../config/config.ts';
import { isUnderWay } from '../core/change/care.ts';
import { listeningUnit } from '../core/change/listen-anew.ts';
import { manualUndoCommand } from '../core/change/manual-undo.ts';
import { ownersOf } from '../core/change/owners.ts';
import { buttonValue } from '../core/change/plan-hash.ts';
import type { Change } from '../core/domain/change.ts';
import type { Freezes } from '../core/domain/freeze.ts';
import type { Incident } from '../core/domain/incident.ts';
import type { ThreadMemory } from '../core/domain/thread-memory.ts';
import type { DiagnosisRequest, Run } from '../core/domain/run.ts';
import { answerSymptom } from '../core/symptom/answer-symptom.ts';
import type { SymptomRoute, SymptomRouter } from '../core/symptom/route-symptom.ts';
import { routedFirst } from '../core/symptom/routed-first.ts';
import { lostMessage } from '../core/render/lost.ts';
import { threadOf } from '../core/render/thread.ts';
import { isAnswered, type ShownChange, type ThreadView } from '../core/render/view.ts';
import type { OpenThread, OpenThreads } from '../state/open-threads.ts';
import { changeAccessNow, proposeAnew, proposeChanges } from './propose-changes.ts';
import { groupCardUrl } from './group-card-url.ts';
import { wakeRecorded } from './insist.ts';
import { hasEnd } from './lost-threads.ts';
import { driveIncident } from './drive-incident.ts';
import { rememberThread } from './remember-thread.ts';
import { isAlertThread, showAlertThread, showMerged, type ShowAlertsContext } from './show-alerts.ts';
import { syncMessages } from './sync-thread.ts';

/** What showing a thread needs, on top of bringing messages to Slack. */
export interface ShowContext extends ShowAlertsContext {
  readonly config: Pick<Config, 'hosts' | 'approvals' | 'locale' | 'storm' | 'maintenance'>;
  readonly open: OpenThreads;
  readonly memory: ThreadMemory;
  readonly freezes: Pick<Freezes, 'lastSeen'>;
  /** Which playbooks somebody's words are about. */
  readonly route: SymptomRouter;
}

/** Makes the request's thread in Slack show what is known now; proposals are made when the run has ended. */
export async function showThread(context: ShowContext, requestId: string): Promise<void> {
  if (isAlertThread(requestId)) return showAlertThread(context, requestId);
  const { state, open } = context;
  const request = await state.requests.get(requestId);
  // A record that is gone, or that nobody can read, is not looked at again and again.
  if (request === null) return state.requests.answered(requestId);
  const asked = await state.requests.runsOf(requestId);
  const runs = await Promise.all(asked.runs.map(async (id) => state.runs.get(id)));
  const run = runs.at(-1) ?? null;
  if (asked.runs.length > 0 && run === null) return tellRunLost(context, request);
  const isAlert = request.requester.kind === 'alert';
  const { incident, waits } = isAlert
    ? await driveIncident(context, requestId, { asked, run })
    : { incident: null, waits: asked.waits };
  if (incident?.stormId !== undefined && incident.stormId !== null) {
    const outcome = await showMerged(context, request, { ...incident, stormId: incident.stormId });
    const isIdle = !incident.wantsLook && !waits && (run === null || run.diagnosis !== null);
    if (outcome !== 'later' && isIdle) await state.requests.answered(requestId);
    return open.forget(requestId);
  }
  if (run?.phase === 'done') await proposeChanges(context, request, run);
  await proposeOvertaken(context, request);
  const earlier = runs.slice(0, -1).filter((one) => one !== null);
  const view = await viewOf(context, request, {
    run,
    earlier,
    waitsAgain: waits,
    incident,
  });
  // Before anybody reads it, and once more with what was posted.
  await rememberThread(context, requestId);
  const outcome = await syncMessages(context, request, threadOf(view));
  await rememberThread(context, requestId);
  if (!isAnswered(view)) {
    await rememberOpen(context, request, 'answer');
  } else if (outcome !== 'later') {
    await state.requests.answered(request.id);
    if (view.changes.some(({ change }) => isUnderWay(change))) await rememberOpen(context, request, 'change');
    else open.forget(request.id);
  }
  // What all hosts of a group have is told, and decided about, in a thread of its own.
  if (request.questionId !== undefined) await wakeRecorded(state, request.questionId);
}

/** A card that was no longer true is followed by a fresh one, where the look after it has found reason to. */
async function proposeOvertaken(context: ShowContext, request: DiagnosisRequest): Promise<void> {
  for (const change of await context.state.changes.ofRequest(request.id)) {
    if (change.state.kind !== 'void' || change.state.fresh?.kind !== 'proposed') continue;
    const run = await context.state.runs.get(change.state.fresh.runId);
    if (run !== null) await proposeAnew(context, request, { change, run });
  }
}

async function zoneWithoutWorker({ config, state }: ShowContext, host: string): Promise<string | null> {
  const zone = zoneIn(config)(host);
  return (await state.workersAlive('diagnose', zone)) > 0 ? null : zone;
}

/** The run was begun and is gone, or nobody can read it: no result will come of it. */
async function tellRunLost(context: ShowContext, request: DiagnosisRequest): Promise<void> {
  const { state, open } = context;
  // A thread that has its result keeps it.
  const isTold = await hasEnd(state, request.id);
  const outcome = isTold ? 'done' : await syncMessages(context, request, [lostMessage(request)]);
  if (outcome === 'later') return;
  await state.requests.answered(request.id);
  open.forget(request.id);
}

async function viewOf(
  context: ShowContext,
  request: DiagnosisRequest,
  looks: Pick<ThreadView, 'run' | 'earlier' | 'waitsAgain' | 'incident'>,
): Promise<ThreadView> {
  const { run, incident } = looks;
  const changes = await context.state.changes.ofRequest(request.id);
  return {
    // Whoever is on it is the one to call.
    request:
      incident === null || incident.ack === null ? request : { ...request, mentions: [incident.ack.userId] },
    ...looks,
    besides: request.requester.kind === 'alert' ? null : await incidentBesides(context, request.host),
    ...toldTo(request, run, routeOf(context.route, request.symptom, incident)),
    queuedBehind: (run === null || looks.waitsAgain) && (await context.state.runs.isActive(request.host)),
    zoneWithoutWorker:
      run === null || looks.waitsAgain ? await zoneWithoutWorker(context, request.host) : null,
    changes: await Promise.all(changes.map(async (change) => shownChange(context, change, { request, run }))),
    changeAccess: await changeAccessNow(context, request.host),
    nowMs: context.nowMs(),
  };
}

/** With what the run shows that it comes from: a fresh card has one of its own. */
async function shownChange(
  context: ShowContext,
  change: Change,
  { request, run: ofRequest }: { readonly request: DiagnosisRequest; readonly run: Run | null },
): Promise<ShownChange> {
  const { plan } = change;
  const { state, config, freezes } = context;
  const run = plan.runId === ofRequest?.id ? ofRequest : await state.runs.get(plan.runId);
  const facts = run?.diagnosis?.facts ?? null;
  const { users, groups, breakGlass } = config.approvals;
  return {
    change,
    card: {
      value: buttonValue(plan),
      undoCommand: manualUndoCommand(change),
      unit: listeningUnit(facts, plan),
      owners: ownersOf(plan, facts),
      freeze: freezes.lastSeen(),
      breakGlass,
      approvers: { people: users.length, groups: groups.map(({ id }) => id) },
      group: await groupOf(context, request, plan.id),
    },
  };
}

/** The card for several hosts that the change is a part of; null where there is none. */
async function groupOf(
  context: ShowContext,
  { questionId, channel }: DiagnosisRequest,
  changeId: string,
): Promise<ShownChange['card']['group']> {
  if (questionId === undefined) return null;
  const groups = await context.state.groups.ofQuestion(questionId);
  const own = groups.findLast(
    ({ plan, state }) => state.kind !== 'void' && plan.members.some((member) => member.changeId === changeId),
  );
  if (own === undefined) return null;
  const url = await groupCardUrl(context, { id: questionId, channel }, own.plan);
  return { hosts: own.plan.members.length, url };
}

/** One run may answer several requests; each is told the findings in the order of its own words. */
function toldTo(
  { symptom }: DiagnosisRequest,
  run: Run | null,
  routed: SymptomRoute,
): Pick<ThreadView, 'run' | 'answer'> {
  const diagnosis = run?.diagnosis ?? null;
  if (run === null || diagnosis === null) return { run, answer: null };
  return {
    run: { ...run, diagnosis: routedFirst(diagnosis, routed) },
    answer: answerSymptom(symptom, routed, diagnosis),
  };
}

/** What the configuration ranks first for an alert comes before what its words are about. */
function routeOf(route: SymptomRouter, words: string, incident: Incident | null): SymptomRoute {
  const routed = route(words);
  if (incident === null) return routed;
  return { ...routed, playbooks: [...new Set([...incident.playbooks, ...routed.playbooks])] };
}

/** Where the incident of a host is told that is open while a person asks about it. */
async function incidentBesides({ state, linkTo }: ShowContext, host: string): Promise<ThreadView['besides']> {
  const id = (await state.alerts.incidentOf([host])).get(host);
  if (id === undefined) return null;
  const incident = (await state.alerts.load('incident', [id])).get(id)?.record;
  if (incident === undefined || incident.phase.kind === 'closed') return null;
  const ts = (await state.threads.entries(incident.stormId ?? id)).get('root')?.ts ?? null;
  return { url: ts === null ? null : linkTo({ channel: incident.channel, ts }) };
}

async function rememberOpen(
  { state, open }: ShowContext,
  request: DiagnosisRequest,
  owes: OpenThread['owes'],
): Promise<void> {
  const root = (await state.threads.entries(request.id)).get('root');
  if (root === undefined || root.ts === null) return;
  open.remember({
    requestId: request.id,
    host: request.host,
    channel: request.channel,
    rootTs: root.ts,
    locale: request.locale,
    owes,
  });
}
