import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LocalMessage } from '../../src/demo/local-slack/message.ts';
import { startLocalSlack, type LocalSlack } from '../../src/demo/local-slack/local-slack.ts';
import { startProduct, type Product } from '../../src/demo/product.ts';
import { needs } from '../support/machine.ts';
import { MAIN, runProgram } from '../support/program.ts';

const need = needs('redis-server');
const CHANNEL = 'C1';
const USER = 'U1';

describe.skipIf(need.skip)(`the service ends and starts in the middle of a run ${need.reason}`, () => {
  let dir: string;
  let slack: LocalSlack;
  let products: Product[];
  /** A host that takes the connection and says nothing, until the test lets it go. */
  let host: Server;
  let held: Socket[];

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'tcpcheck-restart-'));
    products = [];
    held = [];
    host = createServer((socket) => {
      socket.on('error', () => undefined);
      held.push(socket);
    });
    host.listen(0, '127.0.0.1');
    await once(host, 'listening');
    const address = host.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    writeFileSync(join(dir, 'known_hosts'), `[127.0.0.1]:${port} ssh-ed25519 ${HOST_KEY}\n`);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(join(dir, 'id'), privateKey.export({ type: 'sec1', format: 'pem' }), { mode: 0o600 });
    const line = `slow-1: {address: 127.0.0.1, port: ${port}, user: root, identity_file: ./id, known_hosts: ./known_hosts}`;
    writeFileSync(join(dir, 'tcpcheck.yaml'), `hosts:\n  ${line}\n`);
    slack = await startLocalSlack({
      workspace: {
        teamId: 'T1',
        bot: { userId: 'UBOT' },
        users: [{ id: USER, name: 'mina' }],
        channels: [{ id: CHANNEL, name: 'on-call', members: [USER, 'UBOT'] }],
      },
      botToken: 'xoxb-right',
      appToken: 'xapp-right',
      signingSecret: 'test-signing-secret',
      commands: [{ command: '/tcpcheck', description: 'Diagnose' }],
    });
  });
  afterEach(async () => {
    for (const socket of held) socket.destroy();
    host.close();
    await Promise.all(products.map(async (product) => product.stop()));
    await slack.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const env = (botToken = 'xoxb-right'): Record<string, string> => ({
    TCPCHECK_CONFIG: join(dir, 'tcpcheck.yaml'),
    TCPCHECK_DATA_DIR: join(dir, 'data'),
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: botToken,
    SLACK_APP_TOKEN: 'xapp-right',
  });
  async function start(): Promise<Product> {
    const logFile = join(dir, 'log');
    const product = await startProduct({
      main: MAIN,
      role: 'all',
      env: env(),
      logFile,
      waitUntilReady: true,
    });
    products.push(product);
    return product;
  }
  const roots = (): readonly LocalMessage[] =>
    slack.messages(CHANNEL).filter(({ threadTs }) => threadTs === null);
  const ends = (): number =>
    roots().flatMap((root) => slack.messages(CHANNEL, root.ts)).length - roots().length;
  /** Asks, and waits until the worker hangs on the host. */
  async function ask(): Promise<void> {
    await slack.command({ userId: USER, channel: CHANNEL, command: '/tcpcheck', text: 'slow-1' });
    await expect
      .poll(() => [held.length, roots().map(({ text }) => text)], { timeout: 8_000 })
      .toEqual([1, ['slow-1: connecting']]);
  }

  it('killed: the next one brings the thread to its end, in one root and one reply', async () => {
    const first = await start();
    await ask();
    await first.kill();
    for (const socket of held) socket.destroy();
    await start();
    await expect.poll(ends, { timeout: 15_000 }).toBe(1);
    expect(roots()).toHaveLength(1);
  }, 40_000);

  it('told to end: the run under way is finished and shown first', async () => {
    const product = await start();
    await ask();
    const stopped = product.stop();
    setTimeout(() => held.forEach((socket) => socket.destroy()), 300);
    expect(await stopped).toBe(0);
    expect([roots().length, ends()]).toEqual([1, 1]);
  }, 40_000);

  it('with a token that Slack rejects it says so and ends', async () => {
    const { code, stderr } = await runProgram(['serve'], { env: env('xoxb-wrong'), timeoutMs: 15_000 });
    expect([code, stderr]).toEqual([2, expect.stringContaining('SLACK_TOKEN_REJECTED')]);
  });
});

/** Of no host at all. */
const HOST_KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIGp0GWzd1b0YCbh3sJ0vkM5XoS0X0pPNN2tL7vQYw5sT';
