import { both, commands, diagram, list, myth, paragraph, type Topic } from '../topic.ts';

export const recvQ: Topic = {
  id: 'recv-q',
  names: [
    'recvq',
    'send-q',
    'sendq',
    'recv-queue-stuck',
    'send-queue-stuck',
    'zero-window',
    'window',
    'worker',
    '수신큐',
    '송신큐',
    '흐름제어',
    '윈도우',
  ],
  title: both('Recv-Q and Send-Q', 'Recv-Q와 Send-Q'),
  parts: [
    diagram(
      [
        ' send() --> [Send-Q] ----- network -----> [Recv-Q] --> recv()',
        '            not acknowledged              not read',
        '                     <--- window: room left ---',
      ].join('\n'),
      [
        ' send() --> [Send-Q] ----- network -----> [Recv-Q] --> recv()',
        '            <--------- window (남은 공간)',
        ' Send-Q: 아직 ACK를 받지 못한 바이트',
        ' Recv-Q: 프로그램이 아직 읽지 않은 바이트',
      ].join('\n'),
    ),
    paragraph(
      'That is for open connections. For a listener Recv-Q is how many wait for accept(), Send-Q how many may (queues).',
      '열린 연결의 뜻입니다. 리스너에서는 Recv-Q가 accept()를 기다리는 수, Send-Q가 그 한도입니다 (queues).',
    ),
    list(
      both(
        'Recv-Q that stays: the program does not read; it computes, waits for something else, or hangs. Its window closes, so the sender’s Send-Q grows.',
        'Recv-Q가 그대로 남음: 프로그램이 읽지 않습니다. 계산 중이거나, 다른 것을 기다리거나, 멈춘 것입니다. 윈도우가 닫히므로 보내는 쪽 Send-Q가 쌓입니다.',
      ),
      both(
        'Cure: read in one place and work in another (thread or process pool), and stop reading while the pool is full. Bigger buffers only delay the stall.',
        '해결: 읽는 곳과 처리하는 곳(스레드 풀, 프로세스 풀)을 나누고, 풀이 차면 읽기를 멈춥니다. 버퍼를 키우면 멈추는 시점만 늦춰집니다.',
      ),
      both(
        'Send-Q that stays has five causes that look alike; ss -tio tells: timer:(persist) and rwnd_limited, the peer does not read; retrans and a small cwnd, loss; rtt grown many times, a slow path; growing backoff with nothing acknowledged, a black hole; moving, healthy.',
        'Send-Q가 남는 다섯 원인은 비슷해 보이지만 ss -tio로 구분됩니다. timer:(persist)와 rwnd_limited는 상대가 안 읽음, retrans와 작은 cwnd는 유실, 몇 배로 커진 rtt는 느린 경로, ACK 없이 커지는 backoff는 블랙홀, 계속 움직이면 정상입니다.',
      ),
    ),
    paragraph(
      'One look proves nothing: a healthy busy reader was seen with 1.1 MB in Recv-Q, a stuck one with 127 KB. Look twice at the same socket: do bytes_received or bytes_acked move?',
      '한 번 봐서는 알 수 없습니다. 바쁜 정상 서버의 Recv-Q가 1.1 MB, 멈춘 서버가 127 KB였던 측정도 있습니다. 같은 소켓을 두 번 보고 bytes_received나 bytes_acked가 움직이는지 확인하세요.',
    ),
    commands('ss -Htnio state established', [
      'ss -Htn',
      both(
        'Recv-Q 1 in CLOSE-WAIT is the FIN, Send-Q 1 in SYN-SENT the SYN',
        'CLOSE-WAIT의 Recv-Q 1은 FIN, SYN-SENT의 Send-Q 1은 SYN',
      ),
    ]),
  ],
  myths: [
    myth(
      both("ss -tn | awk '$2 > 0' finds stuck readers", "ss -tn | awk '$2 > 0'로 멈춘 연결을 찾는다"),
      both(
        'without -H it always prints the header, and every healthy transfer as well.',
        '-H가 없으면 헤더가 항상 찍히고, 정상적인 전송도 모두 나옵니다.',
      ),
    ),
    myth(
      both('a larger tcp_rmem cures a growing Recv-Q', 'tcp_rmem을 키우면 Recv-Q가 해결된다'),
      both(
        'its maximum only grows for a reader that reads; its middle value only lengthens the time to the same stall.',
        '최댓값은 읽는 프로그램에서만 늘어나고, 가운데 값은 같은 멈춤까지의 시간을 늘릴 뿐입니다.',
      ),
    ),
  ],
  see: ['buffers', 'retransmissions', 'framing'],
};
