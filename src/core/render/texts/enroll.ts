import { text } from './text.ts';

/** What `enroll` and `init` say. What is done on the host is said by the script itself, in English. */
export const ENROLL = {
  madeKey: text('made the key {file} for {user}', '{user}용 키 {file}을 만들었습니다'),
  wouldMakeKey: text('would make the key {file} for {user}', '{user}용 키 {file}을 만들 예정입니다'),
  readingOnly: text(
    'Only the account that reads is set up: for changes, name an account and a key under `changes:` of {host} in tcpcheck.yaml.',
    '읽기 계정만 설정합니다. 변경하려면 tcpcheck.yaml에서 {host}의 `changes:`에 계정과 키를 지정하세요.',
  ),
  onHost: text(
    'On {host}, as root over your own ssh ({destination}):',
    '{host}에서 사용자의 ssh({destination})로 root 권한으로 실행합니다:',
  ),
  hostKeys: text(
    '{host} ({name}) has these host keys, as it says itself over your login:',
    '로그인한 {host}({name})가 알려 준 호스트 키입니다:',
  ),
  ask: text('Pin them in {file}? [y/N] ', '{file}에 고정할까요? [y/N] '),
  pinned: text('pinned in {file}', '{file}에 고정했습니다'),
  pinnedAlready: text('pinned already in {file}', '{file}에 이미 고정되어 있습니다'),
  wouldPin: text('would ask whether to pin them in {file}', '{file}에 고정할지 물어볼 예정입니다'),
  printed: text(
    'Run this as root on {host}: `sh script`. Then let the line of its host key be in {file}, and run `tcpcheck doctor {host}`.',
    '{host}에서 root로 `sh script`를 실행하세요. 그다음 {file}에 호스트 키를 넣고 `tcpcheck doctor {host}`를 실행하세요.',
  ),
  removed: text(
    'The keys of this machine and the line in known_hosts stay; take {host} out of tcpcheck.yaml if it is not wanted any more.',
    '이 컴퓨터의 키와 known_hosts는 그대로 둡니다. {host}가 더 필요 없으면 tcpcheck.yaml에서 빼세요.',
  ),
} as const;

export const INIT = {
  wrote: text('wrote {file}', '{file}을 만들었습니다'),
  next: text(
    'Next: name a host in {file}, then `tcpcheck enroll HOST` and `tcpcheck check HOST`. For Slack see the README.',
    '다음 단계: {file}에 호스트를 적고 `tcpcheck enroll HOST`와 `tcpcheck check HOST`를 실행하세요. Slack 연결은 README에 있습니다.',
  ),
  nextKeys: text(
    'For the bot: TCPCHECK_SIGNING_KEY_FILE={signing}. For the workers: TCPCHECK_VERIFY_KEY_FILE={verify}.',
    '봇: TCPCHECK_SIGNING_KEY_FILE={signing}. 워커: TCPCHECK_VERIFY_KEY_FILE={verify}.',
  ),
} as const;
