import { both, commands, list, myth, paragraph, type Topic } from '../topic.ts';

export const twReuse: Topic = {
  id: 'tw-reuse',
  names: ['tcp_tw_reuse', 'tcp_timestamps', 'timestamps', 'tcp_tw_reuse_delay', '타임스탬프'],
  title: both('tcp_tw_reuse: what it does and what not', 'tcp_tw_reuse가 하는 일과 하지 않는 일'),
  parts: [
    paragraph(
      'It lets an outbound connect() take over a local port that sits in TIME_WAIT. All of this must hold:',
      '나가는 connect()가 TIME_WAIT 상태의 로컬 포트를 넘겨받게 합니다. 다음을 모두 만족해야 합니다.',
    ),
    list(
      both(
        'this host opens the connection; a listener gains nothing;',
        '이 호스트가 여는 연결일 것(리스너에는 아무 효과 없음)',
      ),
      both('both ends use TCP timestamps;', '양쪽 모두 TCP timestamps를 쓸 것'),
      both(
        'the TIME_WAIT is more than a second old: a destination then takes as many connections per second as there are ports, instead of ports / 60.',
        'TIME_WAIT가 1초 이상 지났을 것: 목적지당 한계가 초당 "포트 수 / 60"에서 "포트 수"로 올라갑니다.',
      ),
    ),
    paragraph(
      'Values: 0 off, 1 on, 2 loopback only. Since Linux 4.19 (and in RHEL 8) the default is 2; before it was 0 or 1. It works at once. TcpExtTWRecycled counts the ports taken over.',
      '값: 0 꺼짐, 1 켜짐, 2 루프백만. Linux 4.19부터(RHEL 8 포함) 기본값은 2이고, 그 전에는 0과 1뿐이었습니다. 바로 적용되며, 넘겨받은 포트는 TcpExtTWRecycled로 셉니다.',
    ),
    commands('nstat -asz TcpExtTWRecycled', [
      "ss -Htnio dst ADDRESS | grep -c ' ts '",
      both('timestamps in use?', 'timestamps를 쓰는가'),
    ]),
  ],
  myths: [
    myth(
      both('the most important setting of a server', '서버에서 가장 중요한 설정이다'),
      both(
        'it only helps the side that opens connections; TIME_WAIT behind a listener is no trouble.',
        '연결을 여는 쪽에만 도움이 됩니다. 리스너 쪽 TIME_WAIT는 문제가 아닙니다.',
      ),
    ),
    myth(
      both('it is safe everywhere', '어디서나 안전하다'),
      both(
        'the kernel’s own documentation advises against it without an expert, and NATs or firewalls between may refuse the reused port.',
        '커널 문서도 전문가의 조언 없이 바꾸지 말라고 합니다. 중간의 NAT나 방화벽이 재사용된 포트를 거절할 수 있습니다.',
      ),
    ),
  ],
  see: ['ports', 'pool', 'tw-recycle'],
};
