import { both, list, type Topic } from '../topic.ts';

export const questions: Topic = {
  id: 'questions',
  names: ['question', 'quiz', 'self-check', 'faq', '질문', '자가점검', '점검질문'],
  title: both('Questions to check yourself, with answers', '자가 점검 질문과 답'),
  parts: [
    list(
      both(
        'When does TIME_WAIT arise? On the side that closes first. Is it dangerous? Not by its number: only where it holds the last ports towards one destination (close, ports).',
        'TIME_WAIT는 언제 생기나? 먼저 닫은 쪽에 생깁니다. 위험한가? 개수만으로는 아닙니다. 한 목적지로 가는 포트를 다 잡았을 때만 문제입니다 (close, ports).',
      ),
      both(
        'What does tcp_tw_reuse do? Outbound connections may take over ports in TIME_WAIT, with timestamps on both ends. It does nothing for a listener (tw-reuse).',
        'tcp_tw_reuse는 무엇을 하나? 나가는 연결이 TIME_WAIT 포트를 넘겨받게 합니다(양쪽 timestamps 필요). 리스너에는 아무 효과가 없습니다 (tw-reuse).',
      ),
      both(
        'Which error does a client see when the accept queue is full? A timeout. Not "refused", as is often written: that means nobody listens (queues, errors).',
        'accept 큐가 가득 차면 클라이언트는 어떤 오류를 보나? 타임아웃입니다. 흔히 말하는 "refused"가 아닙니다. 그것은 듣는 프로그램이 없다는 뜻입니다 (queues, errors).',
      ),
      both(
        'When does "connection refused" come? Nobody listens on that address and port, or a firewall rejects. Not from full queues (errors).',
        'connection refused는 언제 나나? 그 주소와 포트에서 듣는 프로그램이 없거나 방화벽이 거절할 때입니다. 큐가 차서 나는 것이 아닙니다 (errors).',
      ),
      both(
        'Why does keepalive matter? It finds connections whose peer vanished, but only on sockets that asked for it, after 2 h 11 min by default (keepalive).',
        'keepalive는 왜 중요한가? 상대가 사라진 연결을 찾아 줍니다. 다만 SO_KEEPALIVE를 켠 소켓에서만, 기본값으로는 2시간 11분 뒤에 찾습니다 (keepalive).',
      ),
      both(
        'Why is a heartbeat better? It notices in 100 s, and also when the program hangs while its kernel lives (keepalive).',
        'heartbeat가 더 나은 이유는? 100초 안에 알아채고, 커널은 살아 있는데 프로그램만 멈춘 경우도 알아챕니다 (keepalive).',
      ),
      both(
        'What does a growing Recv-Q mean? The program does not read. But one look is not enough: the same socket twice, and bytes_received does not move (recv-q).',
        'Recv-Q가 쌓인다는 것은? 프로그램이 읽지 않는다는 뜻입니다. 단, 한 번 봐서는 모릅니다. 같은 소켓을 두 번 봐서 bytes_received가 멈춰 있어야 합니다 (recv-q).',
      ),
      both(
        'Where does "Too many open files" come from? The limit of the process, not fs.file-max (descriptors).',
        '"Too many open files"는 어디서 오나? fs.file-max가 아니라 프로세스의 한도입니다 (descriptors).',
      ),
      both(
        'Why does ss -s | grep TIME-WAIT print nothing? The word there is timewait (commands).',
        'ss -s | grep TIME-WAIT는 왜 아무것도 안 나오나? 거기서는 timewait라고 쓰기 때문입니다 (commands).',
      ),
    ),
  ],
  myths: [],
  see: ['lifecycle'],
};
