import type { Localized } from '../../domain/locale.ts';
import { text } from './text.ts';

/** What `change propose` says. */
export const PROPOSE = {
  queued: text('{host}: waiting for a worker', '{host}: 워커를 기다리는 중'),
  behind: text(
    '{host}: another check is running; this one starts right after it',
    '{host}: 다른 점검이 진행 중이며, 끝나는 대로 시작합니다',
  ),
  interrupted: text(
    '{host}: the diagnosis goes on without this terminal; what it proposes will be in its thread and in `tcpcheck change list`, both while a bot runs.',
    '{host}: 터미널을 닫아도 진단은 계속됩니다. 제안된 변경은 봇이 실행 중이면 스레드와 `tcpcheck change list`에 나타납니다.',
  ),
  noThread: text(
    'Its thread is not in Slack yet; it follows by itself once Slack answers and a bot runs.',
    '아직 Slack에 스레드가 없습니다. Slack이 응답하고 봇이 실행되면 자동으로 올라옵니다.',
  ),

  proposed: text('Proposed for {host}: change {id}', '{host} 변경 제안: {id}'),
  would: text(
    'Would be proposed for {host} (nothing was written)',
    '{host}에 제안될 변경(기록된 것은 없습니다)',
  ),
  one: text('One approval of: {who}', '승인자 1명: {who}'),
  two: text('Two approvals of: {who} (not of whoever asked)', '승인자 2명(요청자 제외): {who}'),
  membersOf: text('members of {group}', '{group} 그룹 구성원'),
  expires: text('May be approved until {when}', '승인 기한: {when}'),
  next: text('Next: {command}', '다음 명령: {command}'),
  helperLater: text(
    'Whether the helper on {host} takes orders is asked when it is proposed.',
    '{host}의 헬퍼가 명령을 받는지는 실제로 제안할 때 확인합니다.',
  ),

  nothingOffered: text(
    'no finding of {host} offers a setting.',
    '{host}의 진단 결과 중 설정 변경을 제안하는 것이 없습니다.',
  ),
  nothing: text('Nothing to propose: {why}', '제안할 변경이 없습니다. {why}'),
  seeCheck: text(
    '`tcpcheck check {host}` shows evidence and fixes in full.',
    '근거와 조치 전체 보기: `tcpcheck check {host}`',
  ),
} as const satisfies Record<string, Localized>;

/** Why the setting that was asked for is not proposed. */
export const NOT_PROPOSED = {
  'not-in-catalogue': text(
    '{key} is not in the catalogue of settings, so tcpcheck knows no bounds for it and never changes it.',
    '{key}: 설정 목록에 없어 허용 범위를 알 수 없으므로 tcpcheck가 변경하지 않습니다.',
  ),
  never: text(
    '{key} is never changed by tcpcheck. {why}',
    '{key}: tcpcheck가 변경하지 않는 설정입니다. {why}',
  ),
  'not-advised': text('{key} would not help here. {why}', '{key}: 지금 상황에는 도움이 되지 않습니다. {why}'),
  'not-offered': text(
    '{key} is not offered on this evidence. {why}',
    '{key}: 지금의 근거로는 변경을 제안하지 않습니다. {why}',
  ),
  already: text(
    '{key} is {value} already, which is what the finding would want or better.',
    '{key}: 이미 {value}이며, 진단 결과가 권하는 값 이상입니다.',
  ),
  'not-read': text(
    'whether {key} would help could not be told: {facts} could not be read.',
    '{key}: 도움이 되는지 알 수 없습니다. 읽지 못한 값: {facts}',
  ),
  'goes-with': text(
    '{key} is changed together with {other} only; ask for that one.',
    '{key}: {other}과(와) 함께만 변경합니다. {other} 변경을 요청하세요.',
  ),
  'not-judged': text(
    'what would want {key} could not be judged: {titles}.',
    '{key}: 이 설정이 필요한 증상인지 판단하지 못했습니다: {titles}.',
  ),
  'no-finding': text(
    'no finding of {host} wants a change of {key}.',
    '{host}의 진단 결과 중 {key} 변경이 필요한 것이 없습니다.',
  ),
  'no-finding-now': text(
    'no finding of {host} wants a change of {key}, which is {value}.',
    '{host}의 진단 결과 중 {key}(현재 {value}) 변경이 필요한 것이 없습니다.',
  ),
} as const satisfies Record<string, Localized>;
