import type { Localized } from '../../domain/locale.ts';
import { text } from './text.ts';

/** Maintenance windows, in which alerts start nothing. */
export const MAINTENANCE = {
  group: text('group {name}', '그룹 {name}'),
  begins: text('Maintenance of {what}', '{what} 점검 중'),
  until: text(
    'Until {until}, alerts about it open no thread and start nothing. They are counted.',
    '{until}까지는 관련 알림이 와도 스레드를 열거나 진단을 시작하지 않고 건수만 셉니다.',
  ),
  reason: text('Reason: {reason}', '사유: {reason}'),
  over: text('Maintenance of {what} is over', '{what} 점검 종료'),
  held: text('Alerts held back: {alerts}. Hosts: {hosts}.', '보류한 알림: {alerts}건. 호스트: {hosts}.'),
  hostsOf: text('{count} ({names})', '{count}대({names})'),
  more: text('{names} and {count} more', '{names} 외 {count}대'),
  firing: text(
    'Still firing: {names}. A thread is opened when such an alert comes again.',
    '아직 해소되지 않은 호스트: {names}. 알림이 다시 오면 스레드를 엽니다.',
  ),
  resolved: text('All of them have resolved.', '모두 해소되었습니다.'),
  beyond: text(
    'There were too many to follow: of {count} of these alerts it is not known whether they still fire.',
    '너무 많아 모두 추적하지 못했습니다. 그중 {count}건은 해소되었는지 알 수 없습니다.',
  ),
  none: text('No alert is on record as held back.', '보류한 알림의 기록이 없습니다.'),
} as const satisfies Record<string, Localized>;
