import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Check } from '../../../src/core/checklist/check.ts';
import { CHECKLIST } from '../../../src/core/checklist/checklist.ts';
import { EXACT_ROWS, SAMPLE_ROWS } from '../../../src/core/checklist/sampling.ts';
import { readFacts } from '../../../src/core/checklist/read-facts.ts';
import { startLab, type Lab } from '../../../src/demo/lab/lab.ts';
import { diagnoseCapture } from '../../../src/core/playbook/diagnose.ts';
import { costOf, fill, startedIn } from '../../support/crowded-host.ts';
import { startProgram } from '../../support/host-program.ts';
import { needs } from '../../support/machine.ts';
import { shippedPlaybooks } from '../../support/playbooks.ts';

const CROWD = { timeWait: 20_000, established: 4000 };
/** 0.5 s is the budget of ten times as many sockets (npm run bench); a busy machine takes twice as long for anything. */
const LIMIT_S = 0.5;
/** Processes of a run on a host where nothing happens, in a window without looks at the listeners: most of its cost. */
const MAX_STARTED = 150;
const LIMIT_BYTES = 256 * 1024;

/** A program that holds every port of a small range, all towards one service. */
const LEAK_PORTS = 400;
const LEAK = `
import socket, time
server = socket.create_server(("127.0.0.1", 7777), backlog=${LEAK_PORTS})
held = []
for _ in range(${LEAK_PORTS}):
    client = socket.socket()
    client.setsockopt(0, 24, 1)
    client.bind(("127.0.9.1", 0))
    client.connect(server.getsockname())
    held += [client, server.accept()[0]]
print("held", flush=True)
time.sleep(120)`;

/** As if the host were six times as large: so many open descriptors would disturb the tests beside this one. */
const LARGE: readonly Check[] = CHECKLIST.map((check) =>
  check.id === 'sockets-by-destination'
    ? {
        ...check,
        script: check.script
          .replace(`exact=${EXACT_ROWS}`, 'exact=2000')
          .replaceAll(`${SAMPLE_ROWS}`, String(SAMPLE_ROWS / 6)),
      }
    : check,
);

const gate = needs('lab');
describe.skipIf(gate.skip)(`what a run costs a host ${gate.reason}`, () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ prefix: 'tcpcheck-test-cost' });
  });
  afterAll(() => lab.stop());

  it('is little processor time and few bytes, with many sockets, and what is told of them is right', async () => {
    const host = await lab.addHost({ name: 'crowded', workload: null });
    const before = await startedIn(host);
    await costOf(host, 1);
    const started = (await startedIn(host)) - before;
    expect(started).toBeGreaterThan(20);
    expect(started).toBeLessThan(MAX_STARTED);

    await fill(host, CROWD);
    const { cpuS, bytes, capture } = await costOf(host, 2);
    const { checks, facts } = readFacts(capture);
    expect(checks.filter(({ status }) => status !== 'ok')).toEqual([]);
    // Some may have ended on a machine that needed a minute to make them.
    expect(facts.host.sockets['established']).toBeGreaterThanOrEqual(2 * CROWD.established);
    expect(bytes).toBeLessThan(LIMIT_BYTES);
    expect(cpuS).toBeLessThan(LIMIT_S);

    const sampled = readFacts((await costOf(host, 1, LARGE)).capture).facts;
    expect(sampled.host.sockets['rows_there']).toBeGreaterThanOrEqual(2 * CROWD.established);
    for (const name of ['port 9100', 'to 127.0.0.1:9100']) {
      const { established, rows_seen: seen, ...service } = sampled.subjects.service[name] ?? {};
      expect(service).toMatchObject({ silence_looked: 20 });
      expect(seen).toBeLessThan(CROWD.established / 2);
      const error = Math.abs(Number(established) / CROWD.established - 1);
      expect(error).toBeLessThan(0.15);
    }

    await host.setSysctl('net.ipv4.ip_local_port_range', `20000 ${20_000 + LEAK_PORTS - 1}`);
    expect(await startProgram(host, { name: 'leak', text: LEAK, lines: 1 })).toBe('held\n');
    const {
      findings,
      coverage,
      facts: leaking,
    } = diagnoseCapture((await costOf(host, 1, LARGE)).capture, shippedPlaybooks());
    await host.stop();
    // What is nearly used up is counted, not estimated.
    const destination = leaking?.subjects.destination['127.0.0.1:7777'];
    expect(destination).toMatchObject({ ports_used: LEAK_PORTS, used_ratio: 1, established: LEAK_PORTS });
    expect(destination).not.toHaveProperty('rows_seen');
    const found = (playbook: string): unknown => findings.find((each) => each.playbook === playbook);
    expect(found('port-exhaustion')).toMatchObject({ cause: 'pool-leak', subject: '127.0.0.1:7777' });
    // A handful of connections may have been passed over.
    for (const playbook of ['half-open', 'recv-queue-stuck', 'send-queue-stuck', 'mtu-black-hole'])
      expect(found(playbook)).toMatchObject({ status: 'unknown' });
    expect(coverage.why.map(({ en }) => en).join()).toMatch(/sockets: [\d,]+ of [\d,]+ were read/);
  }, 180_000);
});
