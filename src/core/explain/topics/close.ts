import { both, diagram, list, myth, paragraph, type Topic } from '../topic.ts';

export const close: Topic = {
  id: 'close',
  names: [
    'time-wait',
    'four-way-close',
    '4-way-close',
    'four-way-handshake',
    'fin',
    'fin-wait',
    'tcp_fin_timeout',
    'tcp_max_tw_buckets',
    'time-wait-healthy',
    'time-wait-overflow',
    '종료',
    '연결종료',
    '타임웨이트',
  ],
  title: both(
    'Closing takes four segments, and TIME_WAIT 60 seconds',
    '연결 종료의 네 단계와 TIME_WAIT 60초',
  ),
  parts: [
    diagram(
      [
        ' closes first                          closes second',
        ' ESTABLISHED                           ESTABLISHED',
        ' FIN_WAIT_1   --- FIN -------------->  CLOSE_WAIT   until the program closes',
        ' FIN_WAIT_2   <-- ACK --------------',
        '              <-- FIN --------------   LAST_ACK',
        ' TIME_WAIT    --- ACK -------------->  CLOSED',
        ' 60 s, then CLOSED',
      ].join('\n'),
      [
        ' (먼저 닫는 쪽)',
        ' ESTABLISHED                           ESTABLISHED',
        ' FIN_WAIT_1   --- FIN -------------->  CLOSE_WAIT   프로그램이 닫을 때까지',
        ' FIN_WAIT_2   <-- ACK --------------',
        '              <-- FIN --------------   LAST_ACK',
        ' TIME_WAIT    --- ACK -------------->  CLOSED',
        ' 60 s --> CLOSED',
      ].join('\n'),
    ),
    paragraph(
      'TIME_WAIT stays with the side that closes first (with both, when both close at the same moment). It waits for two reasons:',
      'TIME_WAIT는 먼저 닫은 쪽에 남습니다(동시에 닫으면 양쪽 모두). 기다리는 이유는 두 가지입니다.',
    ),
    list(
      both(
        'A late packet of the old connection must not slip into a new one between the same addresses and ports.',
        '이전 연결의 늦게 도착한 패킷이 같은 주소와 포트의 새 연결에 섞이면 안 됩니다.',
      ),
      both(
        'If the last ACK is lost, the other side sends its FIN again, and somebody has to answer.',
        '마지막 ACK가 유실되면 상대가 FIN을 다시 보내므로, 응답할 쪽이 남아 있어야 합니다.',
      ),
    ),
    paragraph(
      'Why 60 s: twice the longest life of a packet (2 MSL). RFC 9293 would take 240 s; Linux compiles in 60 (TCP_TIMEWAIT_LEN). No sysctl changes it.',
      '왜 60초인가: 패킷 최대 수명의 두 배(2MSL)입니다. RFC 9293대로면 240초지만 리눅스는 60초로 컴파일되어 있습니다(TCP_TIMEWAIT_LEN). 이를 바꾸는 sysctl은 없습니다.',
    ),
    paragraph(
      'What it costs: on a server next to nothing, no process and no descriptor; a new SYN from the same client port is even taken at once. On a client each one holds a local port towards one destination.',
      '비용: 서버에서는 거의 없습니다. 프로세스도 디스크립터도 차지하지 않고, 같은 클라이언트 포트에서 새 SYN이 오면 바로 받습니다. 클라이언트에서는 하나마다 한 목적지로 가는 로컬 포트를 하나씩 잡습니다.',
    ),
  ],
  myths: [
    myth(
      both('tcp_fin_timeout = 30 shortens TIME_WAIT', 'tcp_fin_timeout = 30이면 TIME_WAIT가 짧아진다'),
      both(
        'it only limits FIN_WAIT_2 sockets that no process holds any more; TIME_WAIT still lasts 60 s.',
        '프로세스가 놓은 FIN_WAIT_2 소켓의 시간만 제한합니다. TIME_WAIT는 그대로 60초입니다.',
      ),
    ),
    myth(
      both('50,000 TIME_WAIT are dangerous', 'TIME_WAIT가 5만 개 이상이면 위험하다'),
      both(
        'the total says nothing: 200 towards one destination can be fatal, 50,000 on a server are healthy.',
        '총개수로는 알 수 없습니다. 한 목적지로 200개면 치명적일 수 있고, 서버의 5만 개는 정상입니다.',
      ),
    ),
    myth(
      both('lower tcp_max_tw_buckets', 'tcp_max_tw_buckets를 낮춘다'),
      both(
        'beyond that cap TIME_WAIT is skipped, so old packets can slip into new connections.',
        '상한을 넘으면 TIME_WAIT를 건너뛰어, 이전 연결의 패킷이 새 연결에 섞일 수 있습니다.',
      ),
    ),
  ],
  see: ['ports', 'tw-reuse', 'tw-recycle', 'close-wait'],
};
