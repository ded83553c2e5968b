import { TcpcheckError } from '../core/domain/errors.ts';
import type { Localized } from '../core/domain/locale.ts';
import type { AgainOutcome, Click, ClickOutcome } from '../core/domain/ports.ts';
import type { AnswerContext } from './answer-alerts.ts';
import { CLICK_DEDUPE_S, refusedBy } from './answers.ts';
import { checkAgain } from './check-again.ts';
import { tellIncident } from './drive-incident.ts';
import { wakeRecorded } from './insist.ts';

/** A person has pressed [Check again] on the root message of a thread. */
export async function recheck(context: AnswerContext, click: Click): Promise<ClickOutcome> {
  const { state, report } = context;
  try {
    const request = await state.requests.get(click.value);
    if (request === null) return { kind: 'refused', code: 'REDIS_LOST', answer: GONE };
    const root = (await state.threads.entries(request.id)).get('root');
    const isOurs = request.channel === click.channel && root?.ts === click.messageTs;
    if (!isOurs) return { kind: 'refused', code: 'REDIS_LOST', answer: GONE };
    if (!(await state.dedupe.firstTime(`click:${click.deliveryKey}`, CLICK_DEDUPE_S)))
      return { kind: 'duplicate' };
    const runsBefore = (await state.requests.runsOf(request.id)).runs.length;
    const outcome = await checkAgain(context, request, 'person');
    if (request.requester.kind === 'alert' && (outcome === 'queued' || outcome === 'waits')) {
      await tellIncident(context, request.id, { kind: 'person-rechecks', runsBefore, atMs: context.nowMs() });
      await wakeRecorded(state, request.id);
    }
    return answerTo(outcome);
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
