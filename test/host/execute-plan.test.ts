import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { manualUndoCommand } from '../../src/core/change/manual-undo.ts';
import { executePlan } from '../../src/host/execute-plan.ts';
import type { HostConnection } from '../../src/host/open-host.ts';
import { needs } from '../support/machine.ts';
import { HELPER } from '../support/namespace-host.ts';
import {
  NARROW,
  NEW,
  NO_DELAYS,
  OLD,
  orderOf,
  SOMAXCONN,
  startPlanHost,
  type PlanHost,
  unreachable,
  WIDE,
} from './plan-host.ts';

const gate = needs('lab', 'flock');
const HELPER_TEXT = readFileSync(HELPER, 'utf8');
const HELPER_FILE = `/run/tcpcheck/tcpcheck-host.${createHash('sha256').update(HELPER_TEXT).digest('hex')}`;

/** What arrives at the host is not what was sent. */
const spoiling =
  (spoil: (stdin: string) => string) =>
  (connection: HostConnection): HostConnection => ({
    ...connection,
    exec: async (command, options) => connection.exec(command, { ...options, stdin: spoil(options.stdin) }),
  });

describe.skipIf(gate.skip)(`executePlan ${gate.reason}`, () => {
  let on: PlanHost;
  beforeAll(async () => {
    on = await startPlanHost();
  });
  afterAll(() => on.lab.stop());
  beforeEach(() => on.reset());

  it('applies, and takes back, each at most once', async () => {
    const plan = on.newPlan();
    expect(await on.execute('apply', plan)).toEqual({ kind: 'applied', readBack: WIDE });
    expect(await on.values()).toEqual(NEW);
    expect(await on.execute('apply', plan)).toEqual({ kind: 'already', readBack: WIDE });
    expect(await on.execute('rollback', plan)).toEqual({ kind: 'rolled-back', readBack: NARROW });
    expect(await on.values()).toEqual(OLD);
    expect(await on.execute('rollback', plan)).toEqual({ kind: 'already', readBack: NARROW });
    expect(await on.execute('apply', plan)).toMatchObject({ kind: 'refused', code: 'taken-back' });
    expect(await on.values()).toEqual(OLD);
  });

  it('leaves the helper in root’s own folder, whole', async () => {
    await on.execute('apply', on.newPlan());
    const { stdout } = await on.host.exec(['find', '/run/tcpcheck', '-printf', '%M %u %p\n']);
    expect(stdout.trim().split('\n').sort()).toEqual([
      `-rw------- root /run/tcpcheck/lock`,
      `-rwx------ root ${HELPER_FILE}`,
      'drwx------ root /run/tcpcheck',
    ]);
    expect(await on.host.readFile(HELPER_FILE)).toBe(HELPER_TEXT);
  });

  it('does the work once when ten workers come at once', async () => {
    const plan = on.newPlan({ settings: [SOMAXCONN] });
    const outcomes = await Promise.all(Array.from({ length: 10 }, async () => on.execute('apply', plan)));
    const kinds = outcomes.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'applied')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'already')).toHaveLength(9);
    expect(await on.host.sysctl(SOMAXCONN.key)).toBe('4096');
  });

  it('does not touch a host with another key than the plan’s', async () => {
    const plan = on.newPlan({ hostKeyFingerprint: 'SHA256:other' });
    for (const action of ['apply', 'rollback'] as const) {
      expect(await on.execute(action, plan)).toEqual({
        kind: 'stale',
        key: 'host key',
        wanted: 'SHA256:other',
        found: on.host.hostKeyFingerprint,
      });
    }
    expect((await on.host.exec(['ls', '/run/tcpcheck'])).exit).not.toBe(0);
  });

  it('does not touch another network namespace than the plan’s', async () => {
    const found = on.newPlan().netns.replaceAll(/\D/g, '');
    const outcome = await on.execute('apply', on.newPlan({ netns: 'net:[1]' }));
    expect(outcome).toEqual({ kind: 'stale', key: 'netns', wanted: '1', found });
    expect(await on.values()).toEqual(OLD);
  });

  it('writes nothing when an old value is not what was shown', async () => {
    await on.host.setSysctl('net.ipv4.ip_local_port_range', '32768 61000');
    expect(await on.execute('apply', on.newPlan())).toEqual({
      kind: 'stale',
      key: 'net.ipv4.ip_local_port_range',
      wanted: '32768 60999',
      found: '32768 61000',
    });
    expect(await on.values()).toEqual(['', '32768 61000']);
  });

  it('leaves alone what somebody else has changed since', async () => {
    const plan = on.newPlan({ settings: [SOMAXCONN] });
    await on.execute('apply', plan);
    await on.host.setSysctl(SOMAXCONN.key, '1000');
    const outcome = await on.execute('rollback', plan);
    expect(outcome).toEqual({ kind: 'foreign', key: SOMAXCONN.key, wanted: '4096', found: '1000' });
    expect(await on.host.sysctl(SOMAXCONN.key)).toBe('1000');
  });

  it('can be taken back by hand with the command that the card shows', async () => {
    const plan = on.newPlan();
    await on.execute('apply', plan);
    const command = manualUndoCommand({ plan, state: { kind: 'proposed', approvals: [] } }).replace(
      /^sudo /,
      '',
    );
    await on.using(async (connection) =>
      connection.exec(command, { stdin: '', timeoutMs: 5_000, maxStdoutBytes: 100, maxStderrBytes: 100 }),
    );
    expect(await on.values()).toEqual(OLD);
  });

  describe('refuses, and changes nothing,', () => {
    const cases: readonly [string, (stdin: string) => string, string][] = [
      [
        'a helper with one other byte',
        (text) => text.replace('MAX_PER_HOUR=20', 'MAX_PER_HOUR=99'),
        'helper-damaged',
      ],
      ['a helper that was cut off', (text) => text.slice(0, 5_000), 'helper-damaged'],
      ['a helper without an order', () => HELPER_TEXT, 'order'],
      ['an order that was cut off', (text) => text.slice(0, -20), 'order'],
      ['nothing', () => '', 'helper-damaged'],
    ];
    it.each(cases)('%s', async (_, spoil, code) => {
      const plan = on.newPlan();
      const outcome = await on.using(async (connection) =>
        executePlan(spoiling(spoil)(connection), orderOf('apply', plan), unreachable, NO_DELAYS),
      );
      expect(outcome).toMatchObject({ kind: 'refused', code });
      expect(await on.values()).toEqual(OLD);
      expect((await on.host.exec(['find', '/var/lib/tcpcheck', '-type', 'f'])).stdout).toBe('');
    });

    it.each([
      ['sha256sum', 'no-sha256sum'],
      ['flock', 'no-flock'],
      ['timeout', 'no-timeout'],
    ])('a host without %s', async (tool, code) => {
      const bare = await on.lab.addHost({ name: `no-${tool}`, workload: null });
      await bare.exec([
        'sh',
        '-c',
        `mount -n -t tmpfs -o mode=0755 tmpfs /usr/local && d=/usr/bin && mkdir /usr/local/all && cp -a $d/. /usr/local/all && rm /usr/local/all/${tool} && mount -n --bind /usr/local/all $d`,
      ]);
      const { address, identityFile, knownHostsFile } = bare;
      const connection = await on.open({ address, identityFile, knownHostsFile });
      const plan = on.newPlan({ hostKeyFingerprint: bare.hostKeyFingerprint });
      const outcome = await executePlan(connection, orderOf('apply', plan), unreachable, NO_DELAYS);
      connection.close();
      await bare.stop();
      expect(outcome).toMatchObject({ kind: 'refused', code });
    });

    it('an account that is neither root nor enrolled', async () => {
      const [diag] = on.host.accounts;
      const connection = await on.open({ user: 'diag', identityFile: diag?.identityFile ?? '' });
      const outcome = await executePlan(connection, orderOf('apply', on.newPlan()), unreachable, NO_DELAYS);
      connection.close();
      expect(outcome).toMatchObject({ kind: 'refused', code: 'not-enrolled' });
    });

    it('a symbolic link where its folder should be', async () => {
      await on.host.exec(['sh', '-c', 'mkdir -m 0700 /run/real && ln -s /run/real /run/tcpcheck']);
      expect(await on.execute('apply', on.newPlan())).toMatchObject({
        kind: 'refused',
        code: 'unsafe-folder',
      });
      expect((await on.host.exec(['ls', '/run/real'])).stdout).toBe('');
    });
  });
});
