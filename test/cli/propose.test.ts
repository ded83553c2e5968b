import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProposeWish } from '../../src/cli/change-context.ts';
import { proposeHere } from '../../src/cli/change-propose.ts';
import { changeCommand } from '../../src/cli/change.ts';
import { readCommandLine } from '../../src/cli/command-line.ts';
import { buttonValue } from '../../src/core/change/plan-hash.ts';
import type { Locale } from '../../src/core/domain/locale.ts';
import type { Diagnosis, Finding } from '../../src/core/domain/report.ts';
import { acceptQueue } from '../core/render/examples.ts';
import {
  APPROVER,
  CHANNEL,
  finishRun,
  noteOrders,
  proposedIn,
  REQUESTER,
  settle,
  startBench,
  TEAM,
  type Bench,
} from '../jobs/bench.ts';
import { needs } from '../support/machine.ts';
import { shippedPlaybooks } from '../support/playbooks.ts';
import { inTerminal, type InTerminal } from './change-stage.ts';

const need = needs('redis-server');
const SOMAXCONN = 'net.core.somaxconn';
const offering = (parts: Partial<Finding>): Partial<Diagnosis> => ({
  findings: [{ ...acceptQueue, ...parts }],
});
const PROBING = 'net.ipv4.tcp_mtu_probing';

describe('change propose, as it is typed', () => {
  it.each([
    [['web-1'], { host: 'web-1', key: null, symptom: '', windowMs: null, dryRun: false, json: false }],
    [
      ['web-1', SOMAXCONN, '--symptom', 'it is slow', '--window', '3s', '--dry-run', '--json'],
      { host: 'web-1', key: SOMAXCONN, symptom: 'it is slow', windowMs: 3_000, dryRun: true, json: true },
    ],
  ])('%j', (words, wish) => {
    expect(readCommandLine(['change', 'propose', ...words]).command).toEqual({
      name: 'change',
      wish: { verb: 'propose', ...wish },
    });
  });

  it.each([
    [['propose'], 'change propose wants a HOST'],
    [['propose', 'web-1', SOMAXCONN, '4096'], '"4096" is too many'],
    [['propose', 'web-1', 'net/core/somaxconn'], 'a setting is written with dots, like net.core.somaxconn'],
    [['propose', 'web-1', '--window', '61s'], '--window takes 1s to 60s'],
    [['propose', 'web-1', '--break-glass'], 'change propose takes no --break-glass'],
    [['propose', 'web-1', '--reason', 'x'], 'change propose takes no --reason'],
    [['list', '--symptom', 'x'], 'change list takes no --symptom'],
    [['approve', 'x', '--window', '3s'], 'change approve takes no --window'],
  ])('%j is a mistake of usage', (words, message) => {
    expect(() => readCommandLine(['change', ...words])).toThrow(message);
  });
});

