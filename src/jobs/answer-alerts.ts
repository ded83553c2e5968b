import { randomUUID } from 'node:crypto';
import type { Ack } from '../core/domain/incident.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { Localized } from '../core/domain/locale.ts';
import type { Click, ClickOutcome } from '../core/domain/ports.ts';
import type { Problem } from '../core/domain/problem.ts';
import { openBook, type AlertContext } from './alert-book.ts';
import { CLICK_DEDUPE_S, refusedBy } from './answers.ts';
import { tellIncident } from './drive-incident.ts';
import { wakeRecorded } from './insist.ts';

/** What answering people about alerts needs. */
export interface AnswerContext extends AlertContext {
  readonly report: (problem: Problem) => void;
}

/** A person has pressed [I'm on it]: their name stands in the thread, and from then on only they are mentioned. */
export async function acknowledge(context: AnswerContext, click: Click): Promise<ClickOutcome> {
  return taken(context, click, click.value, async () => {
    const by: Ack = { teamId: click.teamId, userId: click.userId, atMs: context.nowMs() };
    if (click.value.startsWith('storm:')) return onStorm(context, click.value, by);
    const incident = await tellIncident(context, click.value, { kind: 'acknowledged', by });
    if (incident === null) return GONE;
    return incident.ack?.userId === by.userId ? DONE : TAKEN;
  });
}

async function onStorm(context: AnswerContext, id: string, ack: Ack): Promise<ClickOutcome> {
  const book = await openBook(context, { stormIds: [id] });
  const storm = book.ledger.records.storms.get(id);
  if (storm === undefined) return GONE;
  if (storm.ack !== null) return storm.ack.userId === ack.userId ? DONE : TAKEN;
  book.ledger.putStorm({ ...storm, ack });
  return (await book.commit()) ? DONE : AGAIN;
}

/** A person has said which host alerts are about: they go their way as if they had named it. */
export async function chooseHost(context: AnswerContext, click: Click): Promise<ClickOutcome> {
  const [id = '', host = ''] = click.value.split(' ');
  return taken(context, click, id, async () => {
    const { state, config, nowMs } = context;
    const book = await openBook(context, { choiceIds: [id] });
    const choice = book.ledger.records.choices.get(id);
    if (choice === undefined || !choice.candidates.includes(host) || !config.hosts.has(host)) return GONE;
    if (choice.chosen !== null) return choice.chosen.host === host ? DONE : TAKEN;
    book.ledger.putChoice({ ...choice, chosen: { host, userId: click.userId, atMs: nowMs() } });
    const waiting = await state.alerts.pending(id);
    const notices = waiting.map((notice) => ({ ...notice, target: { kind: 'host', host } as const }));
    return (await book.commit({ deliveries: [{ id: randomUUID(), notices }] })) ? DONE : AGAIN;
  });
}

const DONE: ClickOutcome = { kind: 'done' };

/** Once per press, from the root message of that very thread, and the thread shows it. */
async function taken(
  { state, report }: AnswerContext,
  click: Click,
  threadId: string,
  act: () => Promise<ClickOutcome>,
): Promise<ClickOutcome> {
  try {
    const root = (await state.threads.entries(threadId)).get('root');
    if (root?.ts !== click.messageTs) return GONE;
    if (!(await state.dedupe.firstTime(`click:${click.deliveryKey}`, CLICK_DEDUPE_S)))
      return { kind: 'duplicate' };
    const outcome = await act();
    if (outcome.kind === 'done') await wakeRecorded(state, threadId);
    return outcome;
  } catch (error) {
    if (!(error instanceof TcpcheckError)) throw error;
    return refusedBy(error, 'an answer to an alert could not be kept', report);
  }
}

const refused = (code: string, answer: Localized): ClickOutcome => ({ kind: 'refused', code, answer });

const GONE = refused('REDIS_LOST', {
  en: 'I no longer know this message: the queue was emptied, or it is older than a month. Your click did nothing.',
  ko: '이 메시지의 기록이 남아 있지 않습니다. 큐가 비워졌거나 한 달이 지났습니다. 지금 누른 버튼은 아무 동작도 하지 않았습니다.',
});

const TAKEN = refused('CHANGE_DECIDED', {
  en: 'Somebody was quicker; the message shows who.',
  ko: '다른 사람이 먼저 눌렀습니다. 메시지에서 확인할 수 있습니다.',
});

const AGAIN = refused('REDIS_UNAVAILABLE', {
  en: 'Something else has just changed here; please press again.',
  ko: '방금 다른 변경이 있었습니다. 다시 눌러 주세요.',
});
