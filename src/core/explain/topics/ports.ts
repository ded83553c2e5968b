import { both, commands, diagram, list, myth, paragraph, type Topic } from '../topic.ts';

export const ports: Topic = {
  id: 'ports',
  names: [
    'port',
    'port-exhaustion',
    'ephemeral-ports',
    'eaddrnotavail',
    'cannot-assign-requested-address',
    'ip_local_port_range',
    'ip_local_reserved_ports',
    '포트',
    '포트고갈',
  ],
  title: both('Running out of ports: the arithmetic', '포트 고갈: 계산'),
  parts: [
    diagram(
      [
        ' range 32768-60999                      28,232 ports',
        ' each held by TIME_WAIT for                 60 s',
        ' new connections to ONE destination     28,232 / 60 = 470 per second',
        '',
        ' range 10000-65535                      55,536 / 60 = 925 per second',
        ' 1,000 per second                       1,000 x 60 = 60,000 ports',
      ].join('\n'),
    ),
    paragraph(
      'A destination is an address and a port: one may be exhausted while the next port of the same server still connects. Only connections that this host opens and closes first count; the TIME_WAIT of a listener hold no port of the range.',
      '목적지는 주소와 포트의 쌍입니다. 한 목적지가 고갈되어도 같은 서버의 다른 포트로는 연결됩니다. 이 호스트가 열고 먼저 닫은 연결만 셈에 들어가고, 리스너의 TIME_WAIT는 포트 범위를 쓰지 않습니다.',
    ),
    paragraph(
      'The error is "Cannot assign requested address" (EADDRNOTAVAIL); after bind() to port 0 it is "Address already in use". No counter of the kernel counts it.',
      '오류는 "Cannot assign requested address"(EADDRNOTAVAIL)이고, 포트 0에 bind()한 뒤라면 "Address already in use"입니다. 커널에는 이것을 세는 카운터가 없습니다.',
    ),
    paragraph('Cures, in this order:', '해결 순서:'),
    list(
      both('a connection pool: the root (pool);', '커넥션 풀: 근본 해결 (pool)'),
      both(
        'a wider ip_local_port_range; reserve the ports of services first, or an outbound connection takes one (ip_local_reserved_ports);',
        'ip_local_port_range 확대: 서비스 포트를 먼저 예약하지 않으면 나가는 연결이 차지할 수 있습니다 (ip_local_reserved_ports)',
      ),
      both(
        'tcp_tw_reuse = 1, where TIME_WAIT holds the ports and both ends use timestamps (tw-reuse);',
        'tcp_tw_reuse = 1: 포트를 잡은 것이 TIME_WAIT이고 양쪽이 timestamps를 쓸 때 (tw-reuse)',
      ),
      both('more source or destination addresses.', '출발지나 목적지 주소를 늘리기'),
    ),
    commands("ss -Htn state time-wait | awk '{print $4}' | sort | uniq -c | sort -rn"),
  ],
  myths: [
    myth(
      both('out of ports gives "connection refused"', '포트가 고갈되면 connection refused가 난다'),
      both(
        'refused comes from the other side: nobody listens there.',
        'refused는 상대가 보내는 것입니다. 그 포트에서 듣는 프로그램이 없다는 뜻입니다.',
      ),
    ),
    myth(
      both('10000-65535 is enough for 1,000 requests a second', '10000-65535면 초당 1,000건에 충분하다'),
      both(
        'it reaches 925 to one destination, 1,000 need 60,000 ports.',
        '한 목적지로 925까지입니다. 1,000이면 포트 60,000개가 필요합니다.',
      ),
    ),
    myth(
      both('it is always TIME_WAIT', '원인은 항상 TIME_WAIT다'),
      both(
        'ports held by ESTAB are a pool that leaks or is too large; tcp_tw_reuse cannot help there.',
        'ESTAB가 잡고 있다면 풀이 새거나 너무 큰 것입니다. tcp_tw_reuse로는 해결되지 않습니다.',
      ),
    ),
  ],
  see: ['pool', 'tw-reuse', 'close'],
};
