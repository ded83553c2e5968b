import { both, commands, list, paragraph, type Topic } from '../topic.ts';

export const windows: Topic = {
  id: 'windows',
  names: ['netsh', 'etw', 'perfmon', '윈도', '윈도즈', '윈도우즈'],
  title: both('Why not Windows, and what to use there', 'Windows는 왜 안 되나, 거기서는 무엇을 쓰나'),
  parts: [
    paragraph(
      'tcpcheck reads /proc, sysctl and ss; Windows has none of them, and its TCP has other states, other limits and other knobs. Advice for one is wrong for the other, so there is no half support. The causes are the same, though: ports, backlogs, readers that do not read.',
      'tcpcheck는 /proc, sysctl, ss를 읽습니다. Windows에는 이것들이 없고 TCP의 한도와 설정도 다릅니다. 한쪽의 조언이 다른 쪽에서는 틀리므로 어설프게 지원하지 않습니다. 다만 원인은 같습니다. 포트, backlog, 읽지 않는 프로그램입니다.',
    ),
    commands(
      [
        'netsh int ipv4 show dynamicport tcp',
        both('16384 ports from 49152 by default', '기본값은 49152부터 16384개'),
      ],
      'Get-NetTCPConnection | Group-Object State, RemotePort | Sort-Object Count',
      ['netsh int tcp show global', both('autotuning, congestion provider', '자동 조절, 혼잡 제어')],
      'Get-Counter "\\TCPv4\\Segments Retransmitted/sec"',
      'Get-Counter "\\TCPv4\\Connections Established"',
      [
        'netsh trace start capture=yes',
        both('ETW; ends with: netsh trace stop', 'ETW, 끝내기: netsh trace stop'),
      ],
    ),
    list(
      both(
        'Out of ports there is error 10048 (address in use) of connect(), and event 4227 of Tcpip in the system log.',
        '포트 고갈은 connect()의 오류 10048(주소 사용 중)과 시스템 로그의 Tcpip 이벤트 4227로 나타납니다.',
      ),
      both(
        'Containers and WSL: inside a Linux namespace the Linux rules hold.',
        '컨테이너와 WSL: 리눅스 안이라면 리눅스의 규칙이 적용됩니다.',
      ),
    ),
  ],
  myths: [],
  see: ['ports', 'errors'],
};
