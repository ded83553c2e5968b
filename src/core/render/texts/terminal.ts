import type { Localized } from '../../domain/locale.ts';
import { text } from './text.ts';

/** What only the terminal says; the rest comes from the other topics. */
export const TERMINAL = {
  connecting: text('{host}: connecting to {address}', '{host}: {address}에 접속 중'),
  comparing: text(
    '{host}: {established} established, {timeWait} in TIME_WAIT; measuring for {seconds} s',
    '{host}: ESTABLISHED {established}개, TIME_WAIT {timeWait}개, {seconds}초 동안 측정',
  ),
  recording: text('{host}: recording for {seconds} s', '{host}: {seconds}초 동안 기록 중'),
  recorded: text(
    '{host}: {count} outputs written to {folder}',
    '{host}: 출력 {count}개를 {folder}에 저장했습니다',
  ),
  offered: text('offered in Slack with approval and roll back', 'Slack에서 승인 후 적용하고 되돌릴 수 있음'),
  notOffered: text('not offered as a button', '버튼으로는 제안하지 않음'),
  cleared: text('Ruled out: {what}', '해당 없음: {what}'),
} as const satisfies Record<string, Localized>;
