import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { TOPICS } from '../../../src/core/explain/catalogue.ts';

const code = (language: 'sh' | 'python'): readonly (readonly [string, string])[] =>
  TOPICS.flatMap(({ id, parts }) =>
    parts.flatMap((part) =>
      part.kind === 'code' && part.language === language ? [[id, part.code.ko] as const] : [],
    ),
  );

const run = (program: string, args: readonly string[], input: string): string => {
  const { stdout, stderr, status } = spawnSync(program, args, { input, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : `${status}: ${stderr}`;
};
const python = (id: string): string => code('python').find(([topic]) => topic === id)?.[1] ?? '';

describe('the commands of the explanations', () => {
  it.each(code('sh').filter(([id]) => id !== 'windows'))('%s: the shell understands them', (_, text) => {
    expect(run('sh', ['-n'], text)).toBe('');
  });
});

describe('the code of the explanations', () => {
  it('is tried in every case below', () => {
    expect(code('python').map(([id]) => id)).toEqual(['keepalive', 'framing']);
  });

  it('framing: reads messages however they were cut, and refuses what is too long', () => {
    const tried = `${python('framing')}

import socket, threading
here, there = socket.socketpair()
stream = b"".join(len(m).to_bytes(4, "big") + m for m in [b"PING", b"", b"P" * 70000])

def drip():
    for at in range(0, len(stream), 1009):
        there.sendall(stream[at:at + 1009])
    send_message(there, b"whole")
    there.sendall((1_000_001).to_bytes(4, "big"))
    there.close()

threading.Thread(target=drip).start()
print([len(read_message(here)) for _ in range(4)])
for _ in range(2):
    try:
        read_message(here)
    except (ValueError, ConnectionError) as error:
        print(error)
`;
    expect(run('python3', ['-'], tried).split('\n')).toEqual([
      '[4, 0, 70000, 5]',
      'a message of 1000001 bytes',
      'closed in the middle of a message',
    ]);
  });

  it('keepalive: the kernel takes every option', () => {
    const tried = `${python('keepalive')}
print([sock.getsockopt(level, name) for level, name in [
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE), (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL), (socket.IPPROTO_TCP, socket.TCP_KEEPCNT),
    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)]])
`;
    expect(run('python3', ['-'], tried)).toBe('[1, 120, 20, 3, 180000]');
  });
});
