import type { Localized } from '../../domain/locale.ts';
import { text } from './text.ts';

/** The message that heads a thread. */
export const ROOT = {
  headQueued: text('{host}: queued', '{host}: 대기 중'),
  headConnecting: text('{host}: connecting', '{host}: 접속 중'),
  headMeasuring: text('{host}: measuring', '{host}: 측정 중'),
  headAgain: text('{host}: checking again', '{host}: 다시 점검 중'),
  headDone: text('{host}: {verdict}', '{host}: {verdict}'),
  headLost: text('{host}: lost', '{host}: 요청 유실'),
  headFailed: text('{host}: could not be checked', '{host}: 점검하지 못함'),

  queued: text('In the queue; the check starts in a moment.', '대기열에 있습니다. 곧 점검을 시작합니다.'),
  noWorker: text(
    'In the queue, but no worker answers at the moment; the check starts when one does.',
    '대기열에 있지만 지금 응답하는 워커가 없습니다. 워커가 연결되면 점검을 시작합니다.',
  ),
  noWorkerInZone: text(
    'In the queue, but no worker of zone {zone} answers at the moment; the check starts when one does.',
    '대기열에 있지만 지금 응답하는 {zone} 존 워커가 없습니다. 워커가 연결되면 점검을 시작합니다.',
  ),
  queuedBehind: text(
    'Another check of this host is running; this one starts right after it.',
    '이 호스트의 다른 점검이 진행 중이며, 끝나는 대로 시작합니다.',
  ),
  connecting: text('Logging in over SSH …', 'SSH로 접속하고 있습니다 …'),
  retrying: text('Logging in over SSH, attempt {attempt} …', 'SSH로 접속하고 있습니다({attempt}번째 시도) …'),
  firstLook: text('First look: {facts}.', '1차 측정: {facts}.'),
  established: text('{count} established', 'ESTABLISHED {count}개'),
  timeWait: text('{count} in TIME_WAIT', 'TIME_WAIT {count}개'),
  fullQueues: text('accept queue full on {listeners}', 'accept 큐가 가득 참: {listeners}'),
  measuring: text(
    'Measuring for {seconds} s; the result follows.',
    '{seconds}초 동안 측정한 뒤 결과를 알려 드립니다.',
  ),

  before: text('Result before: {verdict}', '이전 결과: {verdict}'),
  recheck: text('Check again', '다시 점검'),

  lost: text(
    'The queue was emptied, so this check has no result. Ask again: `/tcpcheck {host}`',
    '큐가 비워져 이 점검의 결과가 없습니다. 다시 요청하세요: `/tcpcheck {host}`',
  ),

  allClear: text('Nothing at warning level or above was found.', '경고 이상의 문제는 발견되지 않았습니다.'),
  allClearHere: text(
    'Nothing at warning level or above was found in the host’s own network namespace; {sockets} TCP sockets in {namespaces} others were not looked at.',
    '호스트 자신의 네트워크 네임스페이스에서는 경고 이상의 문제가 발견되지 않았습니다. 다른 {namespaces}개의 TCP 소켓 {sockets}개는 확인하지 않았습니다.',
  ),
  inside: text(
    'Looked into the network namespace of {target} ({netns}), not that of the host.',
    '호스트가 아니라 {target}의 네트워크 네임스페이스({netns})를 확인했습니다.',
  ),
  noVerdict: text(
    'Too little could be seen for a verdict; this does not mean that the host is healthy.',
    '확인하지 못한 항목이 많아 판단할 수 없습니다. 정상이라는 뜻은 아닙니다.',
  ),
  moreFindings: text(
    '… and {count} more; `tcpcheck check {host}` shows all of them.',
    '… 외 {count}건. 전체 보기: `tcpcheck check {host}`',
  ),
  inThread: text('Details and fixes are in the thread.', '자세한 내용과 조치 방법은 스레드에 있습니다.'),

  askedBy: text('asked by {who}', '요청: {who}'),
  askedInTerminal: text('asked by {who} in a terminal', '요청: {who}(터미널)'),
  alerted: text('alert {alert} ({source})', '알림 {alert}({source})'),
  symptom: text('“{words}”', '“{words}”'),
  took: text('took {duration}', '소요 {duration}'),
} as const satisfies Record<string, Localized>;

/** The one reply that notifies. */
export const END = {
  done: text('{host} {verdict}: {what}', '{host} {verdict}: {what}'),
  failed: text('{host} could not be checked: {code}', '{host} 점검 실패: {code}'),
  ok: text('{host} ok: nothing at warning level or above', '{host} 정상: 경고 이상의 문제 없음'),
  okHere: text(
    '{host} ok in its own namespace; {sockets} sockets in {namespaces} others not looked at',
    '{host} 자체는 정상, 다른 네임스페이스 {namespaces}개의 소켓 {sockets}개는 미확인',
  ),
  elsewhere: text(
    '{host} unknown: {where} has {count} {what} per second; look inside',
    '{host} 판단 불가: {where}에서 {what} 초당 {count}건, 내부 확인 필요',
  ),
  quiet: text('{host} ok: quiet now, see the note above', '{host} 정상: 현재는 증상 없음, 위 내용 참고'),
  unknown: text(
    '{host} unknown: too little could be seen for a verdict',
    '{host} 판단 불가: 확인하지 못한 항목이 많음',
  ),
  approvalWanted: text(
    'Waiting for approval in this thread: {what}',
    '이 스레드에서 승인을 기다리는 변경: {what}',
  ),
  findings: text('Findings in this thread: {count}', '이 스레드의 진단 결과: {count}건'),
} as const satisfies Record<string, Localized>;
