import type { Localized } from '../../domain/locale.ts';
import { text } from './text.ts';

/** What the bot answers at once, to the asker alone. */
export const BOT = {
  helpTitle: text(
    'I look at the TCP of a host over SSH and say what is wrong, with evidence.',
    '호스트의 TCP 상태를 SSH로 점검하고 원인을 근거와 함께 알려 드립니다.',
  ),
  helpHost: text('diagnose a host', '호스트 진단'),
  helpSymptom: text('the same, with what you see', '증상을 함께 적어 진단'),
  helpGroup: text('diagnose every host of a group', '그룹의 모든 호스트 진단'),
  helpHosts: text('list hosts and groups', '호스트와 그룹 목록'),
  helpExplain: text('how TCP works, by topic; without a topic, the list', 'TCP 개념 설명, 주제를 빼면 목록'),
  helpFreeze: text(
    'no approvals for a while, for approvers; `off` lifts it',
    '일정 시간 승인 중지(승인자용), `off`로 해제',
  ),
  helpHelp: text('show this help', '이 도움말 보기'),
  helpChanges: text(
    'Nothing is changed without the approval of a named person; every change can be rolled back.',
    '지정된 승인자의 승인 없이는 아무것도 변경하지 않으며, 모든 변경은 되돌릴 수 있습니다.',
  ),
  exampleSymptom: text('connection refused', '연결 거부'),

  hosts: text('Hosts: {names}', '호스트: {names}'),
  group: text('Group {group}: {names}', '그룹 {group}: {names}'),
  noHosts: text(
    'There are no hosts yet: add some under `hosts:` in tcpcheck.yaml.',
    '등록된 호스트가 없습니다. tcpcheck.yaml의 `hosts:`에 추가하세요.',
  ),
  more: text('and {count} more', '외 {count}개'),

  accepted: text(
    'In the queue: {hosts}. The answer comes as a thread in this channel; if none appears, invite me: `/invite` {bot}',
    '대기열에 넣었습니다: {hosts}. 결과는 이 채널에 스레드로 올라옵니다. 올라오지 않으면 저를 초대해 주세요: `/invite` {bot}',
  ),

  deskSlow: text(
    'I cannot reach my queue right now. If no message appears in this channel within a minute, please try again.',
    '지금 작업 큐에 연결할 수 없습니다. 1분 안에 이 채널에 메시지가 올라오지 않으면 다시 시도해 주세요.',
  ),
  clickSlow: text(
    'I cannot reach my queue right now. Look at the message before you press again: it shows whether your click arrived.',
    '지금 작업 큐에 연결할 수 없습니다. 다시 누르기 전에 메시지를 확인해 주세요. 처리되었다면 메시지에 나타납니다.',
  ),
  fault: text(
    'Something went wrong on my side; the operators can see it in my log. Please try again.',
    '내부 오류가 발생했습니다. 운영자가 로그에서 확인할 수 있습니다. 다시 시도해 주세요.',
  ),

  guest: text(
    'Only full members of this workspace may use tcpcheck; guests, bots and deactivated accounts may not.',
    'tcpcheck는 이 워크스페이스의 정식 멤버만 사용할 수 있습니다. 게스트, 봇, 비활성 계정은 사용할 수 없습니다.',
  ),
  foreigner: text(
    'Only members of the workspace that runs tcpcheck may use it; you belong to another one.',
    'tcpcheck는 이를 운영하는 워크스페이스의 멤버만 사용할 수 있습니다. 다른 워크스페이스 소속입니다.',
  ),
  unverified: text(
    'I could not find out who you are at Slack just now, so nothing was started. Please try again in a minute.',
    '지금 Slack에서 사용자 정보를 확인하지 못해 아무것도 시작하지 않았습니다. 잠시 후 다시 시도해 주세요.',
  ),
  wrongChannel: text(
    'tcpcheck is not enabled in this channel (`access:` in tcpcheck.yaml). It is in: {channels}',
    '이 채널에서는 tcpcheck를 사용할 수 없습니다(tcpcheck.yaml의 `access:`). 사용할 수 있는 채널: {channels}',
  ),
  wrongUser: text(
    'You are not among those who may ask for a diagnosis (`access:` in tcpcheck.yaml).',
    '진단을 요청할 권한이 없습니다(tcpcheck.yaml의 `access:`).',
  ),
  terminalOnly: text(
    'This one runs in a terminal, where tcpcheck is installed: {command}',
    '이 명령은 tcpcheck가 설치된 터미널에서 실행합니다: {command}',
  ),
  unknownTopic: text(
    'There is no topic “{typed}”. Topics: {names}. All of them: `/tcpcheck explain`',
    '“{typed}” 주제가 없습니다. 주제: {names}. 전체: `/tcpcheck explain`',
  ),
  unknownCommand: text(
    'I do not know this command. Use `/tcpcheck help`.',
    '알 수 없는 명령입니다. `/tcpcheck help`를 사용하세요.',
  ),
} as const satisfies Record<string, Localized>;
