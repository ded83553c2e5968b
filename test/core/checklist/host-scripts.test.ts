import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Check } from '../../../src/core/checklist/check.ts';
import { processDescriptors } from '../../../src/core/checklist/checks/process-descriptors.ts';
import { socketsByDestination } from '../../../src/core/checklist/checks/sockets-by-destination.ts';
import { socketsByState } from '../../../src/core/checklist/checks/sockets-by-state.ts';
import type { LabHost } from '../../../src/demo/lab/host.ts';
import { startLab, type Lab } from '../../../src/demo/lab/lab.ts';
import { needs } from '../../support/machine.ts';
import { factsOf } from './checks/made.ts';
import { AS_NOBODY, type Wrap } from './look.ts';

const gate = needs('lab');

type Exchange = readonly [from: string | RegExp, to: string];

/** Runs one check's script in a lab host, with something in it exchanged, and returns what it printed. */
async function runIn(
  host: LabHost,
  { script }: Check,
  exchanges: readonly Exchange[] = [],
  wrap: Wrap = (argv) => argv,
): Promise<{ text: string; exit: number | null }> {
  for (const [from, to] of exchanges) expect(script.replace(from, to)).not.toBe(script);
  const env = [
    'TC_SAMPLE=1',
    'TC_INPUT=',
    'TC_WINDOW_S=1',
    'TC_UNTIL_CS=0',
    'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
  ];
  const { stdout, exit } = await host.exec([
    'env',
    ...env,
    ...wrap(['sh', '-c', exchanges.reduce((text, [from, to]) => text.replace(from, to), script)]),
  ]);
  return { text: stdout, exit };
}

const TALLY = ['exact=20000', 'exact=0'] as const;
/** As if even the rare states were too many to be read. */
const RARE = [/\+\+rare > \d+/g, '++rare > 3'] as const;
/** The machine counts open files over all its hosts, those of other tests too. */
const ALL_DESCRIPTORS = ['-le 10000', '-le 1000000000'] as const;
const LOW_DESCRIPTORS = ['-le 10000', '-le 0'] as const;
/** So many sockets in FIN-WAIT-2 without a process, which the kernel counts together with TIME-WAIT. */
const HALF = 20;
const HALF_CLOSED = `
import socket, time
server = socket.create_server(("127.0.0.1", 9999))
clients = [socket.create_connection(("127.0.0.1", 9999)) for _ in range(${HALF})]
for _ in clients: server.accept()[0].close()
print("there", flush=True)
time.sleep(60)`;
const COUNTS = ['established', 'time_wait', 'close_wait', 'fin_wait_2', 'syn_recv', 'last_ack'];

/** Ports that nobody listens on are only seen where all rows are read; a large table is asked for timestamps less. */
const isToldByAll = (fact: string): boolean => !/leftover|peer_timestamps/.test(fact);

