import { both, diagram, list, myth, paragraph, type Topic } from '../topic.ts';

export const pool: Topic = {
  id: 'pool',
  names: ['connection-pool', 'http-keep-alive', 'reuse', '커넥션풀', '연결풀', '풀'],
  title: both('A connection pool instead of a new connection each time', '매번 새 연결 대신 커넥션 풀'),
  parts: [
    diagram(
      [
        ' without:  connect, request, close  -->  a handshake and a TIME_WAIT each',
        ' with:     request, request, ...    -->  a few connections, no TIME_WAIT',
        '',
        ' how many? 1,000 requests/s x 0.05 s each = 50 busy at a time',
      ].join('\n'),
      [
        ' X  connect - request - close      -->  요청마다 핸드셰이크와 TIME_WAIT',
        ' O  request - request - ...        -->  연결 몇 개, TIME_WAIT 없음',
        '',
        ' 1,000 requests/s x 0.05 s = 50         동시에 쓰이는 연결 수',
      ].join('\n'),
    ),
    paragraph('What a pool needs, whatever the language:', '어떤 언어에서든 풀에 필요한 것:'),
    list(
      both(
        'a limit in all and per destination (say 200 and 50), and a time limit for waiting for a free one;',
        '전체 한도와 목적지별 한도(예: 200과 50), 그리고 빈 연결을 기다리는 시간 한도',
      ),
      both(
        'an idle time shorter than that of the other side and of any load balancer between, and a longest life of some minutes;',
        '상대와 중간 로드밸런서보다 짧은 유휴 시간, 그리고 몇 분 정도의 최대 수명',
      ),
      both(
        'every response read to its end and closed, also after errors: else the connection never returns, and the pool leaks;',
        '오류가 나도 응답을 끝까지 읽고 닫기: 그러지 않으면 연결이 돌아오지 않아 풀이 샙니다',
      ),
      both('keep-alive switched on at the server too.', '서버 쪽에도 keep-alive 켜기'),
    ),
    paragraph(
      'Complete code for Java, Python, Go, Node.js and nginx stands in the playbook port-exhaustion.',
      'Java, Python, Go, Node.js, nginx의 완전한 예제는 port-exhaustion 플레이북에 있습니다.',
    ),
  ],
  myths: [
    myth(
      both('a pool setting is enough', '풀 설정만 하면 된다'),
      both(
        'one client for the whole process must be used; a pool made per request is no pool.',
        '프로세스 전체가 클라이언트 하나를 함께 써야 합니다. 요청마다 만드는 풀은 풀이 아닙니다.',
      ),
    ),
  ],
  see: ['ports', 'close', 'keepalive'],
};
