import type { Config } from '../config/config.ts';
import { keyOf } from '../core/change/form-groups.ts';
import type { GroupChange, GroupPlan, GroupQuestion } from '../core/domain/group.ts';
import { questionThread } from '../core/render/question-thread.ts';
import { hasEnded, type HostPart, type QuestionView, type ShownGroup } from '../core/render/question-view.ts';
import { QUESTION_WAITS_MS } from './ask.ts';
import type { DecideContext } from './decide-change.ts';
import { driveGroup } from './drive-group.ts';
import { groupCardUrl } from './group-card-url.ts';
import { membersOf } from './group-members.ts';
import { wakeRecorded } from './insist.ts';
import { offerGroups } from './offer-groups.ts';
import type { ShowContext } from './show-thread.ts';
import { syncMessages } from './sync-thread.ts';

/** What showing a question about a group needs, and driving what was decided about several hosts. */
export interface QuestionContext extends ShowContext, DecideContext {
  readonly memory: ShowContext['memory'];
  readonly freezes: DecideContext['freezes'];
  readonly config: ShowContext['config'] & Pick<Config, 'verifyWindowMs'>;
}

/**
 * Brings what was decided about the hosts of a group a step further, and makes its thread show what is known now.
 * Proposals are made when every host has answered, or when nobody waits for the others any more.
 */
export async function showQuestion(context: QuestionContext, id: string): Promise<void> {
  const { state, nowMs } = context;
  const question = await state.groups.question(id);
  // A record that is gone, or that nobody can read, is not looked at again and again.
  if (question === null) return state.requests.answered(id);
  const overdue = nowMs() >= question.createdAtMs + QUESTION_WAITS_MS;
  const parts = await partsOf(context, question);
  const answered = parts.filter(({ isTold }) => isTold);
  const offered =
    overdue || answered.length === parts.length ? await offerGroups(context, question, answered) : [];
  for (const { plan } of await state.groups.ofQuestion(id)) await driveGroup(context, plan.id);
  const view = await viewOf(context, question, overdue);
  const outcome = await syncMessages(context, question, questionThread(view));
  // Their own cards point to the one for all of them.
  for (const requestId of offered) await wakeRecorded(state, requestId);
  await rememberOpen(context, view);
  if (outcome !== 'later' && (overdue || view.hosts.every(hasEnded))) await state.requests.answered(id);
}

/** On the bot's disk, so that an emptied Redis is told in the thread: by an edit before there is a result, else by a reply. */
async function rememberOpen({ state, open }: QuestionContext, view: QuestionView): Promise<void> {
  const { question, hosts, groups } = view;
  const rootTs = (await state.threads.entries(question.id)).get('root')?.ts ?? null;
  const isOpen = groups.some(({ group }) => !ENDED.has(group.state.kind));
  if (rootTs === null || (!isOpen && hosts.every(hasEnded))) return open.forget(question.id);
  const { id: requestId, group: host, channel, locale } = question;
  open.remember({ requestId, host, channel, rootTs, locale, owes: isOpen ? 'change' : 'answer' });
}

/** Nothing is to be decided about all of its hosts any more. */
const ENDED: ReadonlySet<GroupChange['state']['kind']> = new Set([
  'rejected',
  'expired',
  'void',
  'rolled-back',
]);

async function viewOf(
  context: QuestionContext,
  question: GroupQuestion,
  overdue: boolean,
): Promise<QuestionView> {
  const hosts = await partsOf(context, question);
  const groups = await context.state.groups.ofQuestion(question.id);
  return {
    question,
    hosts,
    groups: await Promise.all(groups.map(async (group) => shownOf(context, { question, hosts }, group))),
    overdue,
    nowMs: context.nowMs(),
  };
}

interface ToldPart extends HostPart {
  /** The host's own thread has its result, and so its proposals. */
  readonly isTold: boolean;
}

const partsOf = async (context: QuestionContext, question: GroupQuestion): Promise<readonly ToldPart[]> =>
  Promise.all(question.requests.map(async (part) => partOf(context, question, part)));

async function partOf(
  { state, linkTo }: QuestionContext,
  { channel }: GroupQuestion,
  { host, requestId }: GroupQuestion['requests'][number],
): Promise<ToldPart> {
  const [asked, changes, entries] = await Promise.all([
    state.requests.runsOf(requestId),
    state.changes.ofRequest(requestId),
    state.threads.entries(requestId),
  ]);
  const runId = asked.runs.at(-1);
  const run = runId === undefined ? null : await state.runs.get(runId);
  const ts = entries.get('root')?.ts ?? null;
  const url = ts === null ? null : linkTo({ channel, ts });
  return { host, requestId, run, changes, url, isTold: entries.has('end') };
}

async function shownOf(
  { state, linkTo }: QuestionContext,
  { question, hosts }: Pick<QuestionView, 'question' | 'hosts'>,
  group: GroupChange,
): Promise<ShownGroup> {
  return {
    group,
    members: await membersOf(state, group),
    leftOut: leftOutOf(group.plan, hosts),
    url: await groupCardUrl({ state, linkTo }, question, group.plan),
  };
}

/** Hosts that want the same and still wait for a decision of their own. */
const leftOutOf = (plan: GroupPlan, hosts: readonly HostPart[]): readonly string[] =>
  hosts
    .filter(({ changes }) => changes.some((change) => isAlike(plan, change)))
    .map(({ host }) => host)
    .filter((host) => !plan.members.some((member) => member.host === host));

const isAlike = (plan: GroupPlan, change: HostPart['changes'][number]): boolean =>
  change.state.kind === 'proposed' &&
  change.plan.playbook === plan.playbook &&
  change.plan.cause === plan.cause &&
  keyOf(change) === plan.key;
