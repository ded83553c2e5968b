import type { Localized } from '../../domain/locale.ts';
import { text } from './text.ts';

/** What follows on a card that was no longer true. */
export const FRESH = {
  looking: text('Looking at the host again …', '호스트를 다시 확인하는 중 …'),
  proposed: text(
    'Looked again at {when}: the finding still stands. A fresh card in this thread has the values of now.',
    '{when}에 다시 확인했습니다. 증상이 그대로여서 현재 값으로 새 카드를 이 스레드에 올립니다.',
  ),
  gone: text(
    'Looked again at {when}: the finding is gone, so there is nothing left to change.',
    '{when}에 다시 확인했습니다. 증상이 사라져 더 변경할 것이 없습니다.',
  ),
  notOffered: text(
    'Looked again at {when}: the finding still stands, but this setting would not help any more.',
    '{when}에 다시 확인했습니다. 증상은 그대로지만 이 설정으로는 더 나아지지 않습니다.',
  ),
  notLooked: text(
    'The host could not be looked at again at {when} ({said}). Ask for a new diagnosis.',
    '{when}에 호스트를 다시 확인하지 못했습니다({said}). 진단을 다시 요청해 주세요.',
  ),
  tooLate: text(
    'No worker came in time to look at the host again ({when}). Ask for a new diagnosis.',
    '제때 호스트를 다시 확인할 워커가 없었습니다({when}). 진단을 다시 요청해 주세요.',
  ),
  tooOften: text(
    'That makes {times} cards in a row that were overtaken; the cards above say by what. No further one follows. Find out first what keeps changing: another program that writes this setting, or a bot and a worker with different playbooks.',
    '카드 {times}장이 연이어 현재 상태와 맞지 않게 되었습니다. 이유는 위의 카드에 있습니다. 새 카드는 더 올리지 않으니, 무엇이 계속 바뀌는지(이 설정을 쓰는 다른 프로그램, 또는 서로 다른 플레이북을 쓰는 봇과 워커) 먼저 확인하세요.',
  ),
  card: text(
    'A fresh card: an earlier one was no longer true.',
    '새 카드: 이전 카드의 내용이 현재 상태와 달라졌습니다.',
  ),
} as const satisfies Record<string, Localized>;
