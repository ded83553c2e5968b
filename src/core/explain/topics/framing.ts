import { both, diagram, list, myth, paragraph, python, type Topic } from '../topic.ts';

const PYTHON = `MAX_MESSAGE_BYTES = 1_000_000

def read_exactly(sock, size):
    data = b""
    while len(data) < size:
        part = sock.recv(size - len(data))
        if not part:
            raise ConnectionError("closed in the middle of a message")
        data += part
    return data

def read_message(sock):
    size = int.from_bytes(read_exactly(sock, 4), "big")
    if size > MAX_MESSAGE_BYTES:
        raise ValueError(f"a message of {size} bytes")
    return read_exactly(sock, size)

def send_message(sock, message):
    sock.sendall(len(message).to_bytes(4, "big") + message)`;

export const framing: Topic = {
  id: 'framing',
  names: ['stream', 'byte-stream', 'message', '프레이밍', '바이트스트림', '메시지경계'],
  title: both('Framing: TCP carries bytes, not messages', '프레이밍: TCP는 메시지가 아니라 바이트를 나른다'),
  parts: [
    diagram(
      [
        ' send("PING")               what recv() may return:',
        ' send("PONG")  --bytes-->   "PINGPONG"  or  "PI" "NGPO" "NG"  or  ...',
      ].join('\n'),
      [
        ' send("PING")               recv():',
        ' send("PONG")  --bytes-->   "PINGPONG"  |  "PI" "NGPO" "NG"  |  ...',
      ].join('\n'),
    ),
    paragraph(
      'Two send() may arrive in one recv(), one send() in many. Where a message ends, the application has to say itself:',
      'send() 두 번이 recv() 한 번에 올 수도 있고, 한 번이 여러 번에 나뉘어 올 수도 있습니다. 메시지의 끝은 애플리케이션이 정해야 합니다.',
    ),
    list(
      both(
        'length first: four bytes in network order, then so many bytes; refuse lengths beyond a limit;',
        '길이를 먼저: 네트워크 바이트 순서로 4바이트, 그다음 그 길이만큼. 한도를 넘는 길이는 거부합니다.',
      ),
      both(
        'or a separator that never occurs inside, such as a newline between JSON texts; keep what came after it for the next message.',
        '또는 구분자: JSON 사이의 줄바꿈처럼 내용에 나오지 않는 문자. 뒤에 딸려 온 바이트는 다음 메시지를 위해 남겨 둡니다.',
      ),
    ),
    python(PYTHON),
    paragraph(
      'In an incident: what works on loopback with small messages fails under load or over a long path. Both sides ESTABLISHED with empty queues, each waiting for the other, may be a reader that still waits for the rest of a message.',
      '장애 때는: 루프백에서 작은 메시지로 되던 것이 부하나 먼 경로에서 깨집니다. 양쪽 다 큐가 빈 ESTABLISHED로 서로 기다리고 있다면, 한쪽이 메시지의 나머지를 기다리는 것일 수 있습니다.',
    ),
  ],
  myths: [
    myth(
      both('one recv(1024) is one request', 'recv(1024) 한 번이 요청 하나다'),
      both(
        'it is whatever has arrived, up to 1,024 bytes; an empty result is the end of the connection.',
        '지금까지 도착한 것 중 최대 1,024바이트일 뿐입니다. 빈 결과는 연결의 끝입니다.',
      ),
    ),
  ],
  see: ['recv-q', 'keepalive'],
};
