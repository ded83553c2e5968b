import { hostEntry } from '../support/host-entry.ts';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeWatch } from '../../src/core/watch/compose-watch.ts';
import { createWatchReader } from '../../src/core/watch/watch-reader.ts';
import { NONCE } from '../core/watch/samples.ts';
import { CourseRecorder, type LineId } from '../../src/core/watch/course.ts';
import type { Tick } from '../../src/core/watch/tick.ts';
import type { LabHost } from '../../src/demo/lab/host.ts';
import { startLab, type Lab } from '../../src/demo/lab/lab.ts';
import { SICK_HOSTS } from '../../src/demo/lab/sick-hosts.ts';
import { watchHost } from '../../src/host/watch-host.ts';
import { inState, listener, sockets } from '../lab/kernel.ts';
import { failureOf } from '../support/failure.ts';
import { needs } from '../support/machine.ts';
import { MAIN, runProgram } from '../support/program.ts';

const gate = needs('lab');
const LONG_MS = 120_000;

/** Watches until enough was seen (or to the end), and returns the looks. */
async function looks(
  host: LabHost,
  options: { seconds: number; port?: number; until?: (ticks: readonly Tick[]) => boolean },
): Promise<readonly Tick[]> {
  const ticks: Tick[] = [];
  const controller = new AbortController();
  const watching = watchHost(hostEntry(host), {
    jump: null,
    agentSocket: null,
    seconds: options.seconds,
    port: options.port ?? null,
    onTick: (tick) => {
      ticks.push(tick);
      if (options.until?.(ticks) === true) controller.abort(new Error('seen enough'));
    },
    signal: controller.signal,
  });
  await watching.catch((error: unknown) => {
    if (!controller.signal.aborted) throw error;
  });
  return ticks;
}

const walked = (ticks: readonly Tick[]): readonly Tick[] => ticks.filter((tick) => tick.sockets !== null);
const after = (count: number) => (ticks: readonly Tick[]) => walked(ticks).length >= count;

function values(ticks: readonly Tick[], id: LineId): readonly number[] {
  const recorder = new CourseRecorder(null);
  for (const tick of ticks) recorder.add(tick);
  const line = recorder.course().lines.find((each) => each.id === id);
  return line?.values.filter((value) => value !== undefined) ?? [];
}

/** Processes of the loop on the host: timeout, the shell, and whatever it has just started. */
async function loops(host: LabHost): Promise<number> {
  const { stdout } = await host.exec([
    'sh',
    '-c',
    "for f in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$f; echo; done 2>/dev/null | grep -c '[s]h -s'",
  ]);
  return Number(stdout);
}