describe.skipIf(need.skip)(`change propose ${need.reason}`, () => {
  let bench: Bench;
  let workers: { close(graceMs: number): Promise<void> }[];
  let out = '';
  let err = '';
  let terminal: InTerminal | null;
  beforeEach(async () => {
    bench = await startBench('instant');
    workers = [];
    terminal = null;
  });
  afterEach(async () => {
    for (const worker of workers) await worker.close(100);
    await bench.close();
  });

  /** A worker whose looks find this. */
  const lookers = async (found: Partial<Diagnosis> = {}): Promise<void> =>
    startWorker(async (host) => finishRun(bench, host, found));
  async function startWorker(look: (host: string) => Promise<void>): Promise<void> {
    workers.push(bench.state.workers.startDiagnoseWorker(look, { concurrency: 1 }));
    await expect.poll(async () => bench.state.workersAlive('diagnose')).toBe(1);
  }
  interface By {
    readonly osUser?: string;
    readonly locale?: Locale;
    readonly slackChannel?: string | null;
    readonly signal?: AbortSignal;
  }
  const WISH: ProposeWish = {
    verb: 'propose',
    host: 'web-1',
    key: null,
    symptom: 'it is slow',
    windowMs: null,
    dryRun: false,
    json: false,
  };
  async function run(wish: Partial<ProposeWish> = {}, by: By = {}): Promise<number> {
    const {
      osUser = 'alice',
      locale = 'en',
      slackChannel = CHANNEL,
      signal = new AbortController().signal,
    } = by;
    terminal = inTerminal(bench, osUser, locale);
    const { context, ...said } = terminal;
    const config = { ...context.config, slackChannel };
    try {
      return await proposeHere(
        { ...context, config, playbooks: shippedPlaybooks(), signal },
        { ...WISH, ...wish },
      );
    } finally {
      [out, err] = [said.out(), said.err()];
    }
  }
  const asked = async (): Promise<string> => (await bench.state.requests.unanswered()).at(-1) ?? '';

  it('proposes what a look offers, which is approved and told in the thread as any other', async () => {
    await startWorker(async (host) => {
      await expect.poll(() => terminal?.err(), { timeout: 10_000 }).toBe('web-1: waiting for a worker\n');
      await finishRun(bench, host);
    });
    expect(await run({ windowMs: 3_000 })).toBe(0);
    const requestId = await asked();
    const change = await proposedIn(bench, requestId);
    expect(change.plan).toMatchObject({
      settings: [{ key: SOMAXCONN, from: '128', to: '4096' }],
      requester: { kind: 'os-user', name: 'alice' },
    });
    expect(out).toBe(
      [
        'web-1: critical',
        '  critical: Accept queue overflow 0.0.0.0:8080 (somaxconn): 33.2 connections per second are dropped',
        '  warning: Descriptors of nginx nearly used up',
        '',
        `Proposed for web-1: change ${change.plan.id}`,
        '  net.core.somaxconn: 128 → 4096',
        '  Risk low · takes effect when the application calls listen() again, usually a restart',
        `  One approval of: ${APPROVER}`,
        `  In the terminal: alice, bob (who is ${REQUESTER}), carol (who is ${APPROVER})`,
        `  May be approved until ${new Date(change.plan.expiresAtMs).toISOString()}`,
        `  Next: tcpcheck change approve ${buttonValue(change.plan)}`,
        'Its thread is not in Slack yet; it follows by itself once Slack answers and a bot runs.',
        '`tcpcheck check web-1` shows evidence and fixes in full.',
        '',
      ].join('\n'),
    );
    expect((await bench.state.runs.get(change.plan.runId))?.windowMs).toBe(3_000);

    const orders = noteOrders(bench);
    workers.push({ close: async () => orders.close() });
    const approve = {
      verb: 'approve',
      id: buttonValue(change.plan),
      dryRun: false,
      breakGlass: null,
    } as const;
    expect(await changeCommand(inTerminal(bench, 'alice').context, approve)).toBe(0);
    await expect.poll(() => orders.orders.length, { timeout: 5_000 }).toBe(1);
    // The bot comes later, and proposes nothing twice.
    await settle(bench, requestId);
    expect(await bench.state.changes.ofRequest(requestId)).toHaveLength(1);
    expect(await bench.state.requests.get(requestId)).toMatchObject({ channel: CHANNEL, mentions: [] });
  });

  it('is asked by who the operator is in Slack, who counts once', async () => {
    await lookers(
      offering({
        fixes: acceptQueue.fixes.map((fix) => (fix.kind === 'sysctl' ? { ...fix, risk: 'high' } : fix)),
      }),
    );
    expect(await run({}, { osUser: 'bob', locale: 'ko' })).toBe(0);
    expect(out).toContain(`승인자 2명(요청자 제외): ${APPROVER}`);
    expect(out).toContain(`터미널: alice, carol(동일인: ${APPROVER})`);
    const requestId = await asked();
    const requester = { kind: 'os-user', name: 'bob', slack: { teamId: TEAM, userId: REQUESTER } };
    expect(await bench.state.requests.get(requestId)).toMatchObject({ requester, mentions: [REQUESTER] });
    const { plan } = await proposedIn(bench, requestId);
    const approve = { verb: 'approve', id: plan.id, dryRun: true, breakGlass: null } as const;
    const bob = inTerminal(bench, 'bob');
    expect(await changeCommand(bob.context, approve)).toBe(1);
    expect(bob.err()).toContain('[CHANGE_SECOND_PERSON]');
  });

  it('proposes the setting that was asked for, and no other', async () => {
    const other = { ...acceptQueue, playbook: 'port-exhaustion', subject: 'x' };
    const reuse = { key: 'net.ipv4.tcp_tw_reuse', from: '2', to: '1' };
    const fixes = acceptQueue.fixes.map((fix) => (fix.kind === 'sysctl' ? { ...fix, ...reuse } : fix));
    await lookers({ findings: [{ ...other, fixes }, acceptQueue] });
    expect(await run({ key: SOMAXCONN })).toBe(0);
    const requestId = await asked();
    await settle(bench, requestId);
    const changes = await bench.state.changes.ofRequest(requestId);
    expect(changes.map(({ plan }) => plan.settings)).toEqual([[{ key: SOMAXCONN, from: '128', to: '4096' }]]);
  });

  it.each<[string, string | null, Partial<Diagnosis>, string]>([
    [
      'not advised',
      'net.ipv4.tcp_abort_on_overflow',
      {},
      'tcp_abort_on_overflow would not help here. It turns a short',
    ],
    [
      'not judged',
      'net.ipv4.tcp_tw_reuse',
      {},
      'what would want net.ipv4.tcp_tw_reuse could not be judged: Port exhaustion.',
    ],
    ['no finding', PROBING, {}, `no finding of web-1 wants a change of ${PROBING}.`],
    ['nothing offered', null, offering({ fixes: [] }), 'no finding of web-1 offers a setting.'],
  ])('proposes nothing, and says why: %s', async (_, key, found, why) => {
    await lookers(found);
    expect(await run({ key })).toBe(1);
    expect(out).toContain('Nothing to propose: ');
    expect(out).toContain(why);
    const requestId = await asked();
    await settle(bench, requestId);
    expect(await bench.state.changes.ofRequest(requestId)).toEqual([]);
  });

  it.each<[string, Partial<ProposeWish>, string]>([
    ['a setting that nobody knows', { key: 'vm.swappiness' }, 'vm.swappiness is not in the catalogue'],
    ['a host without changes', { host: 'web-2' }, 'changes are not enabled for web-2'],
  ])('asks for no look where none could help: %s', async (_, wish, why) => {
    expect(await run(wish)).toBe(1);
    expect(out).toContain(why);
    expect(await bench.state.requests.unanswered()).toEqual([]);
  });

  it('says what keeps it from looking', async () => {
    expect(await run({}, { osUser: 'mallory' })).toBe(2);
    expect(err).toContain('The OS user mallory is not one of the `approvals.operators`');
    await expect(run()).rejects.toMatchObject({ code: 'WORKER_AWAY' });
    await expect(run({ host: 'web' })).rejects.toMatchObject({ code: 'USAGE' });
    const error = { code: 'SSH_TIMEOUT', message: '\u001B[2Jweb-1 did not answer', hint: 'Look there.' };
    await lookers({ error, verdict: 'unknown', findings: [] });
    await expect(run({}, { slackChannel: null })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(await run()).toBe(2);
    expect(err).toContain('tcpcheck: web-1 did not answer\n  Look there. [SSH_TIMEOUT]\n');
    expect(await run({ key: SOMAXCONN, json: true })).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ report: { error }, proposed: [], why_not: null });
  });

  it('goes on when nobody waits for it any more', async () => {
    await startWorker(async () => undefined);
    expect(await run({}, { signal: AbortSignal.timeout(500) })).toBe(2);
    expect(err).toContain('the diagnosis goes on without this terminal');
    const requestId = await asked();
    await finishRun(bench);
    await settle(bench, requestId);
    expect(await bench.state.changes.ofRequest(requestId)).toHaveLength(1);
  });

  it('is told to other programs', async () => {
    await lookers();
    expect(await run({ json: true })).toBe(0);
    expect(err).toBe('');
    expect(JSON.parse(out)).toMatchObject({
      schema: 'tcpcheck/proposal/v1',
      host: 'web-1',
      dry_run: false,
      request: await asked(),
      report: { schema: 'tcpcheck/report/v1', verdict: 'critical' },
      proposed: [{ schema: 'tcpcheck/change/v1', state: { kind: 'proposed' } }],
      would_propose: [],
      why_not: null,
    });
  });
});
