import type { Localized } from '../../domain/locale.ts';
import type { LookResult } from '../../domain/incident.ts';
import { VERDICT_WORDS } from './common.ts';
import { text, type Text } from './text.ts';

/** What a look came to, in a word. */
export const LOOK_WORDS: Readonly<Record<LookResult['verdict'], Text>> = {
  ...VERDICT_WORDS,
  unreachable: text('cannot be reached', '접속 불가'),
  failed: text('could not be checked', '점검 실패'),
};

/** The incident of one host, in the root message of its thread. */
export const INCIDENT = {
  headFiring: text('{host}: {alert} firing', '{host}: {alert} 알림 발생'),
  headResolved: text('{host}: resolved', '{host}: 해소됨'),
  headResolvedBut: text('{host}: resolved, but {verdict}', '{host}: 알림은 해소됨, 현재 {verdict}'),
  headClosedHealthy: text('{host}: closed, looks healthy', '{host}: 종료됨, 현재 정상'),
  headClosedBut: text('{host}: closed, but {verdict}', '{host}: 종료됨, 현재 {verdict}'),
  headClosed: text('{host}: closed', '{host}: 종료됨'),
  headMerged: text('{host}: told in another thread', '{host}: 다른 스레드에서 함께 안내'),

  firing: text('firing since {when}', '{when}부터 발생 중'),
  resolved: text('resolved', '해소됨'),
  several: text('{count} firing', '{count}건 발생 중'),
  openAlert: text('open the alert', '알림 열기'),
  silence: text('silence it', '알림 끄기'),
  moreKinds: text('… and more, by name: {count}', '… 외 알림 {count}종'),
  merged: text(
    'Merged here, one thread per host: alerts {alerts}, repeats {repeats}. Looked at by {rule}.',
    '호스트별로 한 스레드에 모음: 알림 {alerts}건, 반복 {repeats}회. {rule}',
  ),
  flaps: text('Came back {count}× after it was over.', '종료된 뒤 {count}번 다시 발생했습니다.'),
  onIt: text('👀 {who} is on it, since {when}.', '👀 {who} 님이 {when}부터 대응 중입니다.'),
  wasOnIt: text('👀 {who} was on it, since {when}.', '👀 {who} 님이 {when}부터 대응했습니다.'),
  from: text('from {source}', '출처: {source}'),
  ack: text('I’m on it', '제가 맡겠습니다'),

  recheckResolved: text(
    'Its alerts have resolved; the host is checked once more.',
    '알림이 모두 해소되어 호스트를 한 번 더 점검합니다.',
  ),
  recheckQuiet: text(
    'No word from its alerts for hours; the host is checked once more.',
    '몇 시간째 알림 소식이 없어 호스트를 한 번 더 점검합니다.',
  ),
  recheckPerson: text('Checked once more on request.', '요청에 따라 한 번 더 점검합니다.'),
  healthy: text(
    'The host looks healthy again. Over after {duration}.',
    '호스트가 정상으로 돌아왔습니다. 지속 시간: {duration}',
  ),
  quietHealthy: text(
    'No word from its alerts for hours, and the host looks healthy: closed after {duration}.',
    '몇 시간째 알림 소식이 없고 호스트도 정상이어서 종료합니다. 지속 시간: {duration}',
  ),
  personHealthy: text(
    'The host looks healthy: closed after {duration}, though its alerts have not resolved yet.',
    '알림은 아직 해소되지 않았지만 호스트가 정상이어서 종료합니다. 지속 시간: {duration}',
  ),
  but: text(
    'Alert resolved after {duration}, but: {what}',
    '알림은 {duration} 만에 해소되었지만 확인이 필요합니다: {what}',
  ),
  notLooked: text(
    'Over after {duration}; the host could not be checked again.',
    '지속 시간: {duration}. 호스트를 다시 점검하지는 못했습니다.',
  ),
  quietBut: text(
    'No word from its alerts for hours, so this is closed. The host: {what}',
    '몇 시간째 알림 소식이 없어 종료합니다. 호스트 상태: {what}',
  ),
  inStorm: text(
    'Many hosts alert at once, so one thread tells of all of them.',
    '여러 호스트에서 동시에 알림이 발생해 하나의 스레드에서 함께 안내합니다.',
  ),
  thread: text('open the thread', '스레드 열기'),
  elsewhere: text(
    'An incident is open for this host: {link}',
    '이 호스트에 진행 중인 인시던트가 있습니다: {link}',
  ),

  endHealthy: text(
    '{host} looks healthy again, over after {duration}',
    '{host} 정상으로 돌아옴, 지속 시간 {duration}',
  ),
  endClosedHealthy: text(
    '{host} looks healthy, closed after {duration}; its alerts have not resolved',
    '{host} 정상, 알림 해소 전에 종료, 지속 시간 {duration}',
  ),
  endBut: text('{host} alert resolved, but: {what}', '{host} 알림은 해소, 확인 필요: {what}'),
  endClosedBut: text(
    '{host} closed without word from its alerts, but: {what}',
    '{host} 알림 소식 없이 종료, 확인 필요: {what}',
  ),
} as const satisfies Record<string, Localized>;

