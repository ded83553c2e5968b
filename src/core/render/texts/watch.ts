import type { Localized } from '../../domain/locale.ts';
import type { RateId } from '../../watch/course.ts';
import { text, type Text } from './text.ts';

/** What each rate counts. */
export const RATE_WORDS: Readonly<Record<RateId, Text>> = {
  'opens-out': text('opened by this host /s', '이 호스트가 연 연결 /s'),
  'opens-in': text('opened by others /s', '상대가 연 연결 /s'),
  retransmits: text('retransmits /s', '재전송 /s'),
  overflows: text('accept overflows /s', 'accept 큐 넘침 /s'),
  'resets-sent': text('resets sent /s', '보낸 RST /s'),
  resets: text('broken by resets /s', 'RST로 끊긴 연결 /s'),
};

/** `watch`: the frame on a terminal, and the summary at the end. */
export const WATCH = {
  progress: text('{elapsed} of {total}', '{elapsed} / {total}'),
  port: text('port {port} at either end', '포트 {port}(양쪽 모두)'),
  keys: text('Ctrl-C: summary', 'Ctrl-C: 요약'),
  now: text('now', '현재'),
  most: text('max', '최대'),
  chart: text('last {seconds} s', '최근 {seconds}초'),
  queue: text('fullest accept queue', '가장 찬 accept 큐'),
  queued: text(':{port} {waiting} of {limit}', ':{port} {waiting}/{limit}'),
  inbound: text('incoming, by port', '들어온 연결, 포트별'),
  outbound: text('outgoing, by port', '나간 연결, 포트별'),
  none: text('none', '없음'),
  unseen: text('not seen yet', '아직 보지 못함'),

  ended: text('{host}: watched for {elapsed}, {looks} looks', '{host}: {elapsed} 동안 {looks}번 확인'),
  first: text('first', '처음'),
  last: text('last', '마지막'),
  least: text('min', '최소'),
  mean: text('avg', '평균'),
  grew: text('Grew: {what}', '늘어난 것: {what}'),
  grownBy: text('{name} from {first} to {last}', '{name} {first} → {last}'),
  nothingGrew: text('Nothing grew by half or more.', '절반 이상 늘어난 것은 없습니다.'),
  tooShort: text('Too few looks to say what grew.', '확인 횟수가 적어 증가 여부는 알 수 없습니다.'),
  someWalks: text(
    'The socket table was counted in {walks} of {looks} looks, to spare the host.',
    '호스트 부담을 줄이려고 소켓 테이블은 {looks}번 중 {walks}번만 셌습니다.',
  ),
  noWalks: text(
    'The socket table was not counted: ss is missing or there are more than 50,000 sockets. ESTAB is the kernel’s tally and includes CLOSE-WAIT.',
    '소켓 테이블은 세지 않았습니다. ss가 없거나 소켓이 5만 개를 넘습니다. ESTAB는 커널의 집계이며 CLOSE-WAIT를 포함합니다.',
  ),
  noWalksPort: text(
    'The sockets of port {port} could not be counted: ss is missing or there are more than 50,000 sockets.',
    '포트 {port}의 소켓은 세지 못했습니다. ss가 없거나 소켓이 5만 개를 넘습니다.',
  ),
  diagnose: text('Diagnose: {command}', '진단: {command}'),
} as const satisfies Record<string, Localized>;
