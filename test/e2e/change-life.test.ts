import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { SICK_HOSTS } from '../../src/demo/lab/sick-hosts.ts';
import type { LabHost } from '../../src/demo/lab/host.ts';
import type { LocalMessage } from '../../src/demo/local-slack/message.ts';
import { startProduct, type Product } from '../../src/demo/product.ts';
import { valueFor } from '../../src/demo/smoke.ts';
import { CAST } from '../../src/demo/stage-config.ts';
import { startStage, type Stage } from '../../src/demo/stage.ts';
import { hasButton, readable, rootOf } from '../../src/demo/story-view.ts';
import { needs } from '../support/machine.ts';
import { childrenOf, redisServerOf } from '../support/processes.ts';
import { MAIN } from '../support/program.ts';

const need = needs('lab', 'redis-server', 'flock');
const REUSE = 'net.ipv4.tcp_tw_reuse';
/** How long the host holds an unconfirmed change: as in the demo, or long enough for slow machines to confirm it. */
const DEMO_S = 20;
const HELD_S = 180;
const NEXT_MS = 60_000;
/** Well under the three minutes after which an order counts as cut off whoever has died: the queue knows it sooner. */
const KNOWN_DEAD_MS = 120_000;
const SETTLED_MS = 300_000;

describe.skipIf(need.skip)(`a change, whatever dies ${need.reason}`, { timeout: 600_000 }, () => {
  let stage: Stage;
  let api: LabHost;
  const restarted: Product[] = [];

  async function start(confirmS: number): Promise<void> {
    const hosts = [SICK_HOSTS['api-1']];
    stage = await startStage({ main: MAIN, hosts, windowS: 3, confirmS, mode: 'socket' });
    api = stage.lab.host('api-1');
  }
  const stopAgain = async (): Promise<void> => {
    for (const product of restarted.splice(0)) await product.stop();
  };
  afterEach(async () => {
    await stopAgain();
    await stage?.stop();
  }, 90_000);

  const thread = (): readonly LocalMessage[] => {
    const root = rootOf(stage, CAST.channel, 'api-1');
    return root === undefined ? [] : stage.slack.messages(CAST.channel, root.ts);
  };
  const told = (): string => thread().map(readable).join('\n');
  const roots = (): number =>
    stage.slack.messages(CAST.channel).filter(({ threadTs }) => threadTs === null).length;
  /** Replies whose line on a lock screen ends so. */
  const news = (end: RegExp): number => thread().filter(({ text }) => end.test(text)).length;
  const withButton = (action: string): LocalMessage | undefined =>
    thread().find((message) => hasButton(message, action));

  /** Asks, and waits for the card. */
  async function card(): Promise<LocalMessage> {
    const before = roots();
    const typed = { userId: CAST.requester, channel: CAST.channel, command: '/tcpcheck', text: 'api-1' };
    await stage.slack.command(typed);
    await expect.poll(roots, { timeout: NEXT_MS }).toBe(before + 1);
    await expect.poll(() => withButton('change.approve') !== undefined, { timeout: NEXT_MS }).toBe(true);
    const found = withButton('change.approve');
    if (found === undefined) throw new Error('no card');
    return found;
  }
  async function press(userId: string, actionId: string, value?: string): Promise<void> {
    const message = withButton(actionId);
    await stage.slack.click({
      userId,
      channel: CAST.channel,
      ts: message?.ts ?? '',
      actionId,
      confirmed: true,
      ...(value === undefined ? {} : { value }),
    });
  }
  const approve = async (message: LocalMessage): Promise<void> =>
    press(CAST.approver, 'change.approve', valueFor(message, REUSE));
  const hostHas = async (value: string, withinMs = NEXT_MS, everyMs = 250): Promise<void> =>
    expect.poll(() => api.sysctl(REUSE), { timeout: withinMs, interval: everyMs }).toBe(value);
  const worker = (): number => {
    const [pid] = childrenOf(stage.product.pid, 'worker');
    if (pid === undefined) throw new Error('no worker runs');
    return pid;
  };

  /** The product once more, on the data of the first. */
  async function startAgain(): Promise<void> {
    restarted.push(
      await startProduct({
        main: MAIN,
        role: 'all',
        env: stage.env,
        logFile: join(stage.dir, 'again.log'),
        waitUntilReady: true,
      }),
    );
  }

  it('bot, worker and Redis die once it is applied: the host takes it back, and the thread tells it', async () => {
    await start(DEMO_S);
    await approve(await card());
    // As soon as it is written: what the worker has not yet told Redis is lost with it.
    await hostHas('1', NEXT_MS, 20);
    const doomed = [stage.product.pid, worker(), redisServerOf(join(stage.dataDir, 'redis'))];
    for (const pid of doomed) process.kill(pid, 'SIGKILL');
    // Nobody is left who could.
    await hostHas('2', SETTLED_MS);
    await startAgain();
    await expect.poll(() => news(/taken back by the host itself$/), { timeout: KNOWN_DEAD_MS }).toBe(1);
    expect(told()).not.toContain('"action_id":"change.rollback"');
    expect([await api.sysctl(REUSE), roots()]).toEqual(['2', 1]);
  });

  it('the worker dies while it looks after it: another takes over, and there is one verdict', async () => {
    await start(HELD_S);
    await approve(await card());
    await expect.poll(told, { timeout: NEXT_MS, interval: 50 }).toMatch(UNDER_WAY);
    process.kill(worker(), 'SIGKILL');
    await expect.poll(() => news(/helped$/), { timeout: SETTLED_MS }).toBe(1);
    expect([await api.sysctl(REUSE), roots()]).toEqual(['1', 1]);
    const journal = await api.exec(['sh', '-c', 'cat /var/lib/tcpcheck/change.*']);
    expect(journal.stdout).toContain('held reboot');
    // The bot runs all the while: who is taken out of its file decides nothing any more.
    const rules = readFileSync(stage.configFile, 'utf8').replaceAll(CAST.approver, CAST.outsider);
    writeFileSync(stage.configFile, rules);
    utimesSync(stage.configFile, 1, 1);
    await press(CAST.approver, 'change.keep');
    const answer = (): string => stage.slack.ephemerals(CAST.approver).at(-1)?.text ?? '';
    await expect.poll(answer, { timeout: NEXT_MS }).toContain('승인자로 등록되어 있지 않습니다');
  });

  it('the audit log cannot be written: nothing is changed, and a change from before can be taken back', async () => {
    await start(HELD_S);
    await approve(await card());
    await expect.poll(() => news(/helped$/), { timeout: SETTLED_MS }).toBe(1);
    await stage.product.stop();
    // What a retired key has ordered can be taken back as well.
    const keys = join(stage.dataDir, 'keys');
    renameSync(join(keys, 'verify.pem'), join(keys, 'retired.pem'));
    rmSync(join(keys, 'signing.pem'));
    const audit = join(stage.dataDir, 'audit');
    // Root writes where modes forbid it, but not where the file system is read-only.
    execFileSync('mount', ['--bind', audit, audit]);
    try {
      execFileSync('mount', ['-o', 'remount,bind,ro', audit]);
      await startAgain();
      await press(CAST.requester, 'change.rollback');
      await hostHas('2');
      await expect.poll(() => news(/rolled back$/), { timeout: NEXT_MS }).toBe(1);
      const before = stage.slack.ephemerals(CAST.approver).length;
      await approve(await card());
      await expect
        .poll(() => stage.slack.ephemerals(CAST.approver).length, { timeout: NEXT_MS })
        .toBe(before + 1);
      expect(stage.slack.ephemerals(CAST.approver).at(-1)?.text).toContain('AUDIT_UNWRITABLE');
      expect(withButton('change.approve')).toBeDefined();
      expect(await api.sysctl(REUSE)).toBe('2');
    } finally {
      await stopAgain();
      execFileSync('umount', [audit]);
    }
  });

  it('Redis is emptied while its effect is measured: the thread comes back, and its buttons work', async () => {
    await start(DEMO_S);
    await approve(await card());
    await expect.poll(told, { timeout: NEXT_MS, interval: 50 }).toMatch(UNDER_WAY);
    execFileSync('redis-cli', ['-s', join(stage.dataDir, 'redis', 'redis.sock'), 'FLUSHALL']);
    await expect.poll(() => news(/this thread is back$/), { timeout: NEXT_MS }).toBe(1);
    // It has its verdict where a worker could still tell the host so in time; else the timer takes it back.
    await expect
      .poll(() => news(/helped$|has no effect$|effect unknown$|taken back by the host itself$/), {
        timeout: SETTLED_MS,
      })
      .toBe(1);
    const stands = withButton('change.rollback') !== undefined;
    // The other one tells the channel that changes are frozen until somebody has looked; taking back is not.
    expect([await api.sysctl(REUSE), roots()]).toEqual([stands ? '1' : '2', 2]);
    if (stands) await press(CAST.approver, 'change.rollback');
    await hostHas('2');
    expect(news(/the record of a change is lost$/)).toBe(0);
  });
});

/** The first states after the write that a thread shows. */
const UNDER_WAY = /Logging in anew|Measuring what it does/;