/** Many hosts at once. */
export const STORM = {
  head: text('{count} hosts alert at once', '호스트 {count}대에서 동시에 알림 발생'),
  headOver: text('{count} hosts alerted at once; over', '호스트 {count}대 동시 알림 종료'),
  headQuiet: text(
    '{count} hosts alerted at once; no new ones, still firing: {firing}',
    '호스트 {count}대 동시 알림: 추가 없음, {firing}대는 계속 발생 중',
  ),
  many: text(
    'More than {limit} hosts alerted within {duration}, so they share this thread instead of one each.',
    '{duration} 안에 {limit}대가 넘는 호스트에서 알림이 발생해 호스트별 스레드 대신 이 스레드에 모았습니다.',
  ),
  jump: text(
    'The hosts behind {jump} cannot be looked at, because {jump} cannot be used; it is reported once, here.',
    '{jump} 호스트를 경유할 수 없어 그 뒤의 호스트를 점검할 수 없습니다. 여기에 한 번만 알립니다.',
  ),
  zone: text(
    'No host of zone {zone} that alerts can be reached, so they share this thread.',
    '{zone} 존에서 알림이 발생한 호스트에 모두 접속할 수 없어 이 스레드에 모았습니다.',
  ),
  looking: text('Looking at a few hosts of each group …', '그룹별로 몇 대씩 점검하고 있습니다 …'),
  looked: text('Looked at {done}: {results}.', '점검한 호스트 {done}대: {results}.'),
  network: text(
    'This looks like network or power, not TCP tuning.',
    'TCP 설정보다는 네트워크나 전원 문제로 보입니다.',
  ),
  worth: text('Worth a look: {hosts}', '확인해 볼 호스트: {hosts}'),
  noButtons: text(
    'No setting is offered for change in a storm. One host by itself: {command}',
    '동시 알림 중에는 설정 변경을 제안하지 않습니다. 개별 점검: {command}',
  ),
  counted: text(
    'Merged by host: alerts {alerts}, repeats {repeats}.',
    '호스트별로 모음: 알림 {alerts}건, 반복 {repeats}회',
  ),
  joining: text(
    'Later hosts of this channel join until none has come for 10 minutes.',
    '10분 동안 새 호스트가 없을 때까지 이 채널의 호스트를 계속 여기에 모읍니다.',
  ),
  beyond: text('Hosts that are counted only: {count}.', '그 외 {count}대는 수만 집계했습니다.'),
  group: text('Group', '그룹'),
  hosts: text('Hosts', '호스트'),
  firing: text('Firing', '발생 중'),
  alerts: text('Alerts', '알림'),
  samples: text('Looked at', '점검 결과'),
  none: text('–', '–'),
  overResolved: text(
    'All alerts have resolved, after {duration}.',
    '{duration} 만에 모든 알림이 해소되었습니다.',
  ),
  overQuiet: text(
    'Over after {duration}: no further host has alerted for 10 minutes.',
    '10분 동안 새로 알림이 발생한 호스트가 없어 {duration} 만에 종료합니다.',
  ),
  newsLooked: text(
    '{count} hosts alert at once; of {done} looked at: {results}',
    '호스트 {count}대 동시 알림, 점검한 {done}대: {results}',
  ),
  newsDark: text(
    '{count} hosts alert at once, network or power? Of {done} looked at: {results}',
    '호스트 {count}대 동시 알림, 네트워크나 전원 문제? 점검한 {done}대: {results}',
  ),
  result: text('{count} {verdict}', '{verdict} {count}대'),
} as const satisfies Record<string, Localized>;

/** Alerts that name no host, or several. */
export const QUESTION = {
  whichHead: text('Which host is “{named}”?', '어느 호스트입니까? “{named}”'),
  chosenHead: text('“{named}” is {host}', '“{named}”: {host}'),
  which: text(
    'The alert {alert} names {named}, and more than one host of the inventory could be meant.',
    '{alert} 알림이 가리키는 {named}에 해당하는 호스트가 여러 대입니다.',
  ),
  untilThen: text(
    'Nothing is contacted before somebody chooses.',
    '선택하기 전에는 어디에도 접속하지 않습니다.',
  ),
  menu: text('Choose the host', '호스트 선택'),
  moreAlerts: text('Alerts that wait for this: {count}.', '알림 {count}건이 선택을 기다리고 있습니다.'),
  chosen: text(
    '{who} chose {host} at {when}; later alerts under this name go there, too.',
    '{who} 님이 {when}에 {host} 호스트를 선택했습니다. 같은 이름의 이후 알림도 그 호스트로 처리합니다.',
  ),
  aliases: text(
    'To settle it for good, make the name an alias of one host (`aliases:` in tcpcheck.yaml).',
    '계속 그렇게 처리하려면 tcpcheck.yaml에서 그 이름을 한 호스트의 `aliases:`에 추가하세요.',
  ),
  unknownHead: text(
    'Alerts name hosts that I do not know',
    '등록되지 않은 호스트의 알림이 들어오고 있습니다',
  ),
  unknownLock: text('Alerts name unknown hosts: {names}', '등록되지 않은 호스트의 알림: {names}'),
  moreNames: text('{count} more', '외 {count}개'),
  unknown: text(
    'Alerts today: {alerts}. They name: {names}. I log into hosts of the inventory only, so nothing was contacted.',
    '오늘 들어온 알림: {alerts}건. 가리킨 이름: {names}. 인벤토리에 있는 호스트에만 접속하므로 어디에도 접속하지 않았습니다.',
  ),
  unknownHint: text(
    'If one of them is a host of yours, add the name to its `aliases:` in tcpcheck.yaml, or the host under `hosts:`. `tcpcheck hosts` lists what is known.',
    '관리하는 호스트라면 tcpcheck.yaml에서 그 호스트의 `aliases:`에 이름을 추가하거나 `hosts:`에 호스트를 등록하세요. 등록된 목록: `tcpcheck hosts`',
  ),
} as const satisfies Record<string, Localized>;
