import type { Localized } from '../core/domain/locale.ts';

/** tcpcheck.yaml as `init` writes it: valid as it is, and with the lines of an example host taken in. */
export const TEMPLATE: Localized = {
  en: `# yaml-language-server: $schema=SCHEMA
# tcpcheck: the only hosts ever contacted. Unknown fields are refused, with line and column.
# hosts:
#   web-1:
#     address: 10.0.0.5
#     user: tcpcheck                       # reads; not root
#     identity_file: ~/.ssh/tcpcheck       # made by \`tcpcheck enroll web-1\` if it is missing
#     groups: [web]
#     # jump: bastion-1                    # another host of this list
#     # zone: eu                           # only workers of \`serve --role worker --zone eu\` go there
#     # settings may be changed from chat, with an account and a key that can start one program
#     changes: {user: tcpcheck-change, identity_file: ~/.ssh/tcpcheck-change}

# Who may approve changes: Slack user ids. Nobody by default, and then no button appears.
approvals:
  approvers: {users: []}
  # operators: [alice]                     # OS users who decide with \`tcpcheck change\` while Slack is down
  # two_person: [medium, high]

# Who may ask, and where. Default: full members of the workspace, in any channel.
# access: {channels: [C012AB3CD]}

# Alerts: openssl rand -hex 32 > alert-secret; the same secret goes to Alertmanager.
# alerts: {sources: {alertmanager: {bearer_file: ./alert-secret, channel: C012AB3CD}}}

# slack: {channel: C012AB3CD, locale: en}
`,
  ko: `# yaml-language-server: $schema=SCHEMA
# tcpcheck: 여기에 적힌 호스트에만 접속합니다. 모르는 항목은 줄과 칸을 알려 주고 거부합니다.
# hosts:
#   web-1:
#     address: 10.0.0.5
#     user: tcpcheck                       # 읽기 계정. root가 아닙니다
#     identity_file: ~/.ssh/tcpcheck       # 없으면 \`tcpcheck enroll web-1\`이 만듭니다
#     groups: [web]
#     # jump: bastion-1                    # 이 목록의 다른 호스트
#     # zone: eu                           # \`serve --role worker --zone eu\` 워커만 접속합니다
#     # 채팅에서 설정을 변경할 계정. 이 키로는 프로그램 하나만 실행할 수 있습니다
#     changes: {user: tcpcheck-change, identity_file: ~/.ssh/tcpcheck-change}

# 변경 승인자(Slack 사용자 ID). 비워 두면 아무도 승인할 수 없고 버튼도 나오지 않습니다.
approvals:
  approvers: {users: []}
  # operators: [alice]                     # Slack이 멈췄을 때 \`tcpcheck change\`로 결정하는 OS 사용자
  # two_person: [medium, high]

# 진단을 요청할 수 있는 사람과 채널. 기본값: 워크스페이스의 정식 구성원, 모든 채널.
# access: {channels: [C012AB3CD]}

# 알림: openssl rand -hex 32 > alert-secret. 같은 값을 Alertmanager에도 설정합니다.
# alerts: {sources: {alertmanager: {bearer_file: ./alert-secret, channel: C012AB3CD}}}

# slack: {channel: C012AB3CD, locale: ko}
`,
};