describe.skipIf(gate.skip)(`ways a big host is read ${gate.reason}`, () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ prefix: 'tcpcheck-test-scripts' });
  });
  afterAll(() => lab.stop());

  it('leaving rows to the kernel gives the same numbers as reading all of them', async () => {
    const inbound = await lab.addHost({ name: 'tally-in', workload: { kind: 'inbound-time-wait' } });
    const outbound = await lab.addHost({ name: 'tally-out', workload: { kind: 'outbound-time-wait' } });
    const spread = await lab.addHost({ name: 'tally-many', workload: { kind: 'many-destinations' } });
    for (const host of [inbound, outbound, spread]) {
      await host.workload.next(1);
      await host.workload.pause();
      expect(
        await host.exec([
          'sh',
          '-c',
          `python3 -c '${HALF_CLOSED}' >/run/lab/half 2>&1 & sleep 0.5; cat /run/lab/half`,
        ]),
      ).toMatchObject({ stdout: 'there\n' });
      const ways = [
        await runIn(host, socketsByDestination),
        await runIn(host, socketsByDestination, [TALLY]),
        await runIn(host, socketsByDestination, [TALLY, RARE]),
      ];
      expect(ways.map(({ exit }) => exit)).toEqual([0, 0, 0]);
      const [a, ...others] = ways.map(({ text }) => ({
        ...factsOf(socketsByState, text.replaceAll(/^(?!state|others|end).*\n/gm, '')),
        ...factsOf(socketsByDestination, text),
      }));
      const both = Object.entries(a ?? {}).filter(([fact]) => isToldByAll(fact));
      for (const b of others) {
        expect(
          Object.keys(b ?? {})
            .filter(isToldByAll)
            .sort(),
        ).toEqual(both.map(([fact]) => fact).sort());
        const differing = both.filter(([fact, value]) => {
          if (typeof value !== 'number') return b?.[fact] !== value;
          // A socket may end between the two walks.
          return Math.abs(Number(b?.[fact]) - value) > Math.max(3, value * 0.02);
        });
        expect(differing).toEqual([]);
        expect(b).toMatchObject({ 'sockets.fin_wait_2': HALF, 'sockets.close_wait': HALF });
      }
      expect(COUNTS.filter((count) => a?.[`sockets.${count}`] === undefined)).toEqual([]);
      await host.stop();
    }
  }, 90_000);

  it('the lowest descriptors are enough to find whose a listener is', async () => {
    const host = await lab.addHost({ name: 'lowest', workload: { kind: 'healthy-busy' } });
    await host.workload.next(1);
    const [all, lowest] = [
      await runIn(host, processDescriptors, [ALL_DESCRIPTORS]),
      await runIn(host, processDescriptors, [LOW_DESCRIPTORS]),
    ];
    expect(all.text).toContain('users:((');
    expect(lowest.text).not.toContain('users:((');
    expect(lowest.text).toContain('owner 0.0.0.0:8080 ');
    const [a, b] = [all, lowest].map(({ text }) => factsOf(processDescriptors, text));
    expect(b?.['listener.process[0.0.0.0:8080]']).toBe('db');
    expect(b?.['listener.pid[0.0.0.0:8080]']).toBe(a?.['listener.pid[0.0.0.0:8080]']);
    expect(Object.keys(b ?? {}).sort()).toEqual(Object.keys(a ?? {}).sort());
    await host.stop();
  }, 60_000);

  it('without root the only process of a unit owns the listener of that unit', async () => {
    const host = await lab.addHost({ name: 'unit', workload: { kind: 'inbound-fd-limit' } });
    await host.workload.next(1);
    const pid = /pid=(\d+)/.exec((await host.exec(['ss', '-tlnp', 'sport = :8080'])).stdout)?.[1] ?? '';
    const unit = '/sys/fs/cgroup/system.slice/web.service';
    const made = await host.exec([
      'sh',
      '-c',
      `mount -t tmpfs none /sys/fs/cgroup && mkdir -p ${unit} && echo ${pid} >${unit}/cgroup.procs`,
    ]);
    expect(made).toMatchObject({ exit: 0 });
    // The lab has no systemd: ss is made to name the cgroup it would name there.
    const named = [
      'rows=$(ss -tnep state listening)',
      "rows=$(ss -tnep state listening | sed '/:8080 /s|cgroup:[^ ]*|cgroup:/system.slice/web.service|')",
    ] as const;

    const { text, exit } = await runIn(host, processDescriptors, [named], AS_NOBODY);
    expect(text).not.toContain('users:((');
    const facts = factsOf(processDescriptors, text);
    expect(facts).toMatchObject({
      'listener.process[0.0.0.0:8080]': 'web',
      'listener.pid[0.0.0.0:8080]': Number(pid),
      'listener.process_descriptor_limit[0.0.0.0:8080]': 64,
    });
    // One was inherited above the limit; a client that just left makes it one less for a moment.
    expect([64, 65]).toContain(facts?.['listener.process_descriptors[0.0.0.0:8080]']);
    // sshd's stay hidden.
    expect(exit).toBe(126);

    // With a second process in the unit nobody can say which of them it is.
    await host.exec(['sh', '-c', `echo 1 >>${unit}/cgroup.procs`]);
    expect((await runIn(host, processDescriptors, [named], AS_NOBODY)).text).not.toContain('owner');
    await host.stop();
  }, 60_000);
});
