import { both, commands, diagram, list, myth, paragraph, type Topic } from '../topic.ts';

export const bbr: Topic = {
  id: 'bbr',
  names: [
    'cubic',
    'congestion',
    'congestion-control',
    'tcp_congestion_control',
    'default_qdisc',
    'fq',
    '혼잡제어',
  ],
  title: both('BBR: when it helps, and when not', 'BBR: 도움이 될 때와 안 될 때'),
  parts: [
    paragraph(
      'Congestion control decides how fast a sender sends. cubic, the default, slows down at each loss; bbr goes by the bandwidth and delay it measures.',
      '혼잡 제어는 보내는 쪽의 속도를 정합니다. 기본값 cubic은 유실이 있을 때마다 속도를 줄이고, bbr은 측정한 대역폭과 지연에 따릅니다.',
    ),
    diagram(
      [
        ' measured, 20 Mbit/s, RTT 40 ms     cubic      bbr',
        ' no loss                             16.3     16.8   Mbit/s',
        ' 2 % loss                             1.4     15.9',
        ' retransmitted at 5 % loss          6.8 %    5.8 %',
      ].join('\n'),
    ),
    list(
      both(
        'It helps on a long path (tens of ms) with random loss or bloated queues. On a LAN or without loss expect nothing.',
        '경로가 길고(수십 ms) 무작위 유실이나 과도한 큐가 있을 때 도움이 됩니다. LAN이거나 유실이 없으면 기대할 것이 없습니다.',
      ),
      both(
        'It needs Linux 4.9, and 4.13 to do without the fq qdisc. Only new connections use it.',
        'Linux 4.9 이상이 필요하고, 4.13부터는 fq qdisc 없이도 됩니다. 새 연결부터 적용됩니다.',
      ),
      both(
        'It takes bandwidth from cubic flows beside it, and may retransmit more.',
        '옆의 cubic 연결에서 대역폭을 빼앗고, 재전송이 늘 수도 있습니다.',
      ),
    ),
    commands('sysctl net.ipv4.tcp_available_congestion_control', [
      'ss -Htni dst ADDRESS',
      both('which one a connection uses, rtt, retrans', '연결이 쓰는 방식, rtt, retrans'),
    ]),
  ],
  myths: [
    myth(
      both('many retransmissions: switch to bbr', '재전송이 많으면 bbr로 바꾼다'),
      both(
        'it does not remove them, their share stays about the loss rate; look where the loss is first.',
        '재전송은 없어지지 않고 비율도 유실률 근처에 머뭅니다. 유실이 어디서 나는지부터 보세요.',
      ),
    ),
    myth(
      both('default_qdisc = fq belongs to it', 'default_qdisc = fq도 함께 설정해야 한다'),
      both(
        'not since 4.13; and it only counts for devices that come up later.',
        '4.13부터는 아닙니다. 게다가 이후에 올라오는 장치에만 적용됩니다.',
      ),
    ),
  ],
  see: ['retransmissions', 'buffers'],
};
