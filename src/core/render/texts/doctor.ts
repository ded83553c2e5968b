import type { Limit } from '../../domain/doctor.ts';
import { text, type Text } from './text.ts';

/** What `doctor` says of this machine. */
export const HERE = {
  config: text('{file}: read, hosts: {hosts}', '{file}: 읽었습니다. 호스트 {hosts}개'),
  keyMode: text(
    '{file}: others may read this key (mode {mode})',
    '{file}: 다른 사용자가 읽을 수 있는 키입니다(모드 {mode})',
  ),
  keyModeDo: text('chmod 600 {file}', 'chmod 600 {file}'),
  keyMissing: text('{file}: this key cannot be read: {why}', '{file}: 키를 읽을 수 없습니다: {why}'),
  keyMissingDo: text(
    'Run `tcpcheck enroll` for its host, or correct the path.',
    '해당 호스트에 `tcpcheck enroll`을 실행하거나 경로를 고치세요.',
  ),
  keys: text('{count} SSH keys, for this user only', 'SSH 키 {count}개, 모두 이 사용자만 읽을 수 있습니다'),
  signing: text('keys that sign and check changes: usable', '변경 서명 키와 검증 키: 사용할 수 있습니다'),
  signingTwo: text(
    'two keys check changes: a rotation is under way',
    '검증 키가 두 개입니다. 키를 교체하는 중입니다',
  ),
  signingLater: text(
    'keys that sign changes are made at the first start of `serve`',
    '변경 서명 키는 `serve`를 처음 시작할 때 만들어집니다',
  ),
  signingMode: text(
    '{file}: others may read the key that signs changes (mode {mode})',
    '{file}: 변경 서명 키를 다른 사용자가 읽을 수 있습니다(모드 {mode})',
  ),
  dataDir: text('{dir}: this user may write there, nobody else', '{dir}: 이 사용자만 쓸 수 있습니다'),
  dataDirLater: text(
    '{dir}: made at the first start of `serve`',
    '{dir}: `serve`를 처음 시작할 때 만들어집니다',
  ),
  dataDirMode: text(
    '{dir}: others may write there (mode {mode})',
    '{dir}: 다른 사용자가 쓸 수 있습니다(모드 {mode})',
  ),
  dataDirModeDo: text('chmod 700 {dir}', 'chmod 700 {dir}'),
  dataDirDenied: text('{dir}: this user may not write there', '{dir}: 이 사용자는 쓸 수 없습니다'),
  dataDirDeniedDo: text(
    'Run it as the user of the service, or correct TCPCHECK_DATA_DIR.',
    '서비스 사용자로 실행하거나 TCPCHECK_DATA_DIR을 고치세요.',
  ),
  redis: text(
    'Redis ({place}): answers, writable, keeps every key',
    'Redis({place}): 응답하고 쓸 수 있으며 키를 버리지 않습니다',
  ),
  redisWarning: text('Redis ({place}): {why}', 'Redis({place}): {why}'),
  redisWarningDo: text('Set `appendonly yes`.', '`appendonly yes`를 설정하세요.'),
  slackNone: text('no Slack token is set: nothing was asked', 'Slack 토큰이 없어 확인하지 않았습니다'),
  slack: text('Slack took the token: team {team}', 'Slack이 토큰을 받아들였습니다: 팀 {team}'),
  approvers: text('{count} approvers are named', '승인자가 {count}명 지정되어 있습니다'),
  approverGroups: text(
    '{count} approvers are named, and {groups} user groups whose members Slack knows',
    '승인자가 {count}명, 사용자 그룹이 {groups}개 지정되어 있습니다(구성원은 Slack에서 확인)',
  ),
  operatorsApart: text(
    'who {who} is in Slack is not said: where it takes two people, one who approves in both places counts twice',
    '{who}: Slack에서 누구인지 지정되어 있지 않습니다. 두 명의 승인이 필요할 때 양쪽에서 승인하면 한 사람이 두 명으로 집계됩니다',
  ),
  operatorsApartDo: text(
    'Write `slack:` with their id beside `user:` in `approvals.operators`; an account that several people share can be each of them.',
    '`approvals.operators`의 `user:` 옆에 `slack:`으로 Slack ID를 적으세요. 여러 사람이 함께 쓰는 계정은 그중 누구든 될 수 있습니다.',
  ),
  approversNone: text('nobody may approve changes', '변경을 승인할 수 있는 사람이 없습니다'),
  approversNoneDo: text(
    'Name somebody under `approvals:`, or leave it so that nothing can be changed.',
    '`approvals:`에 승인자를 지정하세요. 변경을 허용하지 않으려면 그대로 두세요.',
  ),
  clock: text(
    'the clock of {whom} is within {seconds} s of this one',
    '{whom}의 시계가 이 컴퓨터와 {seconds}초 이내로 맞습니다',
  ),
  clockOff: text(
    'the clock of {whom} is {seconds} s away from this one',
    '{whom}의 시계가 이 컴퓨터와 {seconds}초 차이 납니다',
  ),
  clockOffDo: text(
    'Let both keep time (chrony, systemd-timesyncd): orders are valid for 60 s.',
    '두 쪽 모두 시간을 동기화하세요(chrony, systemd-timesyncd). 변경 명령은 60초 동안만 유효합니다.',
  ),
  hostsLater: text(
    'hosts were not asked: `tcpcheck doctor HOST` does that',
    '호스트는 확인하지 않았습니다. `tcpcheck doctor HOST`로 확인하세요',
  ),
} as const satisfies Record<string, Text<string>>;

