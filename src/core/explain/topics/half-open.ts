import { both, commands, diagram, list, myth, paragraph, type Topic } from '../topic.ts';

export const halfOpen: Topic = {
  id: 'half-open',
  names: ['zombie', 'dead-connection', '좀비', '좀비연결', '좀비커넥션', '하프오픈'],
  title: both(
    'Half-open: one side is gone and the other does not know',
    'Half-open: 한쪽이 사라졌는데 다른 쪽은 모르는 연결',
  ),
  parts: [
    diagram(
      [
        ' before   client <------ ESTABLISHED ------> server',
        ' after    (gone)           ?                 server: still ESTABLISHED',
        '                                             memory, descriptor, pool place',
      ].join('\n'),
      [
        ' before   client <------ ESTABLISHED ------> server',
        ' after    (gone)           ?                 server: ESTABLISHED 그대로',
        '                                             메모리, 디스크립터, 풀 차지',
      ].join('\n'),
    ),
    paragraph(
      'A machine lost power, a cable was cut, a NAT or load balancer forgot the flow: no FIN and no RST comes, so nothing tells the other side.',
      '전원이 나가거나 선이 끊기거나, NAT나 로드밸런서가 흐름을 잊은 경우입니다. FIN도 RST도 오지 않으므로 상대는 알 길이 없습니다.',
    ),
    list(
      both(
        'Nothing to send: the connection stays for ever, unless the socket has SO_KEEPALIVE.',
        '보낼 데이터가 없으면: SO_KEEPALIVE가 없는 한 연결이 영원히 남습니다.',
      ),
      both(
        'Data under way: it is repeated until tcp_retries2 (15) ends it after about 15 min; TCP_USER_TIMEOUT ends it sooner, per socket.',
        '보낸 데이터가 있으면: tcp_retries2(15)에 따라 약 15분 동안 재전송하다 끊습니다. 소켓별로 TCP_USER_TIMEOUT을 주면 더 빨리 끝납니다.',
      ),
    ),
    paragraph(
      'By looking, a dead connection cannot be told from a healthy silent one: both are ESTAB with empty queues. So tcpcheck says "idle for so long, without keepalive", never "dead".',
      '겉으로는 죽은 연결과 조용한 정상 연결을 구분할 수 없습니다. 둘 다 큐가 빈 ESTAB입니다. 그래서 tcpcheck는 "keepalive 없이 이만큼 유휴"라고만 하고 "죽었다"고 하지 않습니다.',
    ),
    paragraph(
      'Cure: a heartbeat in the application, SO_KEEPALIVE as the second line. Those that hang now go by a restart of the application, or one by one with ss -K.',
      '해결: 애플리케이션 heartbeat를 먼저, SO_KEEPALIVE를 보조로 둡니다. 이미 걸려 있는 연결은 애플리케이션을 재시작하거나 ss -K로 하나씩 끊습니다.',
    ),
    commands([
      'ss -Htno state established',
      both('timer:(keepalive,…) at the end, or nothing', '끝에 timer:(keepalive,…)가 있는지'),
    ]),
  ],
  myths: [
    myth(
      both(
        'shorter tcp_keepalive_* rescue the hanging ones',
        'tcp_keepalive_*를 줄이면 걸린 연결이 정리된다',
      ),
      both(
        'sockets without SO_KEEPALIVE have no such timer, and those with it keep the one they were given: only new sockets change.',
        'SO_KEEPALIVE가 없는 소켓에는 타이머 자체가 없고, 있는 소켓도 이미 걸린 타이머를 그대로 씁니다. 새 소켓부터 달라집니다.',
      ),
    ),
  ],
  see: ['keepalive', 'descriptors', 'close-wait'],
};
