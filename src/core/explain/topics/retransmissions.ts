import { both, commands, list, myth, paragraph, type Topic } from '../topic.ts';

export const retransmissions: Topic = {
  id: 'retransmissions',
  names: [
    'retrans',
    'retransmission',
    'loss',
    'mtu',
    'mtu-black-hole',
    'tcp_mtu_probing',
    'packet-loss',
    'slow',
    '재전송',
    '유실',
    '느림',
  ],
  title: both(
    'Retransmissions: how many are many, and whose they are',
    '재전송: 얼마나 되면 많은가, 누구 탓인가',
  ),
  parts: [
    paragraph(
      'The figure that counts is the growth of RetransSegs over that of OutSegs within some seconds, with at least 1,000 segments sent. Above 1 % is worth a look, above 3 % is trouble.',
      '의미 있는 값은 몇 초 동안 늘어난 RetransSegs를 같은 동안 늘어난 OutSegs로 나눈 비율입니다(1,000세그먼트 이상 보냈을 때). 1%를 넘으면 살펴보고, 3%를 넘으면 문제입니다.',
    ),
    list(
      both(
        'One peer: the path to it, or the peer. All peers: this host’s link, card or processor.',
        '한 상대만 그렇다면 그 경로나 그 상대, 모두 그렇다면 이 호스트의 링크, 카드, 프로세서입니다.',
      ),
      both(
        'TCPSynRetrans is most of it: not loss, but connects nobody answers (a full accept queue, a firewall).',
        '대부분이 TCPSynRetrans라면 유실이 아니라 응답 없는 연결 시도입니다(가득 찬 accept 큐, 방화벽).',
      ),
      both(
        'TCPSpuriousRTOs and TCPDSACKRecv grow too: packets came late or out of order, not lost.',
        'TCPSpuriousRTOs와 TCPDSACKRecv도 늘면 유실이 아니라 지연이나 순서 바뀜입니다.',
      ),
      both(
        'Small answers arrive and large ones never: a path that drops large packets and the ICMP that would say so (an MTU black hole); tcp_mtu_probing = 1 gets new connections through.',
        '작은 응답은 오는데 큰 응답만 안 옴: 큰 패킷과 이를 알리는 ICMP를 함께 버리는 경로(MTU 블랙홀)입니다. tcp_mtu_probing = 1이면 새 연결이 통과합니다.',
      ),
      both(
        'None at all, and still slow: somebody does not read (recv-q), or a queue on the way has grown (rtt).',
        '재전송이 없는데도 느리면 한쪽이 읽지 않거나(recv-q) 경로의 큐가 길어진 것입니다(rtt).',
      ),
    ),
    commands(
      [
        'nstat -asz TcpRetransSegs TcpOutSegs TcpExtTCPSynRetrans',
        both('twice, 10 s apart', '10초 간격으로 두 번'),
      ],
      [
        'ss -Htnio state established',
        both('retrans:now/ever, rtt, bytes_retrans', 'retrans:현재/누적, rtt, bytes_retrans'),
      ],
    ),
  ],
  myths: [
    myth(
      both(
        'netstat -s | grep retrans shows a network problem',
        'netstat -s | grep retrans 값이 크면 네트워크 문제다',
      ),
      both(
        'it sums up everything since boot; only its growth says something.',
        '부팅 이후의 합계일 뿐입니다. 늘어나는 속도를 봐야 합니다.',
      ),
    ),
  ],
  see: ['bbr', 'recv-q', 'queues'],
};
