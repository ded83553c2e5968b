import { text } from './text.ts';

/** What `policy show` says. */
export const POLICY = {
  offered: text('{host}: settings may be changed from chat.', '{host}: 채팅에서 설정을 변경할 수 있습니다.'),
  approvers: text('Approvers: {who}', '승인자: {who}'),
  nobody: text('nobody', '없음'),
  one: text('Risk {risk}: one approver', '위험도 {risk}: 승인자 1명'),
  two: text(
    'Risk {risk}: two approvers, neither of whom asked for the diagnosis',
    '위험도 {risk}: 진단을 요청하지 않은 승인자 2명',
  ),
  tooFew: text('can never be approved: too few approvers are named', '승인자 수가 모자라 승인할 수 없습니다'),
  othersOnly: text(
    'cannot be approved when one of the two approvers asked',
    '두 승인자 중 한 명이 진단을 요청했다면 승인할 수 없습니다',
  ),
  expiry: text(
    'A proposal may be approved for {expires}; the host takes a change back that nobody confirms within {hold}.',
    '제안은 {expires} 동안 승인할 수 있습니다. {hold} 안에 확인되지 않은 변경은 호스트가 스스로 되돌립니다.',
  ),
  caps: text(
    'At most {cap} changes of this host within an hour, and one open change of a setting; the host itself stops at 20.',
    '이 호스트의 변경은 1시간에 최대 {cap}건이며, 한 설정에는 진행 중인 변경이 하나만 있을 수 있습니다. 호스트 자체 한도는 20건입니다.',
  ),
  keep: text(
    'Keep and reject: one approver. Roll back: each approver and whoever asked for the diagnosis, always.',
    '영구 저장과 거절은 승인자 누구나, 되돌리기는 승인자와 진단을 요청한 사람이 언제든 할 수 있습니다.',
  ),
  groups: text(
    'Also approvers: members of the user groups {groups}, as Slack names them at the click and again before anything is signed; a group that cannot be read lets nobody in.',
    '사용자 그룹 {groups}의 구성원도 승인자입니다. 누를 때와 서명 직전에 Slack에서 다시 확인하며, 확인하지 못한 그룹은 아무도 승인할 수 없습니다.',
  ),
  operators: text('In the terminal: {who}', '터미널: {who}'),
  apart: text(
    'Where it takes two, each of {who} counts as somebody else than every approver in Slack: one who is both would be two. `slack:` beside `user:` in `approvals.operators` says who they are there.',
    '두 명의 승인이 필요할 때 {who}은(는) Slack의 모든 승인자와 다른 사람으로 셉니다. 동일인이라면 혼자서 두 명이 됩니다. `approvals.operators`의 `user:` 옆에 `slack:`으로 누구인지 적어 주세요.',
  ),
  operatorIs: text('{user} (who is {slack})', '{user}(동일인: {slack})'),
  frozen: text('Now: {why}', '현재: {why}'),
  window: text('No approvals from {from} to {to}.{reason}', '{from}부터 {to}까지 승인하지 않습니다.{reason}'),
  glass: text(
    'Break-glass: one approver, with a reason, alone and in a freeze; the channel is told and it stays on record.',
    '비상 승인: 승인자 1명이 사유를 적고 혼자서, 동결 중에도 승인할 수 있습니다. 채널에 알리고 감사 기록에 남습니다.',
  ),
  noGlass: text('Break-glass is switched off.', '비상 승인은 꺼져 있습니다.'),
  onlyGroup: text(
    'can be approved only if the user groups have enough members',
    '사용자 그룹에 구성원이 충분해야 승인할 수 있습니다',
  ),
  asMember: text(
    '{who} is named nowhere: an approver while Slack has them in {groups}, and else may roll back only what they asked about.',
    '{who}: 직접 지정되어 있지 않습니다. Slack에서 {groups}의 구성원인 동안에만 승인자이며, 아니면 본인이 요청한 진단의 변경만 되돌릴 수 있습니다.',
  ),
  asOperator: text(
    'The OS user {who} may approve (where it takes two, only what somebody else asked about), reject, keep, roll back and freeze in the terminal.',
    'OS 사용자 {who}: 터미널에서 승인, 거절, 영구 저장, 되돌리기, 동결을 할 수 있습니다(두 명이 필요한 변경은 다른 사람이 요청한 진단일 때만 승인 가능).',
  ),
  asNoOperator: text(
    'The OS user {who} is none of the operators and may decide nothing.',
    'OS 사용자 {who}: 운영자가 아니므로 결정할 수 없습니다.',
  ),
  asYes: text(
    '{who} is an approver: may approve (where it takes two, only what somebody else asked about), reject, keep and roll back.',
    '{who}: 승인자이므로 승인, 거절, 영구 저장, 되돌리기를 할 수 있습니다(두 명이 필요한 변경은 다른 사람이 요청한 진단일 때만 승인 가능).',
  ),
  asNo: text(
    '{who} is not an approver: may roll back what they asked about, and nothing else.',
    '{who}: 승인자가 아니므로 본인이 요청한 진단의 변경만 되돌릴 수 있습니다.',
  ),
  asIfHome: text(
    '{who} is an approver only if the id without a team and the other are of the same workspace; only the bot knows its own.',
    '{who}: 팀이 없는 ID와 같은 워크스페이스일 때만 승인자입니다. 어느 워크스페이스인지는 봇만 압니다.',
  ),
  members: text(
    'Guests, bots and people of other workspaces are refused at the click, whoever they are.',
    '게스트, 봇, 다른 워크스페이스 사용자의 클릭은 항상 거부합니다.',
  ),
} as const;