/** What it says of a host. */
export const THERE = {
  login: text(
    'login as {user} with the pinned key {fingerprint}',
    '{user} 계정으로 로그인했습니다. 고정된 호스트 키 {fingerprint}',
  ),
  readingRoot: text('the account that reads is root', '읽기 계정이 root입니다'),
  readingRootDo: text(
    '`tcpcheck enroll {host}` makes an account that only reads.',
    '`tcpcheck enroll {host}`로 읽기 전용 계정을 만드세요.',
  ),
  reading: text('{user} is not root and may not use sudo', '{user}는 root가 아니며 sudo를 쓸 수 없습니다'),
  readingSudo: text('{user} may use sudo without a password', '{user}가 비밀번호 없이 sudo를 쓸 수 있습니다'),
  readingSudoDo: text('Take {user} out of sudoers.', 'sudoers에서 {user}를 빼세요.'),
  readingGroups: text(
    '{user} is in groups that are as good as root: {groups}',
    '{user}가 root와 다름없는 그룹에 속해 있습니다: {groups}',
  ),
  readingGroupsDo: text(
    'Take it out of them: gpasswd -d {user} GROUP',
    '그룹에서 빼세요: gpasswd -d {user} GROUP',
  ),
  readingFree: text('{user} may also: {what}', '{user}에게 불필요한 권한이 있습니다: {what}'),
  readingFreeDo: text(
    'Put `restrict` before its key in authorized_keys; `tcpcheck enroll {host}` does.',
    'authorized_keys의 키 앞에 `restrict`를 붙이세요. `tcpcheck enroll {host}`가 그렇게 합니다.',
  ),
  changesOff: text('changes are not enabled', '변경이 허용되어 있지 않습니다'),
  changesRoot: text(
    'changes use a root login: whoever has its key has the host',
    '변경에 root 로그인을 씁니다. 이 키를 가진 사람은 호스트 전체를 가진 것과 같습니다',
  ),
  changesRootDo: text(
    'Name an account and a key under `changes:`, then `tcpcheck enroll {host}`.',
    '`changes:`에 계정과 키를 지정하고 `tcpcheck enroll {host}`를 실행하세요.',
  ),
  changesSame: text(
    'changes are to use {user}, which reads and is not root: that cannot work',
    '변경에 읽기 계정 {user}를 쓰도록 되어 있지만 root가 아니어서 동작하지 않습니다',
  ),
  limitHeld: text('{user} is refused: {what}', '{user}에게 거부됨: {what}'),
  limitBroken: text(
    '{user} can do what it must not: {what}',
    '{user}이(가) 해서는 안 되는 일을 할 수 있음: {what}',
  ),
  limitBrokenDo: text(
    'Do not use this key. `tcpcheck enroll {host}` writes its line of authorized_keys anew.',
    '이 키를 쓰지 마세요. `tcpcheck enroll {host}`가 authorized_keys를 다시 씁니다.',
  ),
  helper: text(
    'the helper answers: this version ({hash}), {keys} settings, {standing} changes in force',
    '헬퍼가 응답했습니다: 같은 버전({hash}), 설정 {keys}개, 적용 중인 변경 {standing}건',
  ),
  helperOpen: text(
    'the helper has a change that is half done: {change}',
    '헬퍼에 중간에 멈춘 변경이 있습니다: {change}',
  ),
  helperOpenDo: text(
    'The next call of the helper settles it; look again.',
    '헬퍼를 다음에 부를 때 정리됩니다. 다시 확인하세요.',
  ),
  helperNot: text('the helper takes no orders: {why}', '헬퍼가 명령을 받지 않습니다: {why}'),
  helperNotDo: text('Run `tcpcheck enroll {host}`.', '`tcpcheck enroll {host}`를 실행하세요.'),
} as const satisfies Record<string, Text<string>>;

/** What an account could do. */
export const LIMIT_WORDS: Readonly<Record<Limit, Text>> = {
  command: text('any command', '임의의 명령'),
  sudo: text('sudo', 'sudo'),
  sysctl: text('sysctl -w', 'sysctl -w'),
  shell: text('a shell', '셸'),
  terminal: text('a terminal', '터미널'),
  forwarding: text('port forwarding', '포트 포워딩'),
  listening: text('remote port forwarding', '원격 포트 포워딩'),
  sftp: text('sftp', 'sftp'),
  scp: text('scp', 'scp'),
};
