import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLab, type Lab } from '../../src/demo/lab/lab.ts';
import { needs } from '../support/machine.ts';
import { growth } from './kernel.ts';

const gate = needs('lab');

describe.skipIf(gate.skip).concurrent(`handshakes that fail ${gate.reason}`, () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ prefix: 'tcpcheck-test-connecting' });
  });
  afterAll(() => lab.stop());

  it('inbound-syn-flood: real clients stay outside without cookies, and get in at once with them', async () => {
    const host = await lab.addHost({
      name: 'web-flood',
      workload: { kind: 'inbound-syn-flood', cookies: false },
    });
    const names = ['TCPReqQFullDrop', 'TCPReqQFullDoCookies', 'ListenOverflows'];
    const sick = await growth(host, names, () => host.workload.next(1));
    expect(sick.result.ok).toBe(0);
    expect(sick.grown['TCPReqQFullDrop']).toBeGreaterThan(100);
    expect(sick.grown['TCPReqQFullDoCookies']).toBe(0);

    // The popular advice: another queue, so nothing gets better.
    await host.setSysctl('net.core.somaxconn', '65535');
    expect((await host.workload.next(1)).ok).toBe(0);

    await host.setSysctl('net.ipv4.tcp_syncookies', '1');
    await host.workload.until(({ ok, failed }) => ok > 0 && failed === 0, 10_000);
    const healed = await growth(host, names, () => host.workload.next(1));
    expect(healed.result.failed).toBe(0);
    expect(healed.grown['TCPReqQFullDoCookies']).toBeGreaterThan(100);
    expect(healed.grown['ListenOverflows']).toBe(0);
    await host.stop();
  });

  it('inbound-restarting: SO_REUSEADDR helps where the server that left had it too', async () => {
    const host = await lab.addHost({ name: 'web-again', workload: { kind: 'inbound-restarting' } });
    const start = async (script: string): Promise<string> =>
      (await host.exec(['python3', '-c', script])).stdout.trim();
    // The one that left had none, so its TIME_WAITs keep everybody out.
    expect(await start(listening(8080, 0))).toBe('Address already in use');
    expect(await start(listening(8080, 1))).toBe('Address already in use');
    // One that had it leaves TIME_WAITs that let the next one in, if that asks for it as well.
    expect(await start(LEAVE)).toBe('left');
    expect(await start(listening(8090, 0))).toBe('Address already in use');
    expect(await start(listening(8090, 1))).toBe('listens');
    await host.stop();
  });
});

const listening = (port: number, reuse: 0 | 1): string => `import socket
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, ${reuse})
try:
    s.bind(("0.0.0.0", ${port})); s.listen(1); print("listens")
except OSError as error:
    print(error.strerror)`;

const LEAVE = `import socket
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("0.0.0.0", 8090)); s.listen(1)
client = socket.create_connection(("127.0.0.1", 8090))
s.accept()[0].close()
client.recv(1); client.close()
print("left")`;
