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
  headingKept: text(
    'Change on {host}: kept, outlives a reboot',
    '{host} 변경: 영구 저장됨, 재부팅 후에도 유지',
  ),
  headingEnded: text('Change on {host}', '{host} 변경'),
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
  keep: text('Keep', '영구 저장'),
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
  keepTitle: text('Keep it on {host}?', '{host}에 영구 저장할까요?'),
  keepText: text(
    '{host}: {settings}. Written to a file of our own in /etc/sysctl.d, so that it outlives a boot.',
    '{host}: {settings}. /etc/sysctl.d의 전용 파일에 저장해 재부팅 후에도 적용합니다.',
  ),
  rollbackTitle: text('Roll back on {host}?', '{host}의 변경을 되돌릴까요?'),
  rollbackText: text(
    '{host}: {settings}. Puts the earlier value back, runtime only.',
    '{host}: {settings}. 이전 값으로 되돌립니다(런타임에만 적용).',
  ),

  takesTwo: text(
    'It takes {needed} approvers, neither of whom asked for this diagnosis.',
    '이 진단을 요청하지 않은 승인자 {needed}명의 승인이 필요합니다.',
  ),
  rollbackKeptText: text(
    '{host}: {settings}. Puts the earlier value back and takes it out of our file in /etc/sysctl.d.',
    '{host}: {settings}. 이전 값으로 되돌리고 /etc/sysctl.d의 전용 파일에서도 뺍니다.',
  ),

  reloadUnit: text(
    'Once applied, make the service listen anew, on {host}: {command}. If `ss -Hltn` still shows the old limit (Send-Q) for {subject}, restart it.',
    '적용한 뒤 {host}에서 서비스가 다시 listen하게 하세요: {command}. 그래도 `ss -Hltn`에서 {subject}의 한도(Send-Q)가 그대로면 서비스를 재시작하세요.',
  ),
  listenAnew: text(
    'Once applied, make the process on {subject} listen anew: reload it. If `ss -Hltn` still shows the old limit (Send-Q), restart it.',
    '적용한 뒤 {subject}의 프로세스가 다시 listen하도록 reload하세요. 그래도 `ss -Hltn`의 한도(Send-Q)가 그대로면 재시작하세요.',
  ),
  ownerFile: text(
    '{file} sets {key} to {value} at boot, and whenever somebody has the files applied again.',
    '부팅하거나 설정 파일을 다시 적용하면 {file}에 있는 값으로 바뀝니다: {key} = {value}',
  ),
  ownerTuned: text(
    'tuned (profile {profile}) sets {key} as well: applied again, it puts its own value back.',
    'tuned(프로필 {profile})도 {key} 값을 설정하므로, 다시 적용되면 tuned의 값으로 돌아갑니다.',
  ),
  ownerBpftune: text(
    'bpftune runs on this host and may change it again.',
    '이 호스트에서 bpftune이 실행 중이라 값을 다시 바꿀 수 있습니다.',
  ),
  ownerContainers: text(
    'Only for the host’s own network namespace: {count} others (containers) keep the values they have.',
    '호스트 자신의 네트워크 네임스페이스에만 적용됩니다. 다른 네임스페이스 {count}개(컨테이너)의 값은 그대로입니다.',
  ),
  keepLosesToFile: text(
    'Keep would not last: {file} is read after {ours} and sets {key} to {value}. Take that line out first.',
    '지금 영구 저장해도 유지되지 않습니다. {ours} 다음에 읽는 {file}이(가) {key}을(를) {value}(으)로 설정합니다. 먼저 그 줄을 지우세요.',
  ),
  keepLosesToTuned: text(
    'Keep would not last: tuned (profile {profile}) sets {key} after the files are read. Set it in a profile of your own instead.',
    '지금 영구 저장해도 유지되지 않습니다. 파일을 읽은 뒤 tuned(프로필 {profile})가 {key}을(를) 설정합니다. 대신 직접 만든 tuned 프로필에 설정하세요.',
  ),
  keepUnknown: text(
    'Whether Keep would last is not known, since not everything that sets {key} at boot could be read. Look for files read after {ours}: {command}',
    '부팅할 때 {key}을(를) 설정하는 곳을 모두 읽지 못해, 영구 저장이 유지될지 알 수 없습니다. {ours} 다음에 읽는 파일이 있는지 확인하세요: {command}',
  ),
  approvalWaits: text(
    'Nobody has approved or rejected it yet. It expires at {when}.',
    '아직 승인하거나 거절한 사람이 없습니다. {when}에 만료됩니다.',
  ),

  firstApproval: text(
    'Approved by {who} at {when}: {given} of {needed}. It takes another approver, who did not ask for this diagnosis.',
    '{who} 님이 {when}에 승인했습니다({given}/{needed}). 이 진단을 요청하지 않은 다른 승인자의 승인이 더 필요합니다.',
  ),
  queued: text(
    'Approved by {who} at {when} together with other hosts. Its turn comes when those before it are verified, until {until}.',
    '{who} 님이 {when}에 다른 호스트와 함께 승인했습니다. 앞 호스트의 효과가 확인되면 {until}까지 차례대로 적용합니다.',
  ),
  stopped: text(
    'Not touched: the change on several hosts had stopped before its turn ({when}).',
    '변경하지 않았습니다. 일괄 변경이 이 호스트 차례 전에 중단되었습니다({when}).',
  ),
  approved: text(
    'Approved by {who} at {when}. Waiting for a worker …',
    '{who} 님이 {when}에 승인했습니다. 워커 대기 중 …',
  ),
  applying: text(
    'Approved by {who} at {when}. Applying …',
    '{who} 님이 {when}에 승인했습니다. 적용하는 중 …',
  ),
  applied: text(
    'Approved by {who}, applied at {when}. Logging in anew to confirm it …',
    '{who} 님이 승인했고 {when}에 적용했습니다. 새로 로그인해 확인하는 중 …',
  ),
  inForce: text('Approved by {who}, applied at {when}.', '{who} 님이 승인했고 {when}에 적용했습니다.'),
  measuring: text('Measuring what it does …', '효과를 측정하는 중 …'),
  revertsAt: text(
    'Unless confirmed, the host takes it back by itself at {when}.',
    '확인되지 않으면 {when}에 호스트가 스스로 되돌립니다.',
  ),
  worseReverts: text(
    'If it makes things worse, it is taken back by itself.',
    '상황이 나빠지면 자동으로 되돌립니다.',
  ),
  verified: text('It helped: {facts}', '효과 확인: {facts}'),
  noEffect: text('No effect could be seen: {facts}', '눈에 띄는 효과가 없습니다: {facts}'),
  worse: text('It made things worse: {facts}', '상황이 나빠졌습니다: {facts}'),
  unknownVerdict: text('Whether it helps is not known: {why}', '효과를 알 수 없습니다: {why}'),
  findingGone: text('the finding is gone', '증상이 사라졌습니다'),
  findingStands: text('the finding still stands', '증상이 그대로입니다'),
  causeRemains: text(
    'the cause remains, fix the application',
    '원인은 남아 있으니 애플리케이션을 고쳐야 합니다',
  ),
  findingUnknown: text('the finding could not be evaluated again', '증상을 다시 확인하지 못했습니다'),
  littleTraffic: text(
    'too little went on to tell ({fact}: {found}, wanted at least {least})',
    '판단하기에 트래픽이 너무 적습니다({fact}: {found}, 최소 {least} 필요)',
  ),
  notListenedAnew: text('the service has not listened anew yet', '서비스가 아직 다시 listen하지 않았습니다'),
  notMeasured: text('it could not be measured ({said})', '측정하지 못했습니다({said})'),
  nothingToCompare: text(
    'the playbook names nothing to compare',
    '플레이북에 비교할 값이 지정되어 있지 않습니다',
  ),
  secondLook: text('Looked again at {when}: {verdict}', '{when}에 다시 확인: {verdict}'),
  until: text(
    'In force until the next boot. Keep it, or roll it back.',
    '다음 재부팅까지 적용됩니다. 영구 저장하거나 되돌리세요.',
  ),
  left: text(
    'Nobody decided within a day: it ends with the next boot.',
    '하루 동안 결정이 없어 다음 재부팅 때 사라집니다.',
  ),
  keeping: text(
    '{who} asked to keep it at {when}. Writing …',
    '{who} 님이 {when}에 영구 저장을 요청했습니다. 저장하는 중 …',
  ),
  kept: text(
    'Kept by {who} at {when}: it outlives a boot, by {file}.',
    '{who} 님이 {when}에 영구 저장했습니다. 재부팅 후에도 {file} 파일로 적용됩니다.',
  ),
  revertedTimer: text(
    'Nobody could confirm it in time, so the host took it back by itself ({when}).',
    '제때 확인되지 않아 호스트가 스스로 되돌렸습니다({when}).',
  ),
  revertedWorse: text(
    'It made things worse and was taken back ({when}).',
    '상황이 나빠져 되돌렸습니다({when}).',
  ),
  revertedReboot: text(
    'The host was started anew: the old values are back ({when}).',
    '호스트가 재부팅되어 이전 값으로 돌아갔습니다({when}).',
  ),
  onRecord: text('On record: {mark}', '감사 기록: {mark}'),
  readBack: text('Read back from the kernel: {values}', '커널에서 다시 읽은 값: {values}'),
  fact: text('measured', '측정값'),
  perSecond: text('{fact}/s', '초당 {fact}'),
  before: text('before', '이전'),
  after: text('after', '이후'),
  stillInForce: text(
    'That did not happen, the change is in force as before. {code}: {message}',
    '처리하지 못해 변경이 이전과 같이 적용되어 있습니다. {code}: {message}',
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
  needless: text(
    'Withdrawn at {when}: another change for the same finding has helped, so this one is no longer needed.',
    '{when}에 거두었습니다. 같은 증상에 대한 다른 변경으로 해결되어 더 이상 필요하지 않습니다.',
  ),
  failed: text('Failed at {when}. {code}: {message}', '{when}에 실패했습니다. {code}: {message}'),
  needsHuman: text(
    'A person must look at {host} now ({when}). {code}: {message}',
    '지금 담당자의 직접 확인이 필요합니다: {host}({when}). {code}: {message}',
  ),

  newsRestored: text(
    '{host}: Redis was emptied, this thread is back',
    '{host}: Redis가 비워져 스레드를 복구함',
  ),
  restored: text(
    'Redis was emptied. That changes nothing on the host. I have brought the changes of this thread back from my own disk: the buttons work as before. {host} is asked how each one stands; the cards above show what it says.',
    'Redis가 비워졌습니다. 호스트에서 달라진 것은 없습니다. 이 스레드의 변경을 봇의 디스크에서 복구했으니 버튼은 그대로 쓸 수 있습니다. {host}에 각 변경의 상태를 확인해 위의 카드에 표시합니다.',
  ),
  revertedJournal: text(
    'Not in force any more: the journal of the host says that it was taken back ({when}).',
    '더 이상 적용되어 있지 않습니다. 호스트의 기록에 따르면 이미 되돌려졌습니다({when}).',
  ),
  newsRevertedJournal: text('{host}: {settings} was taken back before', '{host}: {settings} 이미 되돌려짐'),
  newsLost: text('{host}: the record of a change is lost', '{host}: 변경 기록 유실'),
  lost: text(
    'Redis was emptied while a change was under way. That changes nothing on the host: what nobody has confirmed it takes back by itself, anything else stays until the next boot. The buttons above no longer work; the command on the card undoes it by hand.',
    '변경이 진행되는 도중에 Redis가 비워졌습니다. 호스트에서 달라지는 것은 없습니다. 확인되지 않은 변경은 호스트가 스스로 되돌리고, 그 밖의 변경은 다음 재부팅까지 유지됩니다. 위의 버튼은 더 이상 동작하지 않으니, 되돌리려면 카드에 적힌 명령을 직접 실행하세요.',
  ),

  newsVerified: text('{host}: {settings} helped', '{host}: {settings} 효과 확인'),
  newsNoEffect: text('{host}: {settings} has no effect', '{host}: {settings} 효과 없음'),
  newsWorse: text('{host}: {settings} made it worse', '{host}: {settings} 상황 악화'),
  newsUnknown: text(
    '{host}: {settings} applied, effect unknown',
    '{host}: {settings} 적용됨, 효과는 알 수 없음',
  ),
  newsUndecided: text('{host}: {settings} still waits for approval', '{host}: {settings} 승인 대기 중'),
  newsNotKept: text('{host}: {settings} neither kept nor rolled back', '{host}: {settings} 저장 여부 미결정'),
  newsLeft: text('{host}: {settings} ends with the next boot', '{host}: {settings} 다음 재부팅까지만 유지'),
  newsKept: text('{host}: {settings} kept', '{host}: {settings} 영구 저장됨'),
  newsReverted: text(
    '{host}: {settings} taken back by the host itself',
    '{host}: {settings} 호스트가 스스로 되돌림',
  ),
  newsRevertedWorse: text(
    '{host}: {settings} made it worse and was taken back',
    '{host}: {settings} 악화되어 되돌림',
  ),
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
