import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PYTHON, needs } from '../support/machine.ts';
import { sampleWith } from './collect.ts';
import { startNetwork, until, type Network, type Program } from './network.ts';
import { nginxConfig } from './nginx-config.ts';
import { GO_ENV, compile, makeFolder } from './written.ts';

/** The samples against dead peers: the kernel shows their timers, and a peer that vanishes is noticed in time. */
const gate = needs('lab', 'nft', 'javac', 'go', 'nginx');
const TO_PEER = 'dport = :5432';
const HERE = 'sport = :8080';
/** The samples ask for two minutes. */
const SOON_TWO_MINUTES = /timer:\(keepalive,(2min|1min\d+sec)/;
const VANISH = `nft add table inet gone
nft add chain inet gone out '{ type filter hook output priority 0; }'
nft add rule inet gone out ip daddr 10.0.0.7 drop`;

describe.skipIf(gate.skip)(`the samples against dead peers ${gate.reason}`, () => {
  const folder = makeFolder();
  let network: Network;
  let programs: Program[] = [];
  beforeAll(async () => {
    network = await startNetwork();
  });
  afterEach(async () => {
    await Promise.all(programs.map(async (program) => program.stop()));
    programs = [];
  });
  afterAll(async () => {
    await network.stop();
    folder.remove();
  });

  const start = (argv: readonly string[]): Program => {
    const program = network.start(argv, { cwd: folder.path });
    programs.push(program);
    return program;
  };
  const python = (name: string, lines: readonly string[]): Program =>
    start([PYTHON, folder.write(name, `${lines.join('\n')}\n`)]);
  /** What ss shows of connections as soon as one has a keepalive timer. */
  const timers = async (filter: string): Promise<string> => {
    let seen = '';
    await until(async () => {
      seen = await network.sh(`ss -Htno '${filter}'`);
      return seen.includes('keepalive');
    }, 'ss shows a keepalive timer');
    return seen;
  };
  const connectTo = (port: number): Program =>
    python('client.py', [
      'import socket, sys, time',
      'while True:',
      '    try:',
      `        connection = socket.create_connection(("127.0.0.1", ${port}))`,
      '        break',
      '    except ConnectionRefusedError:',
      '        time.sleep(0.1)',
      'sys.stdin.read()',
    ]);

  it('keepalive, Python: a timer of two minutes', { timeout: 60_000 }, async () => {
    folder.write('keepalive_sample.py', sampleWith('Python', 'detect_dead_peer').code);
    python('idle.py', [
      'import socket, sys, keepalive_sample',
      'connection = socket.create_connection(("10.0.0.7", 5432))',
      'keepalive_sample.detect_dead_peer(connection)',
      'sys.stdin.read()',
    ]);
    expect(await timers(TO_PEER)).toMatch(SOON_TWO_MINUTES);
  });

  it('keepalive, Java: a timer of two minutes', { timeout: 120_000 }, async () => {
    const sample = folder.write('java/KeepAlive.java', sampleWith('Java', 'TCP_KEEPIDLE').code);
    const call = 'KeepAlive.detectDeadPeer(connection); System.in.read();';
    const main = `class Idle { public static void main(String[] args) throws Exception {
      try (java.net.Socket connection = new java.net.Socket("10.0.0.7", 5432)) { ${call} } } }`;
    const javac = [
      'javac',
      '-d',
      `${folder.path}/java`,
      sample,
      folder.write('java/Idle.java', main),
    ] as const;
    expect(await compile(javac)).toEqual({ exit: 0, said: '' });
    start(['java', '-cp', `${folder.path}/java`, 'Idle']);
    expect(await timers(TO_PEER)).toMatch(SOON_TWO_MINUTES);
  });

  it('keepalive, Node.js: a timer of two minutes', { timeout: 60_000 }, async () => {
    start([process.execPath, folder.write('keepalive.mjs', sampleWith('Node.js', 'setKeepAlive').code)]);
    connectTo(8080);
    expect(await timers(HERE)).toMatch(SOON_TWO_MINUTES);
  });

  it('keepalive, nginx: a timer of two minutes', { timeout: 60_000 }, async () => {
    const { code } = sampleWith('nginx', 'so_keepalive');
    start(['nginx', '-p', folder.path, '-c', folder.write('nginx.conf', nginxConfig(code))]);
    connectTo(80);
    expect(await timers('sport = :80')).toMatch(SOON_TWO_MINUTES);
  });

  it('keepalive and TCP_USER_TIMEOUT, Go', { timeout: 240_000 }, async () => {
    folder.write('go/go.mod', 'module sample\n');
    folder.write('go/keepalive.go', sampleWith('Go', 'net.ListenConfig{KeepAlive').code);
    folder.write('go/timeout.go', sampleWith('Go', 'TCP_USER_TIMEOUT').code);
    folder.write('go/sample_test.go', GO_CALLS);
    const cwd = `${folder.path}/go`;
    const built = await compile(['go', 'test', '-c', '-o', `${folder.path}/calls`], { cwd, env: GO_ENV });
    expect(built).toEqual({ exit: 0, said: '' });
    start([`${folder.path}/calls`, '-test.run=Idle']);
    expect(await timers(TO_PEER)).toMatch(/timer:\(keepalive,(1min|5\dsec)/);
    expect(await network.sh(`${folder.path}/calls -test.run=UserTimeout -test.v`)).toContain('--- PASS');
  });

  it('a peer that vanishes is noticed by both, Python', { timeout: 120_000 }, async () => {
    folder.write('keepalive_sample.py', sampleWith('Python', 'detect_dead_peer').code);
    folder.write('timeout_sample.py', sampleWith('Python', 'limit_unacknowledged').code);
    const program = python('gone.py', [
      'import socket, sys, keepalive_sample, timeout_sample',
      'idle, busy = (socket.create_connection(("10.0.0.7", 5432), timeout=60) for _ in range(2))',
      'keepalive_sample.detect_dead_peer(idle, idle_s=1, interval_s=1, probes=2)',
      'timeout_sample.limit_unacknowledged(busy, timeout_s=2)',
      'print("ready", flush=True)',
      'sys.stdin.readline()',
      'busy.sendall(b"x")',
      'for connection in (idle, busy):',
      '    try:',
      '        connection.recv(1)',
      '    except TimeoutError as error:',
      '        print(error.errno, flush=True)',
    ]);
    await until(async () => Promise.resolve(program.said() !== ''), 'it is connected');
    await network.sh(VANISH);
    program.child.stdin?.write('\n');
    await until(async () => Promise.resolve(program.child.exitCode !== null), 'both are given up');
    await network.sh('nft delete table inet gone');
    // ETIMEDOUT by the kernel; a timeout of Python's own would have no number.
    expect(program.said()).toBe('ready\n110\n110\n');
  });

  it('heartbeat: a silent peer is closed, one that answers is not', { timeout: 120_000 }, async () => {
    folder.write('heartbeat_sample.py', sampleWith('Python', '"PING"').code);
    python('beating.py', [
      'import asyncio',
      'from heartbeat_sample import Connection',
      'async def main():',
      '    made = lambda r, w: Connection(r, w, ping_every_s=0.5, look_every_s=0.2, dead_after_s=4).run()',
      '    async with await asyncio.start_server(made, port=8080) as server:',
      '        await server.serve_forever()',
      'asyncio.run(main())',
    ]);
    await until(async () => (await network.sh(`ss -Hltn '${HERE}'`)) !== '', 'it listens');
    const program = python('two-clients.py', HEARTBEAT_CLIENTS);
    await until(async () => Promise.resolve(program.child.exitCode !== null), 'the clients have seen enough');
    expect(program.said()).toBe('the silent one was pinged and closed\nthe living one is open\n');
  });
});

const GO_CALLS = `package api

import (
	"syscall"
	"testing"
	"time"
)

const peer = "10.0.0.7:5432"

func TestIdle(t *testing.T) {
	conn, err := Dial(peer)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	time.Sleep(2 * time.Minute)
}

func TestUserTimeout(t *testing.T) {
	conn, err := DialWithUserTimeout(peer)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	raw, err := conn.(syscall.Conn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	raw.Control(func(fd uintptr) {
		value, err := syscall.GetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout)
		if err != nil || value != 30_000 {
			t.Errorf("TCP_USER_TIMEOUT is %d, %v", value, err)
		}
	})
}
`;

/** One never answers; the other answers for as long as that one lives, and twice as long again. */
const HEARTBEAT_CLIENTS = [
  'import socket, threading, time',
  'silent, living = (socket.create_connection(("127.0.0.1", 8080), timeout=60) for _ in range(2))',
  'pinged = []',
  'closed_at = []',
  'def listen():',
  '    try:',
  '        while data := silent.recv(4096):',
  '            pinged.append(data)',
  '    except ConnectionResetError:',
  '        pass',
  '    closed_at.append(time.monotonic())',
  'threading.Thread(target=listen, daemon=True).start()',
  'for line in living.makefile("rb"):',
  '    living.sendall(b\'{"type": "PONG"}\\n\')',
  '    if closed_at and time.monotonic() - closed_at[0] > 5:',
  '        print("the silent one was pinged and closed" if pinged else "no ping")',
  '        print("the living one is open")',
  '        break',
];
