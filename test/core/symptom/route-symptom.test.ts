import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMPLAINTS } from '../../../src/core/symptom/complaints.ts';
import { ERROR_TEXTS } from '../../../src/core/symptom/known-texts.ts';
import { symptomRouter } from '../../../src/core/symptom/route-symptom.ts';
import { shippedPlaybooks, smallPlaybook } from '../../support/playbooks.ts';

/** The playbooks of the contract; known texts may name those that an installation lacks. */
const CONTRACT =
  'port-exhaustion time-wait-overflow time-wait-healthy accept-queue-overflow syn-queue-full connection-refused address-in-use half-open recv-queue-stuck send-queue-stuck retransmissions fd-exhaustion-process fd-exhaustion-system close-wait-leak syn-sent-pileup conntrack-full orphan-sockets tcp-memory-pressure mtu-black-hole softnet-drops neighbour-overflow unsafe-sysctl'.split(
    ' ',
  );
const shipped = shippedPlaybooks();
/** All of the contract, the missing ones without symptoms of their own: the routes do not wait for them. */
const lacking = CONTRACT.filter((id) => !shipped.some((playbook) => playbook.id === id));
const all = [...shipped, ...lacking.map((id) => ({ id, symptoms: { en: [], ko: [], errors: [] } }))];
const route = symptomRouter(all);
const first = (words: string): string | undefined => route(words).playbooks[0];

describe('the complaints of the source documents, word for word', () => {
  it.each([
    ['갑자기 새 연결이 안 맺어져요!', ['port-exhaustion', 'syn-sent-pileup', 'accept-queue-overflow']],
    ['netstat으로 보니 TIME_WAIT 상태가 수만 개', ['port-exhaustion', 'time-wait-healthy']],
    ['포트 고갈로 인한 연결 거부 (Connection Refused)', ['port-exhaustion', 'connection-refused']],
    ['트래픽은 정상인데 서버 응답이 없음', ['port-exhaustion']],
    ['서버가 연결을 받지 않아요!', ['connection-refused', 'accept-queue-overflow', 'syn-queue-full']],
    ['connection refused 에러 빈번', ['connection-refused']],
    ['SYN Flood 공격은 아닌데 SYN Queue가 가득 참', ['syn-queue-full']],
    ['backlog 설정 문제로 연결 드랍', ['accept-queue-overflow']],
    ['연결은 됐는데 데이터가 안 와요!', ['recv-queue-stuck', 'half-open', 'accept-queue-overflow']],
    ['Recv-Q가 계속 쌓여서 애플리케이션이 멈춤', ['recv-queue-stuck']],
    ['좀비 커넥션(Half-open)으로 리소스 낭비', ['half-open']],
    ['네트워크 지연인지 서버 문제인지 판단 어려움', ['recv-queue-stuck', 'send-queue-stuck']],
    ['연결이 안 돼요!', ['port-exhaustion', 'accept-queue-overflow', 'fd-exhaustion-process']],
    ['연결은 됐는데 느려요!', ['recv-queue-stuck', 'send-queue-stuck', 'retransmissions']],
    ['Cannot assign requested address', ['port-exhaustion']],
    ['Connection refused 빈발', ['connection-refused']],
    ['연결 후 응답 없음', ['recv-queue-stuck', 'half-open', 'accept-queue-overflow']],
    ['Recv-Q 계속 증가', ['recv-queue-stuck']],
    ['Too many open files', ['fd-exhaustion-process', 'close-wait-leak']],
    ['재전송 많음', ['retransmissions', 'softnet-drops']],
    ['SYN Flood 공격', ['syn-queue-full']],
    ['Connection Reset', ['orphan-sockets', 'tcp-memory-pressure', 'accept-queue-overflow']],
    ['애플리케이션이 데이터를 안 읽고 있음', ['recv-queue-stuck']],
    ['Recv-Q가 쌓인다', ['recv-queue-stuck']],
  ])('%s', (words, ids) => {
    const [likeliest, ...rest] = ids;
    expect(first(words)).toBe(likeliest);
    expect(route(words).playbooks).toEqual(expect.arrayContaining(rest));
  });
});

