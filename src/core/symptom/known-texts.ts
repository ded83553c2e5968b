import type { Localized } from '../domain/locale.ts';

/** Words that say more than one playbook's symptoms do: which playbooks, in which order, and what it means. */
export interface KnownText {
  readonly phrases: readonly string[];
  /** Most likely first. */
  readonly playbooks: readonly string[];
  /** What the error says, and what it does not; null for complaints that say no more than they say. */
  readonly meaning: Localized | null;
}

/**
 * Error texts, and what the kernel means by them. Sources: connect(2), accept(2), bind(2), tcp(7); which queue answers
 * how was measured on Linux 6.18 (a full accept queue: 0 of 25 clients refused, all time out).
 */
export const ERROR_TEXTS: readonly KnownText[] = [
  {
    phrases: ['connection refused', 'ECONNREFUSED', 'errno 111', '연결이 거절돼요', '연결을 거부해요'],
    playbooks: ['connection-refused'],
    meaning: {
      en: '"Connection refused" (ECONNREFUSED) is an answer: nothing listens on that address and port, or a firewall rejects. A full accept queue never gives it; there clients time out, or are reset where tcp_abort_on_overflow is on.',
      ko: '"Connection refused"(ECONNREFUSED)는 응답이 온 것입니다. 그 주소와 포트에서 듣는 프로세스가 없거나 방화벽이 거절한 경우입니다. accept 큐가 가득 차서는 나오지 않으며, 그때는 타임아웃이 나거나 tcp_abort_on_overflow를 켠 곳에서 reset됩니다.',
    },
  },
  {
    phrases: [
      'connection timed out',
      'ETIMEDOUT',
      'errno 110',
      'connect timeout',
      'dial tcp i/o timeout',
      '연결이 타임아웃 나요',
      '연결 시간이 초과돼요',
    ],
    playbooks: [
      'accept-queue-overflow',
      'syn-queue-full',
      'conntrack-full',
      'syn-sent-pileup',
      'send-queue-stuck',
      'mtu-black-hole',
    ],
    meaning: {
      en: '"Connection timed out" (ETIMEDOUT) means that no answer came at all: a full queue or conntrack table that drops in silence, a firewall that drops, or a peer that is away.',
      ko: '"Connection timed out"(ETIMEDOUT)은 아무 응답도 오지 않았다는 뜻입니다. 가득 찬 큐나 conntrack 테이블이 조용히 버렸거나, 방화벽이 버렸거나, 상대가 없는 경우입니다.',
    },
  },
  {
    phrases: ['connection reset by peer', 'ECONNRESET', 'errno 104', 'connection reset', '연결이 리셋돼요'],
    playbooks: ['orphan-sockets', 'tcp-memory-pressure', 'accept-queue-overflow', 'connection-refused'],
    meaning: {
      en: '"Connection reset by peer" (ECONNRESET) ends a connection that existed: the other program closed with data unread, crashed, or a device in between lost its state. A full accept queue gives it only with tcp_abort_on_overflow on.',
      ko: '"Connection reset by peer"(ECONNRESET)는 있던 연결이 끊긴 것입니다. 상대 프로그램이 읽지 않은 데이터를 남기고 닫았거나 죽었거나, 중간 장비가 상태를 잃은 경우입니다. accept 큐가 가득 차서 나오는 것은 tcp_abort_on_overflow를 켰을 때뿐입니다.',
    },
  },
  {
    phrases: ['broken pipe', 'EPIPE', 'errno 32'],
    playbooks: ['half-open'],
    meaning: {
      en: '"Broken pipe" (EPIPE) means that this program wrote to a connection that the other side had closed before. No kernel setting changes that.',
      ko: '"Broken pipe"(EPIPE)는 상대가 이미 닫은 연결에 이 프로그램이 쓴 것입니다. 커널 설정으로 바뀌지 않습니다.',
    },
  },
  {
    phrases: [
      'Cannot assign requested address',
      'EADDRNOTAVAIL',
      'errno 99',
      '포트 고갈',
      'port exhaustion',
      'no free ports',
    ],
    playbooks: ['port-exhaustion', 'time-wait-overflow'],
    meaning: {
      en: '"Cannot assign requested address" (EADDRNOTAVAIL) from connect() means that no local port was left for that one destination; from bind() it means that the address is not one of this host.',
      ko: 'connect()의 "Cannot assign requested address"(EADDRNOTAVAIL)는 그 목적지로 쓸 로컬 포트가 남지 않았다는 뜻이고, bind()에서는 그 주소가 이 호스트의 것이 아니라는 뜻입니다.',
    },
  },
  {
    phrases: ['Address already in use', 'EADDRINUSE', 'errno 98', '포트가 이미 사용 중이에요'],
    playbooks: ['address-in-use', 'port-exhaustion'],
    meaning: {
      en: '"Address already in use" (EADDRINUSE) on a fixed port means another listener, or connections left over without SO_REUSEADDR; on a client that binds to port 0 it means that the ports have run out.',
      ko: '고정 포트의 "Address already in use"(EADDRINUSE)는 다른 리스너가 있거나 SO_REUSEADDR 없이 이전 연결이 남은 것이고, 포트 0에 bind하는 클라이언트에서는 포트가 바닥난 것입니다.',
    },
  },
  {
    phrases: ['Too many open files', 'EMFILE', 'errno 24', '파일 디스크립터가 부족해요'],
    playbooks: ['fd-exhaustion-process', 'close-wait-leak', 'fd-exhaustion-system'],
    meaning: {
      en: '"Too many open files" (EMFILE) is the limit of one process (RLIMIT_NOFILE, LimitNOFILE of its unit). fs.file-max has nothing to do with it; its error is "Too many open files in system" (ENFILE).',
      ko: '"Too many open files"(EMFILE)는 프로세스 하나의 한도(RLIMIT_NOFILE, 유닛의 LimitNOFILE)입니다. fs.file-max와는 관계없으며, 그 오류는 "Too many open files in system"(ENFILE)입니다.',
    },
  },
  {
    phrases: ['Too many open files in system', 'ENFILE', 'errno 23', 'VFS: file-max limit reached'],
    playbooks: ['fd-exhaustion-system', 'fd-exhaustion-process'],
    meaning: {
      en: '"Too many open files in system" (ENFILE) is the limit of the whole machine, fs.file-max; it is rare. The limit of one process says "Too many open files" (EMFILE).',
      ko: '"Too many open files in system"(ENFILE)은 머신 전체의 한도인 fs.file-max이며 드뭅니다. 프로세스 하나의 한도는 "Too many open files"(EMFILE)로 나옵니다.',
    },
  },
  {
    phrases: [
      'No route to host',
      'EHOSTUNREACH',
      'errno 113',
      'Network is unreachable',
      'ENETUNREACH',
      'Host is unreachable',
      '호스트에 도달할 수 없어요',
    ],
    playbooks: ['neighbour-overflow', 'connection-refused'],
    meaning: {
      en: '"No route to host" or "unreachable" comes from routing, from a firewall that rejects, or from a neighbour that answers no ARP. It is nothing that TCP tuning heals.',
      ko: '"No route to host"나 "unreachable"은 라우팅, 거절하는 방화벽, ARP에 답하지 않는 이웃에서 옵니다. TCP 튜닝으로 해결되지 않습니다.',
    },
  },
  {
    phrases: ['Operation not permitted', 'EPERM'],
    playbooks: ['conntrack-full'],
    meaning: {
      en: '"Operation not permitted" (EPERM) from a send means that a firewall of this host, or its full conntrack table, dropped the packet.',
      ko: '전송할 때의 "Operation not permitted"(EPERM)는 이 호스트의 방화벽이나 가득 찬 conntrack 테이블이 패킷을 버린 것입니다.',
    },
  },
  {
    phrases: ['No buffer space available', 'ENOBUFS'],
    playbooks: ['neighbour-overflow', 'tcp-memory-pressure'],
    meaning: {
      en: '"No buffer space available" (ENOBUFS) on a connect mostly means a full neighbour table, else that the kernel was short of memory for sockets.',
      ko: '연결할 때의 "No buffer space available"(ENOBUFS)은 대개 이웃 테이블이 가득 찬 것이고, 아니면 커널에 소켓용 메모리가 부족한 것입니다.',
    },
  },
  {
    phrases: [
      'Name or service not known',
      'Temporary failure in name resolution',
      'no such host',
      'getaddrinfo ENOTFOUND',
    ],
    playbooks: [],
    meaning: {
      en: 'This is a name that could not be resolved: no TCP connection was tried yet. Look at DNS.',
      ko: '이름을 찾지 못한 것으로, TCP 연결은 시도되지도 않았습니다. DNS를 확인하세요.',
    },
  },
  {
    phrases: ['Possible SYN flooding on port', 'SYN flood 공격을 받고 있어요'],
    playbooks: ['syn-queue-full', 'accept-queue-overflow'],
    meaning: {
      en: '"Possible SYN flooding" is logged once per listener when its SYN queue was full. An honest burst or a slow application gives it as well; it proves no attack.',
      ko: '"Possible SYN flooding"은 리스너의 SYN 큐가 가득 찼을 때 리스너마다 한 번 기록됩니다. 정상적인 폭주나 느린 애플리케이션에서도 나오므로 공격의 증거는 아닙니다.',
    },
  },
];
