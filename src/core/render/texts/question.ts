import type { Localized } from '../../domain/locale.ts';
import { text } from './text.ts';

/** The message that tells of all hosts of a group. */
export const QUESTION = {
  headChecking: text(
    '{group}: checking {count} hosts, {done} done',
    '{group}: 호스트 {count}대 점검 중, {done}대 완료',
  ),
  headDone: text('{group}: {counts}', '{group}: {counts}'),
  critical: text('{count} critical', '심각 {count}대'),
  warning: text('{count} warning', '경고 {count}대'),
  ok: text('{count} ok', '정상 {count}대'),
  unknown: text('{count} unknown', '판단 불가 {count}대'),
  failed: text('{count} could not be checked', '점검 실패 {count}대'),
  waiting: text('{count} not done', '미완료 {count}대'),

  queued: text('queued', '대기 중'),
  connecting: text('connecting', '접속 중'),
  measuring: text('measuring', '측정 중'),
  others: text('+{count} more', '외 {count}건'),
  unknownHost: text('unknown: too little could be seen', '판단 불가: 확인하지 못한 항목이 많음'),
  couldNot: text('could not be checked: {code}', '점검하지 못함: {code}'),
  late: text('not done yet, so it is in no change for several hosts', '아직 끝나지 않아 일괄 변경에서 제외'),
  inThreads: text(
    'Each host has a thread of its own in this channel, with evidence and fixes.',
    '호스트마다 이 채널에 별도 스레드가 있으며, 근거와 조치 방법이 있습니다.',
  ),
} as const satisfies Record<string, Localized>;