describe('words of a person or an alert', () => {
  it.each([
    ['[Errno 111] while connecting to 10.0.0.5', 'connection-refused'],
    ['TcpListenOverflows: 12 per second on web-1', 'accept-queue-overflow'],
    ['NodeTcpRetransmissionsHigh: many segments of web-1 are sent again', 'retransmissions'],
    ['ConntrackTableFull', 'conntrack-full'],
    ['CONNECTION REFUSED!!!', 'connection-refused'],
    ['curl: (7) Failed to connect to web-1 port 8080: Connection refused', 'connection-refused'],
    ['Error: connect ECONNREFUSED 10.0.0.5:8080', 'connection-refused'],
    ['dial tcp 10.0.0.5:5432: connect: connection refused', 'connection-refused'],
    ['clients get refused since 02:20', 'connection-refused'],
    ['접속이 거부됩니다', 'connection-refused'],
    ['connect ETIMEDOUT', 'accept-queue-overflow'],
    ['requests are timing out when connecting', 'accept-queue-overflow'],
    ['연결 타임아웃이 나요', 'accept-queue-overflow'],
    ['OSError: [Errno 99] Cannot assign requested address', 'port-exhaustion'],
    ['bind: address already in use', 'address-in-use'],
    ['java.net.SocketException: Too many open files (accept failed)', 'fd-exhaustion-process'],
    ['accept4() failed (23: Too many open files in system)', 'fd-exhaustion-system'],
    ['kernel: nf_conntrack: table full, dropping packet', 'conntrack-full'],
    ['TCP: request_sock_TCP: Possible SYN flooding on port 443. Sending cookies.', 'syn-queue-full'],
    ['TcpMemory: out of memory -- consider tuning tcp_mem', 'tcp-memory-pressure'],
    ['TIME-WAIT가 수만개입니다', 'port-exhaustion'],
    ['lots of close_wait sockets', 'close-wait-leak'],
    ['SYN_SENT 소켓이 쌓입니다', 'syn-sent-pileup'],
    ['서버 연결이 계속 안됩니다ㅠㅠ', 'port-exhaustion'],
    ['연결이안돼요', 'port-exhaustion'],
    ['서버에서 연결을 안 받아요', 'connection-refused'],
    ['데이터가 안 옵니다. 연결은 됩니다.', 'recv-queue-stuck'],
    ['it is slow', 'recv-queue-stuck'],
    ['API가 너무 느립니다', 'recv-queue-stuck'],
    ['좀비 연결이 남아 있음', 'half-open'],
    ['small requests work, large responses hang', 'mtu-black-hole'],
  ])('%s', (words, id) => {
    expect({ words, to: first(words) }).toEqual({ words, to: id });
  });

  it.each([
    '',
    ' ',
    '!!!',
    '8080',
    'the server',
    'connection',
    '서버',
    '연결',
    'blue screen of death',
    '안녕하세요',
  ])('say nothing to go by: "%s"', (words) => {
    expect(route(words)).toEqual({ playbooks: [], meaning: null });
  });

  it('tell one error text from another that contains it', () => {
    expect(route('Too many open files').meaning?.en).toContain('the limit of one process');
    expect(route('Too many open files in system').meaning?.en).toContain('the limit of the whole machine');
    expect(route('connection refused').meaning?.en).toContain('A full accept queue never gives it');
    expect(route('connection reset by peer').meaning?.en).toContain('ends a connection that existed');
    expect(route('No route to host').meaning?.en).toContain('nothing that TCP tuning heals');
    expect(route('getaddrinfo ENOTFOUND api.example.com').meaning?.ko).toContain('DNS');
    expect(route('it is slow').meaning).toBeNull();
  });
});

describe('routing', () => {
  it('knows the playbooks of the installation only, their own words included', () => {
    const own = smallPlaybook(
      'symptoms: {en: [the flux capacitor is empty], ko: [플럭스가 비었어요]}',
      'flux',
    );
    const few = symptomRouter([own]);
    expect(few('Help, flux capacitor empty').playbooks).toEqual(['flux']);
    expect(few('플럭스가 비었습니다').playbooks).toEqual(['flux']);
    expect(few('connection refused').playbooks).toEqual([]);
  });

  it('finds each shipped playbook by each of its symptoms', () => {
    const astray = shipped.flatMap(({ id, symptoms }) =>
      [...symptoms.en, ...symptoms.ko, ...symptoms.errors]
        .filter((words) => !route(words).playbooks.includes(id))
        .map((words) => `${id}: ${words}`),
    );
    expect(astray).toEqual([]);
  });

  it.each([...ERROR_TEXTS, ...COMPLAINTS])(
    'names playbooks of the contract: $phrases',
    ({ playbooks, meaning }) => {
      expect(playbooks.filter((id) => !CONTRACT.includes(id))).toEqual([]);
      expect(meaning?.ko ?? '가').toMatch(/[가-힣]/);
      expect(meaning?.en ?? '').not.toMatch(/[가-힣]/);
      expect(Math.max(meaning?.en.length ?? 0, meaning?.ko.length ?? 0)).toBeLessThan(330);
    },
  );

  it('takes any text, is never long, and gives the same again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (words) => {
        const routed = route(words);
        expect(routed.playbooks.length).toBeLessThanOrEqual(6);
        expect(route(words)).toEqual(routed);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    '(a+)+$'.repeat(60),
    'constructor __proto__ toString hasOwnProperty refused connection',
    '\uD800\uDC00\uFDFA'.repeat(200),
    '가'.repeat(10_000),
    'connection refused '.repeat(10_000),
  ])('is not disturbed by %.40s', (words) => {
    const start = performance.now();
    route(words);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it('does not depend on case, punctuation, spacing or how Hangul is composed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          'connection refused',
          '연결은 됐는데 느려요',
          'Too many open files',
          '연결이 안 돼요',
        ),
        fc.constantFrom('', '!', '…', '?!', ' (since 02:20)', ' ㅠㅠ'),
        fc.constantFrom('NFC', 'NFD'),
        (words, tail, form) => {
          const altered = ` "${words.toUpperCase()}"${tail}`.normalize(form);
          expect(route(altered).playbooks[0]).toBe(route(words).playbooks[0]);
        },
      ),
    );
  });
});
