import { both, commands, list, myth, paragraph, type Topic } from '../topic.ts';

export const machine: Topic = {
  id: 'machine',
  names: [
    'softnet',
    'softnet-drops',
    'orphan-sockets',
    'orphans',
    'tcp-memory-pressure',
    'neighbour-overflow',
    'neighbor-table',
    'arp',
    '커널테이블',
    '오펀',
  ],
  title: both('Tables and queues of the whole machine', '시스템 전체의 테이블과 큐'),
  parts: [
    paragraph(
      'Some things fill up below or beside the connections. They hit every program of the machine at once, containers included:',
      '연결의 아래나 옆에서 차는 것들이 있습니다. 컨테이너를 포함해 시스템의 모든 프로그램이 한꺼번에 영향을 받습니다.',
    ),
    list(
      both(
        'Packets before TCP sees them: the second column of softnet_stat counts drops (netdev_max_backlog), the third that receiving ran out of its budget. Drops in the rings of the card are in ethtool -S.',
        'TCP에 닿기 전의 패킷: softnet_stat의 두 번째 열은 버린 수(netdev_max_backlog), 세 번째 열은 수신 처리가 제 몫을 다 쓴 횟수입니다. 카드 링에서 버린 것은 ethtool -S에 있습니다.',
      ),
      both(
        'Orphans, connections whose program has closed while data is still to be sent: beyond tcp_max_orphans they are reset.',
        '프로그램은 닫았지만 보낼 데이터가 남은 연결(orphan): tcp_max_orphans를 넘으면 RST로 끊습니다.',
      ),
      both(
        'Memory of all TCP buffers: sockstat counts it in pages; above the second value of tcp_mem windows shrink, above the third connections are aborted.',
        '모든 TCP 버퍼의 메모리: sockstat의 mem이 페이지 수입니다. tcp_mem의 두 번째 값을 넘으면 윈도우가 줄고, 세 번째를 넘으면 연결을 끊습니다.',
      ),
      both(
        'The neighbour table (ARP): on large flat networks it overflows beyond gc_thresh3, and hosts become unreachable at random.',
        '이웃 테이블(ARP): 크고 평평한 네트워크에서 gc_thresh3를 넘으면 임의의 호스트에 닿지 않게 됩니다.',
      ),
    ),
    commands(
      ['cat /proc/net/softnet_stat', both('hexadecimal, a row per processor', '16진수, 프로세서마다 한 줄')],
      ['cat /proc/net/sockstat', both('orphan, tw, mem (pages)', 'orphan, tw, mem(페이지)')],
      [
        'cat /proc/sys/net/ipv4/tcp_mem',
        both('relaxed, pressure, maximum (pages)', '여유, 압박, 최대(페이지)'),
      ],
      ['dmesg | grep -E "neighbo|orphan|memory"', both('what the kernel has said', '커널이 남긴 말')],
    ),
  ],
  myths: [
    myth(
      both('copy tcp_mem from a template', '템플릿의 tcp_mem을 복사한다'),
      both(
        'it is derived from the memory at boot; values made for another machine usually lower it.',
        '부팅할 때 메모리 크기로 정해집니다. 다른 서버용 값을 쓰면 대개 오히려 낮아집니다.',
      ),
    ),
  ],
  see: ['buffers', 'conntrack', 'retransmissions'],
};
