import { both, commands, diagram, list, myth, paragraph, type Topic } from '../topic.ts';

export const queues: Topic = {
  id: 'queues',
  names: [
    'queue',
    'syn-queue',
    'accept-queue',
    'handshake',
    '3-way-handshake',
    'syn-flood',
    'syncookies',
    'tcp_syncookies',
    'tcp_max_syn_backlog',
    'tcp_abort_on_overflow',
    'accept-queue-overflow',
    'syn-queue-full',
    '큐',
    'syn큐',
    'accept큐',
  ],
  title: both('The two queues in front of accept()', 'accept() 앞의 두 큐'),
  parts: [
    diagram(
      [
        ' client                     server',
        ' connect()  --- SYN ----->  [SYN queue]     handshake half done: SYN-RECV',
        '            <-- SYN+ACK --',
        '            --- ACK ----->  [accept queue]  done, waits for accept()',
        '                              ss -ltn: Recv-Q waiting, Send-Q the limit',
      ].join('\n'),
      [
        ' client                     server',
        ' connect()  --- SYN ----->  [SYN queue]     핸드셰이크 진행 중: SYN-RECV',
        '            <-- SYN+ACK --',
        '            --- ACK ----->  [accept queue]  완료, accept() 대기',
        '                              ss -ltn: Recv-Q 대기 수, Send-Q 한도',
      ].join('\n'),
    ),
    paragraph(
      'The accept queue holds min(backlog of listen(), somaxconn) connections plus one; the limit is fixed at listen().',
      'accept 큐의 한도는 listen()의 backlog와 somaxconn 중 작은 값(에 하나 더)이고, listen()을 부르는 순간 정해집니다.',
    ),
    list(
      both(
        'Accept queue full: the SYN is dropped without a word. The client tries again after 1 s and gives up after some 130 s, or after its own timeout. Proof: ListenOverflows grows.',
        'accept 큐가 가득 참: SYN을 말없이 버립니다. 클라이언트는 1초 뒤부터 재시도하다가 약 130초, 또는 자체 타임아웃에 포기합니다. 증거는 ListenOverflows의 증가입니다.',
      ),
      both(
        'It fills between SYN and ACK: the client believes it is connected and hangs; the server repeats its SYN+ACK.',
        'SYN과 ACK 사이에 가득 참: 클라이언트는 연결된 줄 알고 멈춰 있고, 서버는 SYN+ACK를 다시 보냅니다.',
      ),
      both(
        'SYN queue full: with tcp_syncookies = 1 (the default) the server answers with a cookie and nothing is lost; with 0 the SYN is dropped.',
        'SYN 큐가 가득 참: tcp_syncookies = 1(기본값)이면 쿠키로 응답하므로 잃는 것이 없고, 0이면 SYN을 버립니다.',
      ),
    ),
    commands('ss -Hltn', "nstat -asz 'TcpExtListen*' 'TcpExtTCPReqQFull*'"),
  ],
  myths: [
    myth(
      both(
        'a full accept queue gives "connection refused" or "reset"',
        'accept 큐가 차면 "connection refused"나 "reset"이 난다',
      ),
      both(
        'by default neither, but a timeout. Refused means: nobody listens, or a firewall rejects. A reset needs tcp_abort_on_overflow = 1.',
        '기본 설정에서는 둘 다 아니고 타임아웃입니다. refused는 듣는 프로그램이 없거나 방화벽이 거절한 것이고, reset은 tcp_abort_on_overflow = 1일 때만 납니다.',
      ),
    ),
    myth(
      both('a full SYN queue is a SYN flood', 'SYN 큐가 찼으면 SYN flood 공격이다'),
      both(
        'an honest burst of clients fills it as well; with a flood, far more cookies are sent than come back.',
        '정상적인 접속 폭주로도 찹니다. 공격이라면 보낸 쿠키에 비해 돌아오는 쿠키가 훨씬 적습니다.',
      ),
    ),
    myth(
      both(
        'tcp_max_syn_backlog = 65535 enlarges the SYN queue',
        'tcp_max_syn_backlog = 65535로 SYN 큐를 키운다',
      ),
      both(
        'while tcp_syncookies is 1 the kernel does not even look at it; the limit is the backlog.',
        'tcp_syncookies가 1이면 커널은 이 값을 보지도 않습니다. 한도는 backlog입니다.',
      ),
    ),
    myth(
      both(
        'Recv-Q above 70 % or 80 % of Send-Q is the alarm',
        'Recv-Q가 Send-Q의 70%(80%)를 넘으면 위험하다',
      ),
      both(
        'one look is one moment; what proves it is ListenOverflows growing.',
        '한 번 본 값은 그 순간일 뿐입니다. ListenOverflows가 늘어야 증거입니다.',
      ),
    ),
  ],
  see: ['backlog', 'errors', 'descriptors'],
};
