import { createHash } from 'node:crypto';
import type { Config } from '../config/config.ts';
import { findTargets } from '../config/find-targets.ts';
import { questionId } from '../core/change/group-ids.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import { HOST_NAME, type HostEntry } from '../core/domain/host.ts';
import type { Localized } from '../core/domain/locale.ts';
import type { AskOutcome, Question, State } from '../core/domain/ports.ts';
import type { Problem } from '../core/domain/problem.ts';
import { refusedBy } from './answers.ts';
import { isRedisAway, wakeRecorded } from './insist.ts';

/** A command that names a group starts at most so many runs: a typing slip must not log into a fleet. */
const MAX_HOSTS_PER_QUESTION = 20;

/** So long the hosts that have answered wait for those that have not: a login takes up to 15 s, a window up to 60 s. */
export const QUESTION_WAITS_MS = 90_000;

/** Slack commands can be long; a symptom is a sentence. */
const MAX_SYMPTOM_CHARS = 300;

/** What accepting a question needs. */
export interface AskContext {
  readonly config: Pick<Config, 'hosts'>;
  readonly state: State;
  readonly nowMs: () => number;
  readonly report: (problem: Problem) => void;
}

/**
 * Accepts a question: finds the host in the inventory, records one request per host, wakes the thread and
 * the host's diagnosis. A second delivery of the same question changes nothing.
 */
export async function ask(context: AskContext, question: Question): Promise<AskOutcome> {
  const target = resolveTarget(context.config, question.target);
  if (target.kind === 'refused') return target;
  try {
    const group = await acceptGroup(context, question, target);
    let fresh = 0;
    for (const host of target.hosts) if (await accept(context, { question, group, host })) fresh += 1;
    if (fresh === 0) return { kind: 'duplicate' };
    return { kind: 'accepted', hosts: target.hosts.map((host) => host.name) };
  } catch (error) {
    if (!(error instanceof TcpcheckError)) throw error;
    return refusedBy(error, 'a question could not be accepted', context.report);
  }
}

/** Several hosts are told of in one message too, before any of them; null for a single host. */
async function acceptGroup(
  { state, nowMs }: AskContext,
  question: Question,
  { group, hosts }: Named,
): Promise<string | null> {
  if (group === null || hosts.length < 2) return null;
  const id = questionId(createHash('sha256').update(question.deliveryKey).digest('hex'));
  const { channel, locale, requester, mentions } = question;
  const fresh = await state.groups.ask({
    id,
    group,
    requests: hosts.map((host) => ({ host: host.name, requestId: requestIdOf(question, host) })),
    symptom: question.symptom.slice(0, MAX_SYMPTOM_CHARS),
    channel,
    locale,
    requester,
    createdAtMs: nowMs(),
    mentions,
  });
  if (fresh) await wakeRecorded(state, id);
  return id;
}

/** The id of the request that asks this of the host. */
export const requestIdOf = (
  { deliveryKey }: Pick<Question, 'deliveryKey'>,
  { name }: Pick<HostEntry, 'name'>,
): string => createHash('sha256').update(`${deliveryKey}\n${name}`).digest('hex').slice(0, 20);

interface Part {
  readonly question: Question;
  readonly group: string | null;
  readonly host: HostEntry;
}

/**
 * The id comes from the delivery, so that a retry of a half-accepted question completes it instead of
 * asking twice.
 */
async function accept(context: AskContext, { question, group, host }: Part): Promise<boolean> {
  const id = requestIdOf(question, host);
  const { state } = context;
  const fresh = await state.requests.accept({
    id,
    host: host.name,
    symptom: question.symptom.slice(0, MAX_SYMPTOM_CHARS),
    channel: question.channel,
    locale: question.locale,
    requester: question.requester,
    createdAtMs: context.nowMs(),
    mentions: question.mentions,
    ...(group === null ? {} : { questionId: group }),
    ...(question.onlySetting === undefined ? {} : { onlySetting: question.onlySetting }),
    ...(question.windowMs === undefined ? {} : { windowMs: question.windowMs }),
  });
  // A delivery that comes again may be the retry of one that was cut off before it woke anybody.
  if (fresh || (await state.requests.runOf(id)) === null) {
    await wakeRecorded(state, id);
    await wakeHost(state, host.name, question.requester.kind === 'alert' ? 'alert' : 'person');
  }
  return fresh;
}

/** What was accepted stays accepted: the sweep finds hosts that wait without a job. */
async function wakeHost(state: State, host: string, asker: 'person' | 'alert'): Promise<void> {
  try {
    await state.wake.host(host, asker);
  } catch (error) {
    if (!isRedisAway(error)) throw error;
  }
}

interface Named {
  readonly group: string | null;
  readonly hosts: readonly HostEntry[];
}

type Target =
  | ({ readonly kind: 'hosts' } & Named)
  | { readonly kind: 'refused'; readonly code: string; readonly answer: Localized };

function resolveTarget(config: Pick<Config, 'hosts'>, typed: string): Target {
  if (!HOST_NAME.test(typed.toLowerCase()))
    return { kind: 'refused', code: 'HOST_NAME_INVALID', answer: notAName };
  const found = findTargets(config, typed);
  if (found.kind === 'unknown') {
    return { kind: 'refused', code: 'HOST_UNKNOWN', answer: unknownHost(typed, found.near) };
  }
  const { hosts } = found;
  if (hosts.length > MAX_HOSTS_PER_QUESTION) {
    return { kind: 'refused', code: 'USAGE', answer: groupTooLarge(typed, hosts.length) };
  }
  return { kind: 'hosts', group: found.kind === 'group' ? typed : null, hosts };
}

const notAName: Localized = {
  en: 'That is not a host name. Use a name from `/tcpcheck hosts`, for example `/tcpcheck web-1 connection refused`.',
  ko: '호스트 이름이 아닙니다. `/tcpcheck hosts`에 나오는 이름을 쓰세요. 예: `/tcpcheck web-1 connection refused`',
};

const groupTooLarge = (group: string, count: number): Localized => ({
  en: `The group \`${group}\` has ${count} hosts; one command checks at most ${MAX_HOSTS_PER_QUESTION}. Name the hosts you mean.`,
  ko: `\`${group}\` 그룹에는 호스트가 ${count}대 있습니다. 한 번에 최대 ${MAX_HOSTS_PER_QUESTION}대까지 점검하니 호스트를 지정해 주세요.`,
});

/** `a`, `b` or `c`. */
function oneOf(names: readonly string[]): string {
  const quoted = names.map((name) => `\`${name}\``);
  return [quoted.slice(0, -1).join(', '), quoted.at(-1) ?? ''].filter((part) => part !== '').join(' or ');
}

function unknownHost(typed: string, near: readonly string[]): Localized {
  const names = near.map((name) => `\`${name}\``).join(', ');
  if (names === '') {
    return {
      en: `I don't know a host or group \`${typed}\`. \`/tcpcheck hosts\` lists them.`,
      ko: `\`${typed}\`: 그런 호스트나 그룹이 없습니다. \`/tcpcheck hosts\`로 목록을 볼 수 있습니다.`,
    };
  }
  return {
    en: `I don't know a host or group \`${typed}\`. Did you mean ${oneOf(near)}?`,
    ko: `\`${typed}\`: 그런 호스트나 그룹이 없습니다. 비슷한 이름: ${names}`,
  };
}
