import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFacts } from '../../../src/core/checklist/read-facts.ts';
import { flattenFacts, type Facts, type FactValue } from '../../../src/core/domain/facts.ts';
import { startLab, type Lab } from '../../../src/demo/lab/lab.ts';
import { startProgram } from '../../support/host-program.ts';
import { needs } from '../../support/machine.ts';
import { lookAt, textOf } from './look.ts';

/** Connections of all kinds, over both families; nothing moves while they are looked at. */
const STILL = `
import socket, time
def pair(server):
    client = socket.socket(server.family)
    client.connect(server.getsockname()[:2])
    return client, server.accept()[0]
v4 = socket.create_server(("127.0.0.1", 8080), backlog=4)
both = socket.create_server(("::", 8443), family=socket.AF_INET6, dualstack_ipv6=True)
v6 = socket.create_server(("::1", 9443), family=socket.AF_INET6)
beside = [socket.create_server(("0.0.0.0", 7000)), socket.create_server(("::", 7000), family=socket.AF_INET6)]
kept = [pair(v4), pair(v4), pair(v6)]
for one, other in kept: other.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
mapped = socket.create_connection(("127.0.0.1", 8443)), both.accept()[0]
left = [pair(v4) for _ in range(30)]
for client, served in left: client.close()
waits = [pair(v4) for _ in range(7)]
for client, served in waits: served.close(); client.close()
mapped[0].sendall(b"x" * 1000)
queue = []
for _ in range(5):
    client = socket.socket(); client.setblocking(False); client.connect_ex(("127.0.0.1", 8080)); queue.append(client)
print("still", flush=True)
time.sleep(120)`;

/** Nothing but busybox where the programs are, as on Alpine; what runs already is not touched. */
const BUSYBOX = `mkdir /run/lab/bin && cp "$(command -v busybox)" /run/lab/bin/busybox &&
for name in $(busybox --list); do [ "$name" = busybox ] || ln -s busybox /run/lab/bin/$name; done
mount --bind /run/lab/bin /usr/sbin && mount --bind /run/lab/bin /usr/bin`;

const gate = needs('lab', 'busybox');
describe.skipIf(gate.skip)(`a host without ss ${gate.reason}`, () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ prefix: 'tcpcheck-test-no-ss' });
  });
  afterAll(() => lab.stop());

  it.each([
    ['of Debian', 'mount --bind /dev/null /usr/bin/ss'],
    ['of busybox alone', BUSYBOX],
  ])(
    '%s tells the same as with it, but for what only ss can',
    async (_, change) => {
      const host = await lab.addHost({ name: 'still', workload: null });
      expect(await startProgram(host, { name: 'still', text: STILL, lines: 1 })).toBe('still\n');
      const withSs = readFacts(await lookAt(host, 1)).facts;
      expect(await host.exec(['sh', '-c', change])).toMatchObject({ exit: 0, stderr: '' });
      const capture = await lookAt(host, 1);
      const without = readFacts(capture);
      await host.stop();

      const unavailable = without.checks.filter(({ status }) => status !== 'ok').map(({ id }) => id);
      expect(unavailable).toEqual(['socket-summary', 'sockets-worst']);
      expect(without.coverage.why[0]?.en).toMatch(/^no ss: /);
      expect(without.facts.host.sockets).toMatchObject({
        read_from_proc: true,
        close_wait: 30,
        time_wait: 7,
      });
      const { listener } = without.facts.subjects;
      expect(listener['127.0.0.1:8080']).toMatchObject({ queue: 5, waiting: 5, stayed_ratio: 1 });
      expect(listener['127.0.0.1:8080']).not.toHaveProperty('backlog');
      expect(Object.keys(listener).sort()).toEqual(Object.keys(withSs.subjects.listener).sort());
      expect(textOf(capture, 'listeners', 1)).toContain(' from-proc\n');
      expect(differing(withSs, without.facts)).toEqual([]);
    },
    90_000,
  );
});

/** Of sockets and their processes; the rest of the host has nothing to do with ss. */
const SOCKETS = /^(sockets|listener|destination|process|service)\./;
/** What /proc/net/tcp does not tell, what changes by itself, and a choice among equals. */
const ONLY_SS =
  /backlog|fill_ratio|drops_per_s|restart_hint|established_or_close_wait|silen|_left_s|service\.(recv|send)_(?!queued)|progress|in_use|allocated|memory|orphans|read_from_proc|cpu_ratio|process_age_s|close_wait_peer$/;

const flat = (facts: Facts): readonly (readonly [string, FactValue])[] =>
  Object.entries(flattenFacts(facts)).filter(([name]) => SOCKETS.test(name) && !ONLY_SS.test(name));

function differing(withSs: Facts, without: Facts): readonly string[] {
  const other = new Map(flat(without));
  return flat(withSs).flatMap(([name, value]) =>
    other.get(name) === value
      ? []
      : [`${name}: ${String(value)} with ss, ${String(other.get(name))} without`],
  );
}
