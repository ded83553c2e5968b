import { TcpcheckError } from '../core/domain/errors.ts';
import type { Localized } from '../core/domain/locale.ts';
import type { AgainOutcome, Click, ClickOutcome, State } from '../core/domain/ports.ts';
import type { Problem } from '../core/domain/problem.ts';
import type { DiagnosisRequest } from '../core/domain/run.ts';
import { CLICK_DEDUPE_S, refusedBy } from './answers.ts';
import { isRedisAway, wakeRecorded } from './insist.ts';

/** What a further look needs. */
export interface AgainContext {
  readonly state: State;
  readonly nowMs: () => number;
  readonly report: (problem: Problem) => void;
}

/**
 * Has the request's host looked at once more; the result comes into the same thread, with an end of its own that
 * notifies, and with new cards for what it offers. Any part of the product may ask for it.
 */
export async function checkAgain(
  { state, nowMs }: Pick<AgainContext, 'state' | 'nowMs'>,
  request: Pick<DiagnosisRequest, 'id' | 'host'>,
  asker: 'person' | 'alert',
): Promise<AgainOutcome> {
  const outcome = await state.requests.again(request.id, { asker, nowMs: nowMs() });
  if (outcome === 'gone' || outcome === 'spent') return outcome;
  await wakeRecorded(state, request.id);
  try {
    await state.wake.host(request.host, asker);
  } catch (error) {
    // What is recorded stays wanted: the sweep finds hosts that wait without a job.
    if (!isRedisAway(error)) throw error;
  }
  return outcome;
}

/** A person has pressed [Check again] on the root message of a thread. */
export async function recheck(context: AgainContext, click: Click): Promise<ClickOutcome> {
  const { state, report } = context;
  try {
    const request = await state.requests.get(click.value);
    if (request === null) return { kind: 'refused', code: 'REDIS_LOST', answer: GONE };
    const root = (await state.threads.entries(request.id)).get('root');
    const isOurs = request.channel === click.channel && root?.ts === click.messageTs;
    if (!isOurs) return { kind: 'refused', code: 'REDIS_LOST', answer: GONE };
    if (!(await state.dedupe.firstTime(`click:${click.deliveryKey}`, CLICK_DEDUPE_S)))
      return { kind: 'duplicate' };
    return answerTo(await checkAgain(context, request, 'person'));
  } catch (error) {
    if (!(error instanceof TcpcheckError)) throw error;
    return refusedBy(error, 'a further look could not be asked for', report);
  }
}

function answerTo(outcome: AgainOutcome): ClickOutcome {
  if (outcome === 'spent') return { kind: 'refused', code: 'QUEUE_FULL', answer: SPENT };
  if (outcome === 'gone') return { kind: 'refused', code: 'REDIS_LOST', answer: GONE };
  return { kind: 'done' };
}

const GONE: Localized = {
  en: 'I no longer know this thread: the queue was emptied, or it is older than a month. Ask anew with `/tcpcheck HOST`.',
  ko: '이 스레드의 기록이 남아 있지 않습니다. 큐가 비워졌거나 한 달이 지났습니다. `/tcpcheck HOST`로 다시 요청해 주세요.',
};

const SPENT: Localized = {
  en: 'This thread has had as many checks as one thread may have. Ask anew with `/tcpcheck HOST`.',
  ko: '한 스레드에서 할 수 있는 점검 횟수를 모두 썼습니다. `/tcpcheck HOST`로 다시 요청해 주세요.',
};
