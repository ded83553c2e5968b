import { both, commands as shell, myth, paragraph, type Topic } from '../topic.ts';

export const commands: Topic = {
  id: 'commands',
  names: ['command', 'ss', 'netstat', 'nstat', 'checklist', '명령', '명령어', '체크리스트'],
  title: both(
    'Looking by hand: commands that say what they seem to say',
    '직접 볼 때: 보이는 대로 믿어도 되는 명령',
  ),
  parts: [
    paragraph('"No connection comes about":', '"연결이 안 돼요":'),
    shell(
      ['ss -s', both('timewait N, estab N', 'timewait N, estab N')],
      ['ss -Hltn', both('Recv-Q waiting, Send-Q the limit', 'Recv-Q 대기 수, Send-Q 한도')],
      ['nstat -asz TcpExtListenOverflows', both('twice: does it grow?', '두 번: 늘어나는가')],
      "ss -Htn state time-wait | awk '{print $4}' | sort | uniq -c | sort -rn",
      'cat /proc/sys/fs/file-nr',
    ),
    paragraph('"It is connected, but slow":', '"연결은 됐는데 느려요":'),
    shell(
      [
        'ss -Htnio state established',
        both('twice: do bytes_acked, bytes_received move?', '두 번: bytes_acked, bytes_received'),
      ],
      ['nstat -asz TcpRetransSegs TcpOutSegs', both('twice: growth over growth', '두 번: 증가량의 비율')],
      'sysctl net.ipv4.tcp_congestion_control',
    ),
    paragraph('Live:', '실시간:'),
    shell(
      'tcpcheck watch web-1 --port 443',
      'watch -n 1 \'ss -Htn state established "( dport = :443 or sport = :443 )"\'',
    ),
  ],
  myths: [
    myth(
      both('ss -s | grep TIME-WAIT', 'ss -s | grep TIME-WAIT'),
      both(
        'prints nothing: the word there is timewait.',
        '아무것도 나오지 않습니다. 거기서는 timewait라고 씁니다.',
      ),
    ),
    myth(
      both("ss -ltn | awk '$2 > $3*0.8'", "ss -ltn | awk '$2 > $3*0.8'"),
      both(
        'always prints the header, since words are compared as words; use -H.',
        '글자로 비교되어 헤더가 항상 나옵니다. -H를 쓰세요.',
      ),
    ),
    myth(
      both('ss -tn shows everything', 'ss -tn이면 다 보인다'),
      both(
        'TIME-WAIT, SYN-RECV and listeners need -a; with "state X" the State column disappears.',
        'TIME-WAIT, SYN-RECV, 리스너는 -a가 있어야 보입니다. "state X"를 쓰면 State 열이 사라집니다.',
      ),
    ),
  ],
  see: ['queues', 'recv-q', 'retransmissions'],
};
