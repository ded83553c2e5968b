import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFacts } from '../../../src/core/checklist/read-facts.ts';
import type { LabHost } from '../../../src/demo/lab/host.ts';
import { startLab, type Lab } from '../../../src/demo/lab/lab.ts';
import { startProgram } from '../../support/host-program.ts';
import { needs } from '../../support/machine.ts';
import { lookAt } from './look.ts';
import { wrongFacts } from './sanity.ts';

/** A process names itself, in 15 characters: what may look like rows, entries and lines of ours. */
const NAMES = [
  `",pid=1,fd=3))`,
  'x",pid=1,fd=3),',
  'a",1,6),("b',
  '\npids 1 \n',
  '\nprocess 1 ',
  'a\\nprocess 1 ',
  '\nowner *:1 1\n',
  '\n0 1 *:1 *:*\n',
  '\nwaits 90 1 5\n',
  ') S 1 1 1 1 1',
  '<!channel> `id`',
  '$(reboot)\';"',
];
/** Above what makes the checklist look whose they are. */
const LEFT_OPEN = 25;
const FIRST_PORT = 7000;

/** One process per name; each listens, and never closes what its other end has closed. */
const PROGRAM = `
import ctypes, json, os, socket, sys, time
names = json.loads(bytes.fromhex(sys.argv[1]))
for at, name in enumerate(names):
    if os.fork() == 0:
        ctypes.CDLL(None).prctl(15, name.encode(), 0, 0, 0)
        server = socket.create_server(("127.0.0.1", ${FIRST_PORT} + at))
        kept = []
        for _ in range(${LEFT_OPEN}):
            client = socket.create_connection(server.getsockname())
            kept.append(server.accept()[0])
            client.close()
        print(${FIRST_PORT} + at, os.getpid(), flush=True)
        time.sleep(120)
        os._exit(0)
time.sleep(120)`;

/** Starts them; by port, their process ids. */
async function started(host: LabHost): Promise<ReadonlyMap<number, number>> {
  const argument = Buffer.from(JSON.stringify(NAMES)).toString('hex');
  const lines = NAMES.length;
  return new Map(
    (await startProgram(host, { name: 'names', text: PROGRAM, argument, lines }))
      .trim()
      .split('\n')
      .map((line) => line.split(' ').map(Number))
      .map(([port, pid]) => [port ?? 0, pid ?? 0]),
  );
}

const gate = needs('lab');
describe.skipIf(gate.skip)(`processes with hostile names ${gate.reason}`, () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ prefix: 'tcpcheck-test-names' });
  });
  afterAll(() => lab.stop());

  it('blame nobody else, and invent nothing', async () => {
    const host = await lab.addHost({ name: 'names', workload: null });
    const pids = await started(host);
    expect(pids.size).toBe(NAMES.length);
    const { facts, checks } = readFacts(await lookAt(host, 1));
    expect(checks.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(wrongFacts(facts)).toEqual([]);

    const named = [...pids].map(([port, pid]) => {
      const listener = facts.subjects.listener[`127.0.0.1:${port}`];
      return {
        name: NAMES[port - FIRST_PORT],
        backlog: listener?.['backlog'],
        pid: listener?.['pid'] ?? pid,
      };
    });
    expect(named).toEqual(
      [...pids].map(([port, pid]) => ({ name: NAMES[port - FIRST_PORT], backlog: 128, pid })),
    );
    const ours = new Set(pids.values());
    const leaking = Object.values(facts.subjects.process).filter((each) => each['close_wait'] !== undefined);
    expect(leaking.length).toBeGreaterThan(0);
    for (const each of leaking) {
      expect(ours).toContain(each['pid']);
      expect(each['close_wait']).toBe(LEFT_OPEN);
    }
    expect(facts.host.sockets['close_wait']).toBe(LEFT_OPEN * NAMES.length);
    await host.stop();
  }, 60_000);
});
