import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostEntry } from '../../src/core/domain/host.ts';
import { makeKey } from '../support/keys.ts';
import { needs } from '../support/machine.ts';
import { startBlackHole, type BlackHole } from '../support/silent-listener.ts';
import { freePort, startSshd, type Sshd } from '../support/sshd.ts';

const gate = needs('sshd', 'ssh-keygen');
const ROOT = resolve(import.meta.dirname, '../..');

/** One use of a connection, and how it ends. */
interface Story {
  readonly host: HostEntry;
  readonly jump?: HostEntry;
  readonly connectTimeoutMs?: number;
  readonly abortAfterMs?: number;
  readonly command?: string;
  readonly timeoutMs?: number;
  readonly ends: string;
}

/**
 * Plays stories in a process of its own and prints, for each, how it ended and what still keeps the process
 * alive; then it simply ends, if it can.
 */
const PLAYER = `
import { readFileSync } from 'node:fs';
import { openHost } from './out/host/open-host.js';
const held = () => process.getActiveResourcesInfo().filter((kind) => !/^(TTYWrap|PipeWrap|FSReq)/.test(kind));
for (const story of JSON.parse(readFileSync(process.argv[2], 'utf8'))) {
  const { host, jump = null, connectTimeoutMs, abortAfterMs, command, timeoutMs = 15_000 } = story;
  const signal = abortAfterMs === undefined ? undefined : AbortSignal.timeout(abortAfterMs);
  let ended = 'closed';
  try {
    const connection = await openHost(host, { jump, agentSocket: null, connectTimeoutMs, signal });
    if (command === undefined) connection.close();
    else {
      const limits = { stdin: '', timeoutMs, maxStdoutBytes: 1_000, maxStderrBytes: 1_000 };
      const { lost, stdoutTruncated } = await connection.exec(command, limits);
      ended = lost ? 'lost' : stdoutTruncated ? 'truncated' : 'ran';
    }
  } catch (error) {
    ended = typeof error.code === 'string' ? error.code : error.name;
  }
  // Handles close over a few turns of the event loop.
  for (let turn = 0; turn < 200 && held().length > 0; turn += 1) await new Promise((next) => setTimeout(next, 1));
  console.log(JSON.stringify([ended, held()]));
}
`;

describe.skipIf(gate.skip)(`nothing of a connection stays behind ${gate.reason}`, () => {
  let sshd: Sshd;
  let bastion: Sshd;
  let hole: BlackHole;
  const dir = mkdtempSync(join(tmpdir(), 'tcpcheck-handles-'));

  beforeAll(async () => {
    [sshd, bastion, hole] = await Promise.all([startSshd(), startSshd(), startBlackHole()]);
    const config = {
      extends: join(ROOT, 'tsconfig.build.json'),
      compilerOptions: { rootDir: join(ROOT, 'src'), outDir: './out' },
      include: [],
      files: [join(ROOT, 'src/host/open-host.ts')],
    };
    symlinkSync(join(ROOT, 'node_modules'), join(dir, 'node_modules'));
    writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify(config));
    spawnSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', dir]);
    writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
    writeFileSync(join(dir, 'player.js'), PLAYER);
  });
  afterAll(async () => {
    hole.stop();
    await Promise.all([sshd.stop(), bastion.stop()]);
    rmSync(dir, { recursive: true, force: true });
  });

  /** Resolves only when the process has ended by itself. */
  async function play(stories: readonly Story[]): Promise<readonly string[]> {
    const file = join(dir, 'stories.json');
    writeFileSync(file, JSON.stringify(stories));
    const { stdout } = await promisify(execFile)(process.execPath, [join(dir, 'player.js'), file]);
    return stdout.trim().split('\n');
  }

  it('whatever way a login ends', async () => {
    const stranger = makeKey(sshd.dir, 'stranger');
    const stories: readonly Story[] = [
      { host: sshd.entry(), ends: 'closed' },
      { host: sshd.entry({ port: await freePort() }), ends: 'SSH_REFUSED' },
      { host: sshd.entry({ port: hole.port }), connectTimeoutMs: 100, ends: 'SSH_TIMEOUT' },
      { host: sshd.entry({ port: hole.port }), abortAfterMs: 50, ends: 'TimeoutError' },
      { host: sshd.entry({ knownHostsFile: sshd.writeKnownHosts([]) }), ends: 'SSH_HOST_KEY_UNKNOWN' },
      { host: sshd.entry({ identityFile: stranger.path }), ends: 'SSH_AUTH' },
    ];
    expect(await play(stories)).toEqual(stories.map(({ ends }) => JSON.stringify([ends, []])));
  });

  it('whatever way a login through a jump host ends', async () => {
    const jump = bastion.entry({ name: 'bastion-1' });
    const untrusted = bastion.entry({ knownHostsFile: bastion.writeKnownHosts([]) });
    const stories: readonly Story[] = [
      { host: sshd.entry(), jump, ends: 'closed' },
      { host: sshd.entry(), jump: untrusted, ends: 'SSH_HOST_KEY_UNKNOWN' },
      { host: sshd.entry({ knownHostsFile: sshd.writeKnownHosts([]) }), jump, ends: 'SSH_HOST_KEY_UNKNOWN' },
      { host: sshd.entry({ port: hole.port }), jump, connectTimeoutMs: 1_000, ends: 'SSH_JUMP' },
      { host: sshd.entry({ port: await freePort() }), jump, ends: 'SSH_JUMP' },
    ];
    expect(await play(stories)).toEqual(stories.map(({ ends }) => JSON.stringify([ends, []])));
  });

  it('whatever way a command ends that takes the connection with it', async () => {
    const stories: readonly Story[] = [
      { host: sshd.entry(), command: 'sleep 3', timeoutMs: 200, ends: 'SSH_COMMAND_TIMEOUT' },
      { host: sshd.entry(), command: 'yes', ends: 'truncated' },
      { host: sshd.entry(), command: 'kill -9 $PPID; sleep 3', ends: 'lost' },
    ];
    expect(await play(stories)).toEqual(stories.map(({ ends }) => JSON.stringify([ends, []])));
  });
});
