import { both, diagram, list, paragraph, type Topic } from '../topic.ts';

export const lifecycle: Topic = {
  id: 'lifecycle',
  names: ['tcp', 'life-cycle', '수명주기', '생명주기', '연결수명주기', '전체'],
  title: both('The life of a connection, and what fails where', '연결의 수명 주기와 단계별 장애'),
  parts: [
    diagram(
      [
        ' client                                 server',
        ' connect()   --- SYN ---------------->  [SYN queue]',
        '             <-- SYN+ACK -------------',
        '             --- ACK ---------------->  [accept queue] --> accept()',
        ' ESTABLISHED                            ESTABLISHED',
        ' [Send-Q]    --- data --------------->  [Recv-Q] --> recv()',
        ' close()     --- FIN ---------------->  CLOSE_WAIT, until close()',
        ' TIME_WAIT   <-- ACK, FIN ------------',
        ' 60 s        --- ACK ---------------->  closed',
      ].join('\n'),
    ),
    paragraph('Establish (a new connection does not come about):', '수립(새 연결이 맺어지지 않음):'),
    list(
      both(
        'No local port is left for this destination: "Cannot assign requested address" (ports).',
        '이 목적지로 쓸 로컬 포트가 없음: "Cannot assign requested address" (ports).',
      ),
      both(
        'Nobody listens there, or a firewall rejects: "Connection refused" (errors).',
        '그 주소에서 듣는 프로그램이 없거나 방화벽이 거절함: "Connection refused" (errors).',
      ),
      both(
        'The accept queue is full: no answer, so the client times out (queues).',
        'accept 큐가 가득 참: 응답이 없어 클라이언트가 타임아웃됨 (queues).',
      ),
      both(
        'The process has no descriptor left: accept() fails, then the queue fills (descriptors).',
        '프로세스의 디스크립터가 바닥남: accept()가 실패하고 이어서 큐가 참 (descriptors).',
      ),
    ),
    paragraph(
      'Hold (it is open, but nothing comes or all is slow):',
      '유지(연결되어 있지만 데이터가 안 오거나 느림):',
    ),
    list(
      both(
        'The other side vanished and nobody noticed (half-open, keepalive).',
        '상대가 사라졌는데 아무도 모름 (half-open, keepalive).',
      ),
      both(
        'Somebody does not read, or the path is slow or loses packets (recv-q, retransmissions).',
        '한쪽이 읽지 않거나, 경로가 느리거나 패킷이 유실됨 (recv-q, retransmissions).',
      ),
      both(
        'The program takes a stream for messages and waits for the rest of one (framing).',
        '바이트 스트림을 메시지로 착각해 나머지를 기다림 (framing).',
      ),
    ),
    paragraph('Close:', '종료:'),
    list(
      both(
        'Who closes first keeps TIME_WAIT for 60 s: harmless on a server, a port each on a client (close, ports).',
        '먼저 닫는 쪽에 TIME_WAIT가 60초 남음. 서버에서는 무해하고, 클라이언트에서는 포트를 하나씩 차지함 (close, ports).',
      ),
      both(
        'The program never closes its side: CLOSE_WAIT piles up, descriptors leak (close-wait).',
        '프로그램이 자기 쪽을 닫지 않음: CLOSE_WAIT가 쌓이고 디스크립터가 샘 (close-wait).',
      ),
    ),
  ],
  myths: [],
  see: [],
};
