import { both, diagram, list, myth, paragraph, python, type Topic } from '../topic.ts';

/** 120 + 3 * 20 = 180 s, and the same for unacknowledged data. */
const PYTHON = `import socket

sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 120)
sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 20)
sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)
sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 180_000)`;

export const keepalive: Topic = {
  id: 'keepalive',
  names: [
    'keep-alive',
    'heartbeat',
    'so_keepalive',
    'tcp_user_timeout',
    'tcp_keepalive_time',
    'tcp_keepalive_intvl',
    'tcp_keepalive_probes',
    '킵얼라이브',
    '하트비트',
  ],
  title: both(
    'Keepalive of the kernel, heartbeat of the application',
    '커널의 keepalive와 애플리케이션의 heartbeat',
  ),
  parts: [
    diagram(
      [
        ' tcp_keepalive_time 600, intvl 60, probes 3:  600 + 3 x 60 = 780 s',
        '',
        '     idle          probe    probe    probe    closed',
        ' |--- 600 s --------|- 60 s -|- 60 s -|- 60 s -|',
        ' 0                 600      660      720      780',
      ].join('\n'),
    ),
    paragraph(
      'The defaults are 7200, 75 and 9: 2 h 11 min. The 780 s hold only',
      '기본값은 7200, 75, 9로 2시간 11분입니다. 780초는 다음 조건에서만 맞습니다.',
    ),
    list(
      both(
        'for sockets on which the program has set SO_KEEPALIVE;',
        '프로그램이 SO_KEEPALIVE를 켠 소켓일 것',
      ),
      both(
        'for sockets opened after the change: others keep the timer that runs, and follow the new value once it has fired;',
        '설정을 바꾼 뒤에 연 소켓일 것(기존 소켓은 이미 걸린 타이머가 끝난 뒤부터 새 값을 따름)',
      ),
      both(
        'while nothing is unacknowledged: with data under way tcp_retries2 rules, about 15 min (TCP_USER_TIMEOUT ends it sooner);',
        'ACK를 기다리는 데이터가 없을 것(있으면 tcp_retries2에 따라 약 15분, TCP_USER_TIMEOUT을 주면 더 짧음)',
      ),
      both(
        'where the socket does not say otherwise itself (TCP_KEEPIDLE and so on).',
        '소켓이 TCP_KEEPIDLE 등으로 따로 정하지 않았을 것',
      ),
    ),
    paragraph(
      'And load balancers and NATs forget idle flows sooner: AWS NLB and NAT gateway after 350 s, Azure 240 s, AWS ALB 60 s by default. Stay below half of the shortest one on the way, for example 120 s.',
      '게다가 로드밸런서와 NAT는 유휴 연결을 더 일찍 잊습니다. 기본값으로 AWS NLB와 NAT 게이트웨이는 350초, Azure는 240초, AWS ALB는 60초입니다. 경로에서 가장 짧은 값의 절반 아래로, 예를 들어 120초로 두세요.',
    ),
    python(PYTHON),
    paragraph(
      'Keepalive only shows that the other kernel lives. A program that hangs still looks well; only a heartbeat of its own notices: PING every 30 s, look every 10 s, close after 90 s without PONG, so a dead peer is known after 100 s at the latest.',
      'keepalive는 상대 커널이 살아 있다는 것만 보여 줍니다. 프로그램이 멈춰도 정상으로 보이므로 애플리케이션 heartbeat라야 알아챕니다. 30초마다 PING을 보내고, 10초마다 확인해서 90초 동안 PONG이 없으면 닫습니다. 늦어도 100초 안에 알게 됩니다.',
    ),
  ],
  myths: [
    myth(
      both(
        'tcp_keepalive_time = 600 finds every dead connection in 780 s',
        'tcp_keepalive_time = 600이면 780초 안에 모두 감지한다',
      ),
      both(
        'only with all four conditions above, and behind a balancer that forgets after 350 s it comes too late.',
        '위의 네 조건을 모두 만족할 때만이고, 350초 만에 잊는 로드밸런서 뒤에서는 너무 늦습니다.',
      ),
    ),
  ],
  see: ['half-open', 'framing', 'pool'],
};