describe.skipIf(gate.skip)(`watching a real host ${gate.reason}`, () => {
  let lab: Lab;
  let sick: LabHost;
  let slow: LabHost;
  let dir: string;
  let config: string;

  beforeAll(async () => {
    lab = await startLab({ prefix: 'tcpcheck-test-watch' });
    [sick, slow] = await Promise.all([lab.addHost(SICK_HOSTS['api-1']), lab.addHost(SICK_HOSTS['web-1'])]);
    await Promise.all([sick.workload.next(2), slow.workload.next(2)]);
    dir = mkdtempSync(join(tmpdir(), 'tcpcheck-watch-'));
    config = join(dir, 'tcpcheck.yaml');
    const lines = [sick, slow].map(
      (host) =>
        `  ${host.name}: {address: ${host.address}, user: root, groups: [lab], identity_file: ${host.identityFile}, known_hosts: ${host.knownHostsFile}}\n`,
    );
    writeFileSync(
      config,
      `hosts:\n${lines.join('')}  down-1: {address: 127.0.0.1, port: 1, identity_file: ${sick.identityFile}, known_hosts: ${sick.knownHostsFile}}\n`,
    );
  }, LONG_MS);
  afterAll(async () => {
    await lab?.stop();
    if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
  }, LONG_MS);

  it('counts what the kernel has, by state and port', async () => {
    const ticks = await looks(sick, { seconds: 60, until: after(2) });
    const rows = await sockets(sick);
    const table = walked(ticks).at(-1)?.sockets;
    expect(table?.states.get('TIME-WAIT')).toBeGreaterThan(inState(rows, 'TIME-WAIT') * 0.8);
    expect(table?.states.get('TIME-WAIT')).toBeLessThanOrEqual(200);
    // The login and the one connection that lasts.
    expect(table?.states.get('ESTAB')).toBe(2);
    expect(table?.inbound).toEqual([{ port: 22, count: 1 }]);
    expect(table?.outbound).toEqual([{ port: 8080, count: 1 }]);
    expect(ticks.at(-1)?.tally.established).toBe(2);
  });

  it('sees the accept queue overflow, second by second', async () => {
    const ticks = await looks(slow, {
      seconds: 60,
      until: (all) => all.length >= 5 && walked(all).length >= 2,
    });
    const overflows = values(ticks, 'overflows');
    expect(overflows.length).toBeGreaterThanOrEqual(4);
    expect(overflows.every((rate) => rate > 1)).toBe(true);
    const { queue } = walked(ticks).at(-1)?.sockets ?? {};
    expect(queue?.port).toBe(8080);
    expect(queue?.limit).toBe((await listener(slow)).sendQ);
    expect(queue?.waiting).toBeGreaterThan(0);
  });

  it('keeps to one port, at either end', async () => {
    const [here, there, nowhere] = await Promise.all([
      looks(slow, { seconds: 60, port: 8080, until: after(1) }),
      looks(sick, { seconds: 60, port: 8080, until: after(1) }),
      looks(sick, { seconds: 60, port: 9, until: after(1) }),
    ]);
    const table = walked(here)[0]?.sockets;
    expect(table?.inbound.map(({ port }) => port)).toEqual([8080]);
    expect([table?.outbound, table?.queue?.port]).toEqual([[], 8080]);
    expect(walked(there)[0]?.sockets).toMatchObject({
      inbound: [],
      outbound: [{ port: 8080, count: 1 }],
      queue: null,
    });
    expect(walked(there)[0]?.sockets?.states.get('TIME-WAIT')).toBeGreaterThan(150);
    const none = walked(nowhere)[0]?.sockets;
    expect([...(none?.states.values() ?? [1])].every((count) => count === 0)).toBe(true);
  });

  it('takes one login, and ends by itself when its time is over', async () => {
    const logins = (): number => slow.sshLog().filter((line) => line.includes('Accepted publickey')).length;
    const before = logins();
    const ticks = await looks(slow, { seconds: 2 });
    expect(ticks.length).toBe(3);
    expect((ticks.at(-1)?.atCs ?? 0) - (ticks[0]?.atCs ?? 0)).toBeGreaterThanOrEqual(190);
    expect(logins() - before).toBeLessThanOrEqual(1);
    await expect.poll(() => loops(slow), { timeout: 20_000 }).toBe(0);
  });

  it(
    'leaves nothing running when it is aborted',
    async () => {
      await looks(slow, { seconds: 300, until: (ticks) => ticks.length >= 2 });
      await expect.poll(() => loops(slow), { timeout: 30_000 }).toBe(0);
    },
    LONG_MS,
  );

  it(
    'makes do with the kernel’s tallies where ss is missing',
    async () => {
      const host = await lab.addHost({ name: 'no-ss', workload: null });
      expect(await host.exec(['mount', '--bind', '/dev/null', '/usr/bin/ss'])).toMatchObject({ exit: 0 });
      const ticks = await looks(host, { seconds: 1 });
      expect(walked(ticks)).toEqual([]);
      expect(ticks[0]?.tally).toEqual({ established: 1, timeWait: 0 });
      expect(ticks[0]?.counters.has('ListenOverflows')).toBe(true);
      await host.stop();
    },
    LONG_MS,
  );

  it('does not walk a table that is too large', async () => {
    const script = composeWatch({ seconds: 1, port: null, nonce: NONCE });
    const small = script.replace('-le 50000', '-le 3');
    expect(small).not.toBe(script);
    const reader = createWatchReader(NONCE);
    const { stdout } = await sick.exec(['sh', '-s'], { stdin: small, timeoutMs: 30_000 });
    const ticks = reader.push(stdout);
    expect([ticks.length, walked(ticks), reader.done]).toEqual([2, [], true]);
    expect(ticks[0]?.tally.timeWait).toBeGreaterThan(150);
  });

  it('says that the host is gone, and the host cleans up by itself', async () => {
    const host = await lab.addHost({ ...SICK_HOSTS['web-1'], name: 'gone' });
    let seen = 0;
    const { code, message } = await failureOf(
      watchHost(hostEntry(host), {
        jump: null,
        agentSocket: null,
        seconds: 300,
        port: null,
        onTick: () => {
          seen += 1;
          if (seen === 2) void host.cut();
        },
        signal: new AbortController().signal,
      }),
    );
    expect([code, message]).toEqual([
      'SSH_LOST',
      expect.stringContaining('while the host was being watched'),
    ]);
    expect(await loops(host)).toBeGreaterThan(0);
    // Nothing can tell the host; it notices that the client's keepalives stay away.
    await expect.poll(() => loops(host), { timeout: 90_000, interval: 1_000 }).toBe(0);
    await host.stop();
  }, 180_000);

  it(
    'the program prints a line a second into a pipe, and a summary on SIGINT',
    async () => {
      const child = spawn(process.execPath, [MAIN, 'watch', 'web-1', '--port', '8080', '--config', config], {
        env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let out = '';
      let lines = 0;
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        out += chunk;
        lines = out.split('\n').length;
        if (lines === 5) child.kill('SIGINT');
      });
      await once(child, 'close');
      expect(child.exitCode).toBe(0);
      const [header = '', first = '', ...rest] = out.split('\n');
      expect(header).toMatch(/^ {2}sec {3}estab/);
      expect(first).toMatch(/^ {4}0 +\d+ +0 /);
      expect(rest.join('\n')).toContain('\n\nweb-1: watched for 0:0');
      expect(out).toContain('Diagnose: tcpcheck check web-1\n');
      await expect.poll(() => loops(slow), { timeout: 30_000 }).toBe(0);
    },
    LONG_MS,
  );

  it(
    'ends quietly when whoever reads it has had enough',
    async () => {
      const child = spawn(process.execPath, [MAIN, 'watch', 'web-1', '--config', config], {
        env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
      await once(child.stdout, 'data');
      child.stdout.destroy();
      await once(child, 'close');
      expect([child.exitCode, said]).toEqual([0, `web-1: connecting to ${slow.address}\n`]);
    },
    LONG_MS,
  );

  it(
    'leaves nothing running when the program is killed',
    async () => {
      const child = spawn(process.execPath, [MAIN, 'watch', 'web-1', '--config', config], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      await once(child.stdout, 'data');
      expect(await loops(slow)).toBeGreaterThan(0);
      child.kill('SIGKILL');
      await once(child, 'close');
      await expect.poll(() => loops(slow), { timeout: 30_000 }).toBe(0);
    },
    LONG_MS,
  );

  it.each([
    [['watch', 'down-1'], 2, 'tcpcheck: down-1'],
    [['watch', 'lab'], 64, 'tcpcheck: watch watches one host; "lab" is a group of 2'],
    [['watch', 'web-9'], 64, 'tcpcheck: there is no host or group "web-9"'],
  ])('%j: exit %i', async (args, code, message) => {
    const ended = await runProgram([...args, '--config', config]);
    const said = ended.stderr.split('\n').find((line) => line.startsWith('tcpcheck: '));
    expect([ended.code, ended.stdout, said?.slice(0, message.length)]).toEqual([code, '', message]);
  });
});

describe('the command line of watch', () => {
  it.each([
    [['watch'], 'watch wants a HOST'],
    [['watch', 'a', 'b'], 'watch wants one HOST; "b" is too many'],
    [['watch', 'a', '--for', '2h'], '--for takes 1s to 1h, not "2h"'],
    [['watch', 'a', '--for', '0'], '--for takes 1s to 1h, not "0"'],
    [['watch', 'a', '--for', 'ever'], '--for takes 1s to 1h, not "ever"'],
    [['watch', 'a', '--port', '0'], '--port takes 1 to 65535, not "0"'],
    [['watch', 'a', '--port', '80;reboot'], '--port takes 1 to 65535, not "80;reboot"'],
    [['watch', 'a', '--json'], 'watch takes no --json'],
    [['check', 'a', '--port', '80'], 'check takes no --port'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await runProgram(args);
    expect([code, stdout, stderr.split('\n')[0]]).toEqual([64, '', `tcpcheck: ${message}`]);
  });
});
