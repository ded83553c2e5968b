import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PYTHON, needs } from '../support/machine.ts';
import { sampleWith } from './collect.ts';
import { queueOf, startNetwork, until, type Network, type Program } from './network.ts';
import { makeFolder } from './written.ts';

/** The samples that keep reading apart from working: they answer, and they let go of a client that has left. */
const gate = needs('lab', 'javac');

const CLIENT = `
import socket, sys
with socket.create_connection(("127.0.0.1", 8080), timeout=60) as connection:
    connection.sendall(b"one\\ntwo\\n")
    connection.shutdown(socket.SHUT_WR)
    answer = b"".join(iter(lambda: connection.recv(4096), b""))
print(answer.count(b"\\n"))
`;

describe.skipIf(gate.skip)(`the samples that keep work apart ${gate.reason}`, () => {
  const folder = makeFolder();
  let network: Network;
  let program: Program | null = null;
  beforeAll(async () => {
    network = await startNetwork();
  });
  afterEach(async () => {
    await program?.stop();
    program = null;
  });
  afterAll(async () => {
    await network.stop();
    folder.remove();
  });

  const answers = async (argv: readonly string[]): Promise<string> => {
    program = network.start(argv);
    await until(async () => (await queueOf(network, 8080)) === 4096, 'it listens with a long queue');
    return network.sh(`${PYTHON} ${folder.write('client.py', CLIENT)}`);
  };
  const nothingKept = async (): Promise<void> =>
    until(async () => (await network.sh("ss -Htn 'sport = :8080'")) === '', 'no connection is kept');

  it('Python', { timeout: 120_000 }, async () => {
    const { code } = sampleWith('Python', 'ProcessPoolExecutor');
    expect(await answers([PYTHON, folder.write('work_apart.py', code)])).toBe('2');
    await nothingKept();
    expect(program?.said()).toBe('');
  });

  it('Java', { timeout: 120_000 }, async () => {
    const { code } = sampleWith('Java', 'AcceptApart');
    expect(await answers(['java', folder.write('AcceptApart.java', code)])).toBe('2');
    await nothingKept();
    expect(program?.said()).toBe('');
  });
});
