import { both, commands, diagram, list, myth, paragraph, type Topic } from '../topic.ts';

export const closeWait: Topic = {
  id: 'close-wait',
  names: ['close_wait', 'close-wait-leak', 'leak', 'last-ack', '누수'],
  title: both(
    'CLOSE_WAIT: the peer has closed, the program has not',
    'CLOSE_WAIT: 상대는 닫았는데 프로그램이 닫지 않음',
  ),
  parts: [
    diagram(
      [
        ' peer                             this host',
        ' close()   --- FIN ------------>  CLOSE_WAIT  recv() returns 0 bytes',
        '           <-- ACK -------------              ... until close()',
      ].join('\n'),
    ),
    paragraph(
      'A healthy host has a handful, each for milliseconds. Many that stay are a bug of the program: it does not read to the end, or an error path returns without close(). Each holds a descriptor until the process ends.',
      '정상 호스트에는 몇 개가 몇 밀리초씩 있을 뿐입니다. 많이 남아 있다면 프로그램의 버그입니다. 끝까지 읽지 않거나, 오류 경로에서 close() 없이 돌아갑니다. 프로세스가 끝날 때까지 디스크립터를 하나씩 차지합니다.',
    ),
    list(
      both(
        'Cure: close in every path (try-with-resources, with, defer); a restart gives the descriptors back for now.',
        '해결: 모든 경로에서 닫기(try-with-resources, with, defer). 재시작하면 디스크립터를 일단 되찾습니다.',
      ),
      both('No sysctl ends CLOSE_WAIT.', 'CLOSE_WAIT를 끝내는 sysctl은 없습니다.'),
    ),
    commands('ss -Htnp state close-wait    # whose they are; needs root'),
  ],
  myths: [
    myth(
      both('keepalive clears CLOSE_WAIT', 'keepalive로 CLOSE_WAIT를 정리한다'),
      both(
        'the sockets disappear from ss, but the descriptors stay: the leak is only hidden.',
        'ss에서 사라질 뿐 디스크립터는 그대로입니다. 누수가 가려지는 것입니다.',
      ),
    ),
  ],
  see: ['descriptors', 'close', 'half-open'],
};
