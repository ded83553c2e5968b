import type { Localized } from '../../domain/locale.ts';
import { text } from './text.ts';

/** A change's card and its news. */
export const CHANGE = {
  proposed: text(
    'Proposed change on {host}: runtime only, until reboot',
    '{host} 변경 제안: 런타임에만 적용, 재부팅하면 원래대로',
  ),
  heading: text(
    'Change on {host}: runtime only, until reboot',
    '{host} 변경: 런타임에만 적용, 재부팅하면 원래대로',
  ),
  setting: text('{key}: {from} → {to}', '{key}: {from} → {to}'),
  more: text('and {count} more', '외 {count}개'),
  terms: text('Risk {risk} · {effect} · expires at {when}', '위험도 {risk} · {effect} · {when} 만료'),
  undo: text('To undo it by hand on {host}: {command}', '{host}에서 직접 되돌리려면: {command}'),
  undoLong: text(
    'The command that undoes it by hand on {host} is too long for this card; the old values are in /var/lib/tcpcheck/change.{id} there.',
    '직접 되돌리는 명령이 길어 여기에 표시하지 않습니다. 이전 값은 {host} 호스트의 /var/lib/tcpcheck/change.{id} 파일에 있습니다.',
  ),

  approve: text('Approve', '승인'),
  reject: text('Reject', '거절'),
  rollback: text('Roll back', '되돌리기'),
  cancel: text('Cancel', '취소'),
  approveTitle: text('Change a setting on {host}?', '{host}의 설정을 변경할까요?'),
  approveText: text(
    '{host}: {settings}. Runtime only, until reboot; {effect}.',
    '{host}: {settings}. 런타임에만 적용되며 재부팅하면 원래대로 돌아갑니다. {effect}.',
  ),
  rejectTitle: text('Reject this change?', '이 변경을 거절할까요?'),
  rejectText: text(
    '{host}: {settings}. Nothing will be changed. (It was to be runtime only, until reboot.)',
    '{host}: {settings}. 변경하지 않고 제안을 닫습니다(런타임에만, 재부팅 전까지 적용될 변경이었습니다).',
  ),
  rollbackTitle: text('Roll back on {host}?', '{host}의 변경을 되돌릴까요?'),
  rollbackText: text(
    '{host}: {settings}. Puts the earlier value back, runtime only.',
    '{host}: {settings}. 이전 값으로 되돌립니다(런타임에만 적용).',
  ),

  approved: text(
    'Approved by {who} at {when}. Waiting for a worker …',
    '{who} 님이 {when}에 승인했습니다. 워커 대기 중 …',
  ),
  applying: text(
    'Approved by {who} at {when}. Applying …',
    '{who} 님이 {when}에 승인했습니다. 적용하는 중 …',
  ),
  applied: text('Approved by {who}, applied at {when}.', '{who} 님이 승인했고 {when}에 적용했습니다.'),
  readBack: text('Read back from the kernel: {values}', '커널에서 다시 읽은 값: {values}'),
  measuring: text('Measuring what it does …', '효과를 측정하는 중 …'),
  fact: text('measured', '측정값'),
  perSecond: text('{fact}/s', '{fact}/초'),
  before: text('before', '이전'),
  after: text('after', '이후'),
  noEffect: text('No fact could be compared before and after.', '변경 전후로 비교할 수 있는 값이 없습니다.'),
  stillInForce: text(
    'The roll back did not happen, the change is still in force. {code}: {message}',
    '되돌리지 못해 변경이 그대로 적용되어 있습니다. {code}: {message}',
  ),
  rollingBack: text(
    '{who} asked to roll it back at {when}. Rolling back …',
    '{who} 님이 {when}에 되돌리기를 요청했습니다. 되돌리는 중 …',
  ),
  rolledBack: text('Rolled back by {who} at {when}.', '{who} 님이 {when}에 되돌렸습니다.'),
  rejected: text(
    'Rejected by {who} at {when}. Nothing was changed.',
    '{who} 님이 {when}에 거절했습니다. 변경된 것은 없습니다.',
  ),
  expired: text(
    'Expired at {when}. Nothing was changed. Ask again for a current proposal.',
    '{when}에 만료되었습니다. 변경된 것은 없습니다. 진단을 다시 요청하면 새로 제안합니다.',
  ),
  void: text(
    'Not applied at {when}, since what was shown is no longer true. {code}: {message}',
    '제안한 내용이 더 이상 현재 상태와 맞지 않아 적용하지 않았습니다({when}). {code}: {message}',
  ),
  failed: text('Failed at {when}. {code}: {message}', '{when}에 실패했습니다. {code}: {message}'),
  needsHuman: text(
    'A person must look at {host} now ({when}). {code}: {message}',
    '지금 담당자의 직접 확인이 필요합니다: {host}({when}). {code}: {message}',
  ),

  newsApplied: text('{host}: {settings} applied', '{host}: {settings} 적용됨'),
  newsRolledBack: text('{host}: {settings} rolled back', '{host}: {settings} 되돌림'),
  newsFailed: text('{host}: {settings} failed, {code}', '{host}: {settings} 실패, {code}'),
  newsVoid: text('{host}: {settings} not applied, {code}', '{host}: {settings} 적용하지 않음, {code}'),
  newsExpired: text(
    '{host}: {settings} expired, nothing was changed',
    '{host}: {settings} 만료됨, 변경 없음',
  ),
  newsNeedsHuman: text(
    '{host}: a person is needed, {settings}, {code}',
    '{host}: 직접 확인 필요, {settings}, {code}',
  ),
} as const satisfies Record<string, Localized>;
