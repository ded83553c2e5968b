import { both, diagram, list, myth, type Topic } from '../topic.ts';

export const buffers: Topic = {
  id: 'buffers',
  names: [
    'buffer',
    'tcp_rmem',
    'tcp_wmem',
    'tcp_mem',
    'rmem_max',
    'wmem_max',
    'tcp_moderate_rcvbuf',
    'so_rcvbuf',
    '버퍼',
  ],
  title: both('Buffers: the kernel sizes them by itself', '버퍼: 크기는 커널이 스스로 정한다'),
  parts: [
    diagram(
      [
        ' what one connection can use:  bandwidth x round trip',
        ' 1 Gbit/s x 40 ms  = 125 MB/s x 0.04 s  = 5 MB',
        ' 1 Gbit/s x 0.2 ms = 125 MB/s x 0.0002 s = 25 kB',
      ].join('\n'),
      [
        ' bandwidth x RTT                              연결 하나가 쓸 수 있는 버퍼',
        ' 1 Gbit/s x 40 ms  = 125 MB/s x 0.04 s   = 5 MB',
        ' 1 Gbit/s x 0.2 ms = 125 MB/s x 0.0002 s = 25 kB',
      ].join('\n'),
    ),
    list(
      both(
        'tcp_rmem and tcp_wmem hold minimum, start and maximum; between them the kernel grows each connection as its reader and its path need (tcp_moderate_rcvbuf, on by default).',
        'tcp_rmem과 tcp_wmem은 최소, 시작, 최대 값입니다. 그 사이에서 커널이 읽는 속도와 경로에 맞춰 연결마다 키웁니다(tcp_moderate_rcvbuf, 기본 켜짐).',
      ),
      both(
        'rmem_max and wmem_max limit only what a program asks for with SO_RCVBUF and SO_SNDBUF; and asking switches the growing off.',
        'rmem_max와 wmem_max는 프로그램이 SO_RCVBUF, SO_SNDBUF로 직접 요청하는 크기만 제한합니다. 직접 요청하면 자동 조절이 꺼집니다.',
      ),
      both(
        'Raise a maximum only when the product above exceeds it and ss -tio shows rwnd_limited or sndbuf_limited: memory is paid per connection.',
        '위 곱이 최댓값을 넘고 ss -tio에 rwnd_limited나 sndbuf_limited가 보일 때만 올리세요. 메모리는 연결마다 듭니다.',
      ),
    ),
  ],
  myths: [
    myth(
      both('tcp_rmem = 4096 131072 6291456 is tuning', 'tcp_rmem = 4096 131072 6291456은 튜닝이다'),
      both(
        'it is the old default; newer kernels (6.18) allow 32 MB, so it lowers them to a fifth.',
        '예전 기본값입니다. 최신 커널(6.18)의 최댓값은 32 MB라서 5분의 1로 낮아집니다.',
      ),
    ),
    myth(
      both('rmem_max = 16777216 makes TCP faster', 'rmem_max = 16777216이면 TCP가 빨라진다'),
      both(
        'TCP that sizes its buffers itself does not look at it.',
        '자동으로 조절되는 TCP 버퍼는 이 값을 보지 않습니다.',
      ),
    ),
  ],
  see: ['recv-q', 'bbr'],
};
