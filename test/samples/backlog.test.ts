import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PYTHON, needs } from '../support/machine.ts';
import { sampleWith } from './collect.ts';
import { queueOf, startNetwork, until, type Network, type Program } from './network.ts';
import { nginxConfig } from './nginx-config.ts';
import { GO_ENV, compile, makeFolder } from './written.ts';

/** The samples for a longer queue make the queue longer: Send-Q of the listener shows what they ask for. */
const gate = needs('lab', 'javac', 'go', 'nginx');
const WANTED = 4096;

describe.skipIf(gate.skip)(`the samples for a longer accept queue ${gate.reason}`, () => {
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

  const queue = async (argv: readonly string[], port = 8080): Promise<number | null> => {
    const started = network.start(argv, { cwd: folder.path });
    program = started;
    let room: number | null = null;
    await until(async () => {
      room = await queueOf(network, port);
      if (started.child.exitCode !== null) throw new Error(`it ended: ${started.said()}`);
      return room !== null;
    }, 'it listens');
    return room;
  };

  it('Python', { timeout: 60_000 }, async () => {
    const { code } = sampleWith('Python', 'asyncio.start_server(..., backlog=4096)');
    const file = folder.write('sample.py', `${code}\nimport sys\nsys.stdin.read()\n`);
    expect(await queue([PYTHON, file])).toBe(WANTED);
  });

  it('Java', { timeout: 120_000 }, async () => {
    const { code } = sampleWith('Java', 'default backlog 50');
    expect(await queue(['java', folder.write('LongQueue.java', code)])).toBe(WANTED);
  });

  it('Node.js', { timeout: 60_000 }, async () => {
    const { code } = sampleWith('Node.js', 'default 511');
    expect(await queue([process.execPath, folder.write('sample.mjs', code)])).toBe(WANTED);
  });

  it('Go', { timeout: 240_000 }, async () => {
    const { code } = sampleWith('Go', 'net.core.somaxconn as it was');
    folder.write('go/go.mod', 'module sample\n');
    folder.write('go/main.go', code);
    const cwd = `${folder.path}/go`;
    expect(await compile(['go', 'build', '-o', 'sample', '.'], { cwd, env: GO_ENV })).toMatchObject({
      exit: 0,
    });
    expect(await queue([`${cwd}/sample`])).toBe(WANTED);
  });

  it('nginx, and a reload is enough', { timeout: 60_000 }, async () => {
    const { code } = sampleWith('nginx', 'backlog=4096');
    const config = folder.write('nginx.conf', nginxConfig(code.replace(' backlog=4096', '')));
    const nginx = ['nginx', '-p', folder.path, '-c', config];
    expect(await queue(nginx, 80)).toBe(511);
    folder.write('nginx.conf', nginxConfig(code));
    await network.sh(`nginx -q -p ${folder.path} -c ${config} -s reload`);
    await until(async () => (await queueOf(network, 80)) === WANTED, 'the queue is longer');
  });
});
