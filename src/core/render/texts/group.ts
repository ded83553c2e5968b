import type { Localized } from '../../domain/locale.ts';
import { text } from './text.ts';

/** The card and the news of a change on several hosts. */
export const GROUP = {
  proposed: text(
    'Proposed change on {count} hosts of {group}, one after the other: runtime only, until reboot',
    '{group} 호스트 {count}대 일괄 변경 제안(한 대씩 차례로): 런타임에만 적용, 재부팅하면 원래대로',
  ),
  heading: text('Change on {count} hosts of {group}', '{group} 호스트 {count}대 일괄 변경'),
  host: text('{at}. {host}: {settings}', '{at}. {host}: {settings}'),
  hostNow: text('{emoji} {host}: {settings} · {now}', '{emoji} {host}: {settings} · {now}'),
  order: text(
    '{host} goes first: it suffers most, so the effect shows best there. Each host is verified before the next begins; at the first that is not, it stops.',
    '증상이 가장 심해 효과가 잘 드러나는 {host}부터 적용합니다. 한 대씩 효과를 확인한 뒤 다음 호스트로 넘어가며, 확인되지 않으면 거기서 멈춥니다.',
  ),
  runsFor: text(
    'Once approved, hosts may begin for {minutes} min.',
    '승인 후 {minutes}분 안에 시작하지 못한 호스트는 제외합니다.',
  ),
  leftOut: text(
    'Not in this approval, which takes {max} hosts at most: {hosts}. They are offered once these are verified.',
    '한 번에 최대 {max}대까지 승인할 수 있어 제외한 호스트: {hosts}. 위 호스트에서 효과가 확인되면 이어서 제안합니다.',
  ),
  notDone: text(
    'Not in it, since their check is not done: {hosts}.',
    '점검이 끝나지 않아 제외한 호스트: {hosts}.',
  ),
  byHand: text(
    'The command that undoes it by hand is in each host’s own thread.',
    '직접 되돌리는 명령은 각 호스트의 스레드에 있습니다.',
  ),
  takesTwo: text(
    'It takes {needed} approvers, neither of whom asked for this diagnosis.',
    '이 진단을 요청하지 않은 승인자 {needed}명의 승인이 필요합니다.',
  ),

  continue: text('Continue', '계속'),
  stop: text('Stop', '중단'),
  keepAll: text('Keep on all', '모두 영구 저장'),
  rollbackAll: text('Roll back all', '모두 되돌리기'),
  approveTitle: text('Change {count} hosts of {group}?', '{group} 호스트 {count}대를 변경할까요?'),
  approveText: text(
    '{key} on {hosts}, one after the other, each verified before the next. Runtime only, until reboot; {effect}.',
    '{key}: {hosts}. 한 대씩 효과를 확인하며 적용합니다. 런타임에만 적용되며 재부팅하면 원래대로 돌아갑니다. {effect}.',
  ),
  rejectTitle: text('Reject this change?', '이 변경을 거절할까요?'),
  rejectText: text(
    '{key} on {hosts}. Nothing will be changed. (It was to be runtime only, until reboot.)',
    '{key}: {hosts}. 변경하지 않고 제안을 닫습니다(런타임에만, 재부팅 전까지 적용될 변경이었습니다).',
  ),
  stopTitle: text('Stop before the next host?', '다음 호스트부터 중단할까요?'),
  stopText: text(
    '{key}: no further host is begun. What is applied stays as it is, runtime only, and can still be rolled back. Hosts: {hosts}.',
    '{key}: 더 이상 새 호스트를 시작하지 않습니다. 이미 적용된 호스트는 런타임에 그대로 두며, 되돌릴 수 있습니다. 호스트: {hosts}.',
  ),
  continueTitle: text('Go on past {host}?', '{host} 다음으로 계속할까요?'),
  continueText: text(
    '{key}: nobody knows whether it helped on {host}. The next hosts get it all the same, runtime only, one after the other: {hosts}.',
    '{key}: {host}에서 효과가 확인되지 않았습니다. 그래도 다음 호스트에 한 대씩 런타임으로 적용합니다: {hosts}.',
  ),
  keepTitle: text('Keep it on all {count} hosts?', '호스트 {count}대 모두에 영구 저장할까요?'),
  keepText: text(
    '{key} on {hosts}. Written to a file of our own in /etc/sysctl.d on each, so that it outlives a boot.',
    '{key}: {hosts}. 호스트마다 /etc/sysctl.d의 전용 파일에 저장해 재부팅 후에도 적용합니다.',
  ),
  rollbackTitle: text('Roll back on all of these hosts?', '이 호스트들의 변경을 모두 되돌릴까요?'),
  rollbackText: text(
    '{key} on {hosts}. Puts the earlier values back, last host first, runtime only; what was kept leaves our file too.',
    '{key}: {hosts}. 마지막 호스트부터 이전 값으로 되돌립니다(런타임, 저장한 경우 전용 파일에서도 뺍니다).',
  ),

  firstApproval: text(
    'Approved by {who} at {when}: {given} of {needed}. It takes another approver, who did not ask for this diagnosis.',
    '{who} 님이 {when}에 승인했습니다({given}/{needed}). 이 진단을 요청하지 않은 다른 승인자의 승인이 더 필요합니다.',
  ),
  running: text(
    'Approved by {who} at {when}. Host by host; one may begin until {until}.',
    '{who} 님이 {when}에 승인했습니다. 한 대씩 적용하며, {until}까지 시작할 수 있습니다.',
  ),
  passed: text(
    '{who} decided at {when} to go on past {host}, where the effect is not known.',
    '{who} 님이 {when}에 효과를 알 수 없는 {host} 다음으로 계속하기로 결정했습니다.',
  ),
  stoppedAt: text('Stopped: {why}', '중단: {why}'),
  notVerified: text(
    'it was not verified on {host} ({now}).',
    '{host}에서 효과가 확인되지 않았습니다({now}).',
  ),
  decidedApart: text(
    'the change of {host} was decided by itself in between.',
    '그 사이 {host}의 변경이 따로 결정되었습니다.',
  ),
  outOfTime: text('the time in which hosts may begin is over.', '호스트를 시작할 수 있는 시간이 지났습니다.'),
  stoppedBy: text('by {who} at {when}.', '{who} 님이 {when}에 중단했습니다.'),
  untrue: text(
    'what the approval rested on is not so any more. {code}: {message}',
    '승인의 전제가 더 이상 맞지 않습니다. {code}: {message}',
  ),
  untouched: text('Not touched: {hosts}.', '변경하지 않은 호스트: {hosts}.'),
  mayContinue: text(
    'An approver may go on past it until {until}; otherwise it stays stopped.',
    '승인자는 {until}까지 다음 호스트로 계속할 수 있으며, 그러지 않으면 중단된 상태로 둡니다.',
  ),
  done: text(
    'Verified on every host ({count}). In force until the next boot: keep it, or roll it back.',
    '호스트 {count}대 모두에서 확인했습니다. 다음 재부팅까지 적용됩니다. 영구 저장하거나 되돌리세요.',
  ),
  donePassed: text(
    'Applied to every host ({count}), not verified on {hosts}. In force until the next boot: keep it, or roll it back.',
    '호스트 {count}대 모두에 적용했지만 {hosts}에서는 효과를 알 수 없습니다. 다음 재부팅까지 적용됩니다. 영구 저장하거나 되돌리세요.',
  ),
  keeping: text(
    '{who} asked to keep it at {when}. Host by host …',
    '{who} 님이 {when}에 영구 저장을 요청했습니다. 한 대씩 저장하는 중 …',
  ),
  kept: text('Kept by {who} at {when} on {hosts}.', '{who} 님이 {when}에 영구 저장했습니다: {hosts}.'),
  rollingBack: text(
    '{who} asked to roll it back at {when}. Last host first …',
    '{who} 님이 {when}에 되돌리기를 요청했습니다. 마지막 호스트부터 되돌리는 중 …',
  ),
  rolledBack: text('Rolled back by {who} at {when}.', '{who} 님이 {when}에 되돌렸습니다.'),
  stillThere: text(
    'Still in force on {hosts}; each host’s thread says why.',
    '{hosts}에는 아직 적용되어 있습니다. 이유는 각 호스트의 스레드에 있습니다.',
  ),
  notAll: text(
    'Not kept on {hosts}; each host’s thread says why.',
    '{hosts}에는 저장되지 않았습니다. 이유는 각 호스트의 스레드에 있습니다.',
  ),
  rejected: text(
    'Rejected by {who} at {when}. Nothing was changed.',
    '{who} 님이 {when}에 거절했습니다. 변경된 것은 없습니다.',
  ),
  expired: text(
    'Expired at {when}. Nothing was changed. Ask again for a current proposal.',
    '{when}에 만료되었습니다. 변경된 것은 없습니다. 진단을 다시 요청하면 새로 제안합니다.',
  ),
  void: text(
    'No longer offered ({when}), and nothing was changed. {code}: {message}',
    '더 이상 제안하지 않으며 변경된 것은 없습니다({when}). {code}: {message}',
  ),

  newsWanted: text(
    '{group}: {key} on {count} hosts waits for approval',
    '{group}: 호스트 {count}대의 {key} 변경 승인 대기 중',
  ),
  newsNow: text('{group}: {key} on {count} hosts', '{group}: 호스트 {count}대의 {key} 변경'),
  newsStopped: text(
    '{group}: {key} stopped, {count} of {of} applied',
    '{group}: {key} 중단됨, {of}대 중 {count}대 적용',
  ),
  newsDone: text('{group}: {key} verified on {count} hosts', '{group}: {key} 호스트 {count}대에서 효과 확인'),
  newsDonePassed: text('{group}: {key} applied to {count} hosts', '{group}: {key} 호스트 {count}대에 적용됨'),
  newsKept: text('{group}: {key} kept on {count} hosts', '{group}: {key} 호스트 {count}대에 영구 저장됨'),
  newsRolledBack: text('{group}: {key} rolled back', '{group}: {key} 되돌림'),
  newsRolledBackPart: text(
    '{group}: {key} rolled back, but not on {count} hosts',
    '{group}: {key} 되돌림, {count}대는 되돌리지 못함',
  ),
  newsExpired: text(
    '{group}: {key} on {count} hosts expired, nothing was changed',
    '{group}: 호스트 {count}대의 {key} 변경 만료됨, 변경 없음',
  ),

  newsLost: text('{group}: the plan for several hosts is lost', '{group}: 일괄 변경 기록 유실'),
  lost: text(
    'Redis was emptied, and with it the plan for several hosts: no further host is begun, and the buttons above no longer work. What a host has is told, kept and rolled back in its own thread.',
    'Redis가 비워져 일괄 변경 계획이 사라졌습니다. 더 이상 새 호스트를 시작하지 않으며 위의 버튼은 동작하지 않습니다. 이미 적용된 호스트는 각 스레드에서 확인하고 영구 저장하거나 되돌릴 수 있습니다.',
  ),
  partOf: text('Part of one change on {count} hosts: {link}', '호스트 {count}대 일괄 변경에 포함: {link}'),
  card: text('see it', '보기'),
} as const satisfies Record<string, Localized>;

/** What a host has, in a word or two; the host's own thread has all of it. */
export const NOW = {
  proposed: text('not decided', '미결정'),
  queued: text('waits for its turn', '차례 대기'),
  approved: text('ordered', '지시함'),
  applying: text('applying', '적용 중'),
  applied: text('confirming', '확인 중'),
  confirmed: text('measuring', '측정 중'),
  verified: text('helped', '효과 있음'),
  'no-effect': text('no effect', '효과 없음'),
  worse: text('made it worse', '상황 악화'),
  unknown: text('effect unknown', '효과 알 수 없음'),
  keeping: text('being kept', '저장 중'),
  kept: text('kept', '저장됨'),
  'rolling-back': text('rolling back', '되돌리는 중'),
  'rolled-back': text('rolled back', '되돌림'),
  reverted: text('taken back by itself', '스스로 되돌림'),
  rejected: text('rejected', '거절됨'),
  expired: text('not begun', '시작하지 않음'),
  void: text('not touched', '변경하지 않음'),
  failed: text('failed, nothing left changed', '실패, 변경 없음'),
  'needs-human': text('a person must look', '직접 확인 필요'),
  gone: text('record lost', '기록 유실'),
} as const satisfies Record<string, Localized>;
