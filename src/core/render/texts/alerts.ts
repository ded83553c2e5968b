import { text } from './text.ts';

/** What `alerts test` says. */
export const ALERTS = {
  read: text('alerts read as those of {source}: {count}', '{source} 소스로 읽은 알림: {count}건'),
  firing: text('firing', '발생'),
  resolved: text('resolved', '해소'),
  host: text('host: {host}, named by {from} "{words}"', '호스트: {host} ({from} "{words}" 기준)'),
  choice: text(
    'host: not clear; {from} "{words}" may be {candidates}. A person is asked.',
    '호스트: 특정할 수 없음. {from} "{words}"에 해당하는 호스트: {candidates}. 사람에게 묻습니다.',
  ),
  unknown: text(
    'host: none of the inventory. Looked at: {named}. Add an alias to the host, or a label to alerts.host_labels.',
    '호스트: 인벤토리에 없음. 확인한 값: {named}. 호스트에 alias를 추가하거나 alerts.host_labels에 레이블을 추가하세요.',
  ),
  nothing: text('nothing that could name a host', '호스트를 가리키는 값 없음'),
  starts: text('starts a diagnosis ({rule})', '진단을 시작합니다 ({rule})'),
  counted: text(
    'is acknowledged and counted, starts nothing ({rule})',
    '접수만 하고 진단은 시작하지 않습니다 ({rule})',
  ),
  maintenance: text(
    'is counted, starts nothing until {until}: maintenance of {what}',
    '{until}까지 건수만 세고 진단은 시작하지 않습니다({what} 점검)',
  ),
  waits: text(
    'would start a diagnosis ({rule}), but of no host yet',
    '진단 대상이지만({rule}) 호스트가 정해지지 않았습니다',
  ),
  ends: text('ends the alert; starts nothing', '알림을 종료합니다. 진단은 시작하지 않습니다'),
  channel: text('channel: {channel}', '채널: {channel}'),
  mentions: text('channel: {channel}, mentions {who}', '채널: {channel}, 멘션: {who}'),
  playbooks: text('told first: {playbooks}', '먼저 보여 줄 플레이북: {playbooks}'),
  links: text('links: {links}', '링크: {links}'),
  skipped: text('skipped: {why} ({count})', '건너뜀: {why} ({count}건)'),
} as const;
