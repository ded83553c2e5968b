import { both, list, myth, paragraph, type Topic } from '../topic.ts';

export const errors: Topic = {
  id: 'errors',
  names: [
    'error',
    'refused',
    'connection-refused',
    'econnrefused',
    'reset',
    'econnreset',
    'connection-reset',
    'timeout',
    'timed-out',
    'etimedout',
    'address-already-in-use',
    'eaddrinuse',
    'address-in-use',
    'syn-sent-pileup',
    '오류',
    '에러',
    '연결거부',
    '타임아웃',
  ],
  title: both('What the error of the client says', '클라이언트 오류가 말해 주는 것'),
  parts: [
    list(
      both(
        'Connection refused: an answer came, a reset. Nobody listens on that address and port (127.0.0.1 instead of 0.0.0.0?), or a firewall rejects. Never a full queue.',
        'Connection refused: RST라는 응답이 왔습니다. 그 주소와 포트에서 듣는 프로그램이 없거나(0.0.0.0 대신 127.0.0.1?) 방화벽이 거절한 것입니다. 큐가 찬 것은 아닙니다.',
      ),
      both(
        'Connection timed out: no answer. Accept queue full, SYN dropped by a firewall or a full conntrack table, or the host is down.',
        'Connection timed out: 응답이 없습니다. accept 큐가 찼거나, 방화벽이나 가득 찬 conntrack이 SYN을 버렸거나, 호스트가 죽은 것입니다.',
      ),
      both(
        'Connection reset by peer: it was open. The program closed with data unread, crashed, or a box between forgot the flow.',
        'Connection reset by peer: 연결된 뒤입니다. 프로그램이 데이터를 읽지 않고 닫았거나 죽었거나, 중간 장비가 흐름을 잊은 것입니다.',
      ),
      both(
        'Cannot assign requested address: no local port left for this destination (ports).',
        'Cannot assign requested address: 이 목적지로 쓸 로컬 포트가 없습니다 (ports).',
      ),
      both(
        'Address already in use: another process has the port, or old connections have it and the program lacks SO_REUSEADDR; after bind() to port 0, no port is left.',
        'Address already in use: 다른 프로세스가 포트를 쓰거나, 이전 연결이 남았는데 SO_REUSEADDR가 없는 것입니다. 포트 0에 bind()했다면 포트 고갈입니다.',
      ),
      both(
        'Too many open files: the process is at its limit; with "in system" the machine is (descriptors).',
        'Too many open files: 프로세스의 한도입니다. "in system"이 붙으면 시스템 전체의 한도입니다 (descriptors).',
      ),
      both(
        'Connected, but no answer after a pause: half-open. Recv-Q grows: the program does not read (recv-q).',
        '연결되었는데 쉬고 나면 응답이 없음: half-open. Recv-Q가 쌓임: 프로그램이 읽지 않음 (recv-q).',
      ),
    ),
    paragraph(
      'Give tcpcheck the error with the host; it looks in that direction first: /tcpcheck web-1 connection refused',
      'tcpcheck에 호스트와 오류를 함께 알려 주면 그쪽부터 봅니다: /tcpcheck web-1 connection refused',
    ),
  ],
  myths: [
    myth(
      both('many "connection refused": raise somaxconn', 'connection refused가 많으면 somaxconn을 올린다'),
      both(
        'a full accept queue gives timeouts; refused has no cure in the kernel.',
        'accept 큐가 차면 타임아웃이 납니다. refused를 고치는 커널 설정은 없습니다.',
      ),
    ),
  ],
  see: ['queues', 'ports', 'half-open'],
};
