import { hostEntry } from '../support/host-entry.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostEntry } from '../../src/core/domain/host.ts';
import type { Target } from '../../src/core/domain/place.ts';
import type { Diagnosis } from '../../src/core/domain/report.ts';
import { diagnoseCapture } from '../../src/core/playbook/diagnose.ts';
import { renderTerminal } from '../../src/core/render/terminal.ts';
import type { LabHost } from '../../src/demo/lab/host.ts';
import { startLab, type Lab } from '../../src/demo/lab/lab.ts';
import { CONTAINER } from '../../src/demo/lab/contained-programs.ts';
import { fetchCapture } from '../../src/host/fetch-capture.ts';
import { failureOf } from '../support/failure.ts';
import { needs } from '../support/machine.ts';
import { shippedPlaybooks } from '../support/playbooks.ts';

const gate = needs('lab');
const LIMIT_MS = 60_000;

const container = (name: string): Target => ({ kind: 'container', name });

const expectSick = (diagnosis: Diagnosis): void => {
  expect(diagnosis).toMatchObject({ verdict: 'critical', error: null });
  const [worst] = diagnosis.findings;
  expect(worst).toMatchObject({
    playbook: 'accept-queue-overflow',
    status: 'matched',
    cause: 'app-backlog',
    subject: '0.0.0.0:8080',
  });
  expect(diagnosis.facts?.subjects.listener['0.0.0.0:8080']).toMatchObject({ process: 'web' });
  expect(diagnosis.facts?.host.host['netns']).toBe(diagnosis.inside?.netns);
};

describe.skipIf(gate.skip)(`a sick container in a clean host ${gate.reason}`, () => {
  let lab: Lab;
  let host: LabHost;
  beforeAll(async () => {
    lab = await startLab({ prefix: 'tcpcheck-test-inside' });
    host = await lab.addHost({
      name: 'docked-1',
      workload: { kind: 'contained-slow-accept' },
      accounts: ['diag'],
    });
    await host.workload.next(1);
  }, LIMIT_MS);
  afterAll(() => lab.stop());

  const entry = (): HostEntry => hostEntry(host);
  const asAccount = (): HostEntry => ({ ...entry(), ...host.accounts[0] });
  const look = async (target: Target | null, login: HostEntry = entry()): Promise<Diagnosis> => {
    const options = { jump: null, windowMs: 3000, agentSocket: null, target };
    const { capture, cut } = await fetchCapture(login, options);
    expect(cut).toBeNull();
    return diagnoseCapture(capture, shippedPlaybooks());
  };
  const serverPid = async (): Promise<number> =>
    Number((await host.exec(['sh', '-c', 'grep -lx web /proc/[0-9]*/comm'])).stdout.split('/')[2]);

  it(
    'from outside is not ok: the container is named with its counters, and nothing else is wrong',
    async () => {
      const diagnosis = await look(null);
      expect(diagnosis.findings.filter(({ status }) => status === 'matched')).toEqual([]);
      expect(diagnosis).toMatchObject({ verdict: 'unknown', inside: null, quiet: false });
      const [trouble, there] = diagnosis.notes.map(({ en }) => en);
      expect(trouble).toMatch(/^shop: [\d.]+ accept queue overflows per second/);
      expect(trouble).toContain('tcpcheck check docked-1 --container shop');
      expect(there).toMatch(/^Not looked at: [\d,]+ TCP sockets in 2 other network namespaces: .*shop \(/);
      expect(diagnosis.coverage.why.map(({ en }) => en).join()).toMatch(/in 2 other network namespaces/);
    },
    LIMIT_MS,
  );

  it(
    'is found inside, by name, id and process, and no button is offered',
    async () => {
      const byName = await look(container(CONTAINER.name));
      expectSick(byName);
      expect(byName.inside).toMatchObject({ target: 'container shop', pid: await serverPid() });
      expect(renderTerminal(byName, 'en', { colour: false, width: 100 })).toContain(
        'Looked into the network namespace of container shop (net:[',
      );
      const offered = byName.findings.flatMap(({ fixes }) =>
        fixes.filter((fix) => fix.kind === 'sysctl' && fix.offered),
      );
      expect(offered).toEqual([]);
      // What the machine as a whole will be after a reboot, or other containers do, is not this one's.
      expect(byName.checks.map(({ id }) => id)).not.toContain('namespaces');
      expect(byName.facts?.persisted).toEqual({});
      expectSick(await look(container(CONTAINER.id.slice(0, 12))));
      expectSick(await look({ kind: 'pid', pid: await serverPid() }));
    },
    LIMIT_MS,
  );

  it(
    'that is not there is an error that says so',
    async () => {
      expect(await failureOf(look(container('shopping')))).toMatchObject({ code: 'NAMESPACE_UNKNOWN' });
      expect(await failureOf(look(container('sho')))).toMatchObject({ code: 'NAMESPACE_UNKNOWN' });
      // A regular expression to some tools, a name to us.
      expect(await failureOf(look(container('s.op')))).toMatchObject({ code: 'NAMESPACE_UNKNOWN' });
      expect(await failureOf(look({ kind: 'pid', pid: 4_000_000 }))).toMatchObject({
        code: 'NAMESPACE_UNKNOWN',
      });
    },
    LIMIT_MS,
  );

  it(
    'is closed to an account that is not root, which is told why',
    async () => {
      const pid = await serverPid();
      for (const target of [container(CONTAINER.id.slice(0, 12)), { kind: 'pid', pid } as const]) {
        const failure = await failureOf(look(target, asAccount()));
        expect(failure).toMatchObject({ code: 'NAMESPACE_DENIED' });
        expect(failure.message).toContain('diag is not root');
      }
      const outside = await look(null, asAccount());
      expect(outside.verdict).toBe('unknown');
      expect(outside.notes[0]?.en).toMatch(/^[\w-]+: [\d.]+ accept queue overflows per second/);
    },
    LIMIT_MS,
  );

  it(
    'whose name two containers have is not guessed at',
    async () => {
      const other = 'd0'.repeat(32);
      const made = await host.exec([
        'sh',
        '-c',
        `unshare -n sleep 600 >/dev/null 2>&1 & pid=$!
sleep 0.5
mkdir /var/lib/docker/containers/${other}
echo '{"ID":"${other}","Name":"/shop"}' >/var/lib/docker/containers/${other}/config.v2.json
echo '0::/docker/${other}' >/run/lab/other && mount -n --bind /run/lab/other /proc/$pid/cgroup`,
      ]);
      expect(made).toMatchObject({ exit: 0 });
      expect(await failureOf(look(container('shop')))).toMatchObject({ code: 'NAMESPACE_AMBIGUOUS' });
      expectSick(await look(container(CONTAINER.id.slice(0, 12))));
    },
    LIMIT_MS,
  );
});
