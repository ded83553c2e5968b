import type { Localized } from '../../domain/locale.ts';
import { text } from './text.ts';

/** Who may approve where it is no list of people, and when nobody may. */
export const FREEZE = {
  until: text('Changes are frozen until {until}.', '{until}까지 변경이 동결되어 있습니다.'),
  open: text('Changes are frozen until somebody lifts it.', '해제할 때까지 변경이 동결되어 있습니다.'),
  emptied: text(
    'Redis was found empty, so changes are frozen until an approver or an operator lifts it.',
    'Redis가 비어 있어 변경을 동결했습니다. 승인자나 운영자가 해제해야 합니다.',
  ),
  by: text('Frozen by {who}.', '동결한 사람: {who}.'),
  reason: text('Reason: {reason}', '사유: {reason}'),
  refused: text(
    'Nothing was changed. Rolling back is possible all the same.',
    '변경된 것은 없습니다. 되돌리기는 그대로 할 수 있습니다.',
  ),

  groupApproves: text(
    'Approvers: members of the user group {groups}.',
    '승인자: 사용자 그룹 {groups}의 구성원.',
  ),
  groupAndPeopleApprove: text(
    'Approvers: members of the user group {groups}, and {people} named in tcpcheck.yaml.',
    '승인자: 사용자 그룹 {groups}의 구성원과 tcpcheck.yaml에 지정된 {people}명.',
  ),
  voidFrozen: text(
    'Not applied at {when}, since changes were frozen before it began.',
    '시작하기 전에 변경이 동결되어 적용하지 않았습니다({when}).',
  ),

  newsFrozen: text('Changes are frozen', '변경 동결'),
  newsOver: text('Changes are possible again', '변경 동결 해제'),
  rollBack: text(
    'What is in force can be rolled back all the same.',
    '적용된 변경은 그대로 되돌릴 수 있습니다.',
  ),
  ranOut: text('The freeze is over.', '동결 기간이 끝났습니다.'),
  liftedBy: text('{who} has lifted the freeze.', '{who} 님이 동결을 해제했습니다.'),

  lifted: text('The freeze is lifted.', '동결을 해제했습니다.'),
  nothingToLift: text(
    'Nobody has frozen changes, so there is nothing to lift.',
    '동결한 사람이 없어 해제할 것이 없습니다.',
  ),
  overtaken: text(
    'Somebody has frozen changes or lifted that at this very moment, so I did nothing. `freeze status` says what stands now.',
    '바로 지금 다른 사람이 동결하거나 해제하여 아무것도 하지 않았습니다. `freeze status`로 현재 상태를 확인해 주세요.',
  ),
  staysLonger: text(
    'That lasts longer, so it stays as it is; `freeze off` lifts it.',
    '이 동결이 더 오래가므로 그대로 둡니다. 해제하려면 `freeze off`를 쓰세요.',
  ),
  notFrozen: text('Changes are not frozen.', '변경이 동결되어 있지 않습니다.'),
  windowStays: text(
    'This time is named in tcpcheck.yaml (`approvals.freeze`), and only the file ends it.',
    'tcpcheck.yaml의 `approvals.freeze`에 정해진 기간이므로 파일을 고쳐야 해제됩니다.',
  ),
  unclear: text(
    'I do not understand “{word}”. Use `freeze [for 2h | until 18:00 | off | status] [reason]`, up to 30 days.',
    '“{word}”을(를) 이해하지 못했습니다. `freeze [for 2h | until 18:00 | off | status] [사유]` 형식으로 최대 30일까지 지정하세요.',
  ),
} as const satisfies Record<string, Localized>;
