import { both, list, myth, paragraph, type Topic } from '../topic.ts';

export const backlog: Topic = {
  id: 'backlog',
  names: ['65535', 'listen', 'somaxconn', '백로그'],
  title: both(
    'backlog and somaxconn, and why 65535 is no good value',
    'backlog와 somaxconn, 그리고 65535가 나쁜 이유',
  ),
  parts: [
    paragraph(
      'A queue makes no program faster, it only hides that it is slow. At 500 accept() a second, 65,535 waiting connections are 131 s of waiting: the clients at the end have long given up, and the server works for nobody.',
      '큐가 길다고 프로그램이 빨라지지는 않고, 느리다는 사실만 가려집니다. 초당 500번 accept()하는 서버에 65,535개가 밀리면 131초를 기다려야 합니다. 뒤쪽 클라이언트는 이미 포기했고, 서버는 아무도 기다리지 않는 일을 합니다.',
    ),
    paragraph(
      'Size it by the burst: accepts per second times the seconds a client may wait. 4,096 is plenty for most, 16,384 the most that makes sense.',
      '크기는 순간 폭주에 맞춥니다: 초당 accept 수 × 클라이언트가 기다려도 되는 초. 대개 4,096이면 충분하고 16,384를 넘길 이유는 없습니다.',
    ),
    list(
      both(
        'Whoever asks for more than net.core.somaxconn gets somaxconn, silently: 128 before Linux 5.4, 4096 since.',
        'net.core.somaxconn보다 크게 요청하면 말없이 somaxconn으로 깎입니다. Linux 5.4 전에는 128, 이후는 4096입니다.',
      ),
      both(
        'ss -ltn shows the limit in force as Send-Q. Below somaxconn it is the application that must ask for more; a higher somaxconn does nothing.',
        '지금 적용된 한도는 ss -ltn의 Send-Q입니다. somaxconn보다 작다면 애플리케이션이 더 크게 요청해야 하며, somaxconn을 올려도 달라지지 않습니다.',
      ),
      both(
        'A new limit counts from the next listen(): restart what listens. nginx takes a changed backlog= on reload.',
        '새 한도는 다음 listen()부터 적용됩니다. 프로세스를 재시작하세요. nginx는 backlog=을 바꾸고 reload하면 됩니다.',
      ),
      both(
        'On Linux 3.10 (RHEL 7) the length has 16 bits: with 65535 "full" is never true and the counter wraps. Stay at 32,768 or below there.',
        'Linux 3.10(RHEL 7)에서는 길이가 16비트라 65535면 "가득 참"이 성립하지 않고 카운터가 넘칩니다. 거기서는 32,768 이하로 두세요.',
      ),
    ),
    paragraph(
      'Where to ask: Python server.listen(4096), Java bind(address, 4096) (default 50), nginx "listen 80 backlog=4096;" (511), Node listen({port, backlog: 4096}) (511), Redis tcp-backlog (511); Go takes somaxconn.',
      '지정하는 곳: Python server.listen(4096), Java bind(address, 4096)(기본 50), nginx "listen 80 backlog=4096;"(511), Node listen({port, backlog: 4096})(511), Redis tcp-backlog(511). Go는 somaxconn을 그대로 씁니다.',
    ),
  ],
  myths: [
    myth(
      both('the default backlog of Python is 5', 'Python의 기본 backlog는 5라서 너무 작다'),
      both(
        '5 is that of the socketserver module; socket.listen() takes up to 128 since Python 3.5.',
        '5는 socketserver 모듈의 값입니다. socket.listen()은 Python 3.5부터 최대 128입니다.',
      ),
    ),
  ],
  see: ['queues', 'descriptors'],
};
