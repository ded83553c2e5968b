import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { LabHost } from './lab/host.ts';
import type { LocalMessage } from './local-slack/message.ts';
import { CAST } from './stage-config.ts';
import type { Stage } from './stage.ts';
import { hasButton, readable, rootOf } from './story-view.ts';

/** Each step must be over within this; the longest is one window of a diagnosis. */
const STEP_LIMIT_MS = 40_000;
const POLL_MS = 50;
/** The workload counts as healed (or sick) when this share of its requests succeeds (or not). */
const HEALED_RATIO = 0.99;
const SICK_RATIO = 0.9;
const REUSE_KEY = 'net.ipv4.tcp_tw_reuse';

/** One step of the story, as it is printed. */
export interface StepReport {
  readonly title: string;
  readonly ms: number;
  readonly problem: string | null;
}

interface Scene {
  readonly stage: Stage;
  readonly play: <T>(title: string, act: () => Promise<T>) => Promise<T>;
}

/**
 * Plays the product's main story on real parts, without a person: command, findings, refused and granted
 * approval, recovery, roll back, alert, healthy host. Throws at the first step that does not hold.
 */
export async function playStory(stage: Stage, report: (step: StepReport) => void): Promise<void> {
  const play = async <T>(title: string, act: () => Promise<T>): Promise<T> => {
    const begin = performance.now();
    try {
      const result = await act();
      report({ title, ms: performance.now() - begin, problem: null });
      return result;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      report({ title, ms: performance.now() - begin, problem });
      throw error;
    }
  };
  const scene: Scene = { stage, play };
  const card = await diagnoseApi(scene);
  await approveAndRecover(scene, card);
  await keepIt(scene);
  await rollBack(scene, card);
  await alertOnWeb(scene);
  await healthyDb(scene);
}

async function diagnoseApi({ stage, play }: Scene): Promise<LocalMessage> {
  const { slack, lab } = stage;
  await play('api-1 fails to connect: EADDRNOTAVAIL', async () =>
    until(
      () => lab.host('api-1').workload.figures(3).okRatio < SICK_RATIO,
      'the workload of api-1 keeps succeeding',
    ),
  );
  const typed = {
    userId: CAST.requester,
    channel: CAST.channel,
    command: '/tcpcheck',
    text: 'api-1 연결이 안 돼요',
  };
  await play('/tcpcheck api-1: the root message is there', async () => {
    await slack.command(typed);
    await until(() => rootOf(stage, CAST.channel, 'api-1') !== undefined, 'no root message about api-1');
  });
  await play('the first facts are in it', async () =>
    until(() => readable(root(stage, 'api-1')).includes('First look'), 'no first facts'),
  );
  return play('the finding is posted with a button', async () =>
    untilFound(() => reply(stage, 'api-1', 'change.approve'), 'no reply with an Approve button'),
  );
}

async function approveAndRecover({ stage, play }: Scene, card: LocalMessage): Promise<void> {
  const { slack, lab } = stage;
  const api = lab.host('api-1');
  const before = await api.sysctl(REUSE_KEY);
  const press = (userId: string): Promise<unknown> =>
    slack.click({
      userId,
      channel: CAST.channel,
      ts: card.ts,
      actionId: 'change.approve',
      value: valueFor(card, REUSE_KEY),
      confirmed: true,
    });
  await play('an outsider may not approve', async () => {
    await press(CAST.outsider);
    await until(() => slack.ephemerals(CAST.outsider).length > 0, 'the outsider was told nothing');
    await sleep(500);
    must((await api.sysctl(REUSE_KEY)) === before, `${REUSE_KEY} changed for an outsider`);
  });
  await play(`approved: ${REUSE_KEY} is 1 on the host`, async () => {
    await press(CAST.approver);
    await untilAsync(async () => (await api.sysctl(REUSE_KEY)) === '1', `${REUSE_KEY} did not become 1`);
  });
  await play('the workload recovers', async () =>
    until(() => api.workload.figures(3).okRatio >= HEALED_RATIO, 'the workload still fails'),
  );
  await play('the thread offers to roll back', async () =>
    untilFound(() => reply(stage, 'api-1', 'change.rollback'), 'no Roll back button'),
  );
  await play('its effect is measured and proved', async () =>
    until(
      () => newsOf(stage, 'api-1').some((text) => text.endsWith('helped')),
      'no reply says that it helped',
    ),
  );
}

/** It survives a boot from now on, by one file of our own on the host. */
async function keepIt({ stage, play }: Scene): Promise<void> {
  const api = stage.lab.host('api-1');
  await play('kept: the host has a file for the next boot', async () => {
    const button = await untilFound(() => reply(stage, 'api-1', 'change.keep'), 'no Keep button');
    await stage.slack.click({
      userId: CAST.approver,
      channel: CAST.channel,
      ts: button.ts,
      actionId: 'change.keep',
      confirmed: true,
    });
    await until(
      () => newsOf(stage, 'api-1').some((text) => text.endsWith('kept')),
      'no reply says that it was kept',
    );
    must((await keptFile(api)).includes(`${REUSE_KEY} = 1`), 'the file does not hold the setting');
  });
}

const keptFile = async (host: LabHost): Promise<string> =>
  (await host.exec(['cat', '/etc/sysctl.d/99-tcpcheck.conf'])).stdout;

async function rollBack({ stage, play }: Scene, card: LocalMessage): Promise<void> {
  const api = stage.lab.host('api-1');
  await play(`rolled back: ${REUSE_KEY} is 2 again`, async () => {
    const button = await untilFound(() => reply(stage, 'api-1', 'change.rollback'), 'no Roll back button');
    await stage.slack.click({
      userId: CAST.requester,
      channel: card.channel,
      ts: button.ts,
      actionId: 'change.rollback',
      confirmed: true,
    });
    await untilAsync(async () => (await api.sysctl(REUSE_KEY)) === '2', `${REUSE_KEY} did not become 2`);
    await untilAsync(async () => (await keptFile(api)) === '', 'the file is still there');
  });
  await play('the thread says so', async () =>
    until(
      () => newsOf(stage, 'api-1').some((text) => text.endsWith('rolled back')),
      'no reply says that it was rolled back',
    ),
  );
}

async function alertOnWeb({ stage, play }: Scene): Promise<void> {
  await play('an alert about web-1 makes its own thread, with the cause', async () => {
    const answer = await stage.alert([
      {
        status: 'firing',
        labels: { alertname: 'ListenOverflows', instance: 'web-1:9100' },
        annotations: { summary: 'accept queue overflows' },
        startsAt: '2026-11-20T10:00:00Z',
        fingerprint: 'demo-web-1',
      },
    ]);
    must(answer.status === 202, `the alert was answered ${answer.status}`);
    await until(() => {
      const head = rootOf(stage, CAST.alertChannel, 'web-1');
      const thread = head === undefined ? [] : stage.slack.messages(CAST.alertChannel, head.ts);
      return thread.some(
        (message) => readable(message).includes('listen(') && readable(message).includes('16'),
      );
    }, 'no thread about web-1 with the backlog of the application as the cause');
  });
}

async function healthyDb({ stage, play }: Scene): Promise<void> {
  await play('/tcpcheck db-1: nothing is wrong, and it says so', async () => {
    await stage.slack.command({
      userId: CAST.requester,
      channel: CAST.channel,
      command: '/tcpcheck',
      text: 'db-1',
    });
    await until(
      () => /🟢/u.test(readable(rootOf(stage, CAST.channel, 'db-1') ?? EMPTY)),
      'db-1 is not reported healthy',
    );
  });
}

/** The replies that notify; the card itself only changes its words and buttons. */
const newsOf = (stage: Stage, host: string): readonly string[] =>
  stage.slack.messages(CAST.channel, root(stage, host).ts).map(({ text }) => text);

const EMPTY: LocalMessage = {
  channel: '',
  ts: '',
  threadTs: null,
  userId: '',
  botId: null,
  text: '',
  blocks: [],
  metadata: null,
  files: [],
  broadcast: false,
  edits: 0,
  editedTs: null,
  ephemeralTo: null,
};

const root = (stage: Stage, host: string): LocalMessage => rootOf(stage, CAST.channel, host) ?? EMPTY;

function reply(stage: Stage, host: string, actionId: string): LocalMessage | undefined {
  return stage.slack
    .messages(CAST.channel, root(stage, host).ts)
    .find((message) => hasButton(message, actionId));
}

/** The value of the Approve button that belongs to this key, where a message has several. */
export function valueFor(message: LocalMessage, key: string): string {
  const buttons = message.blocks.flatMap((block) => Actions.safeParse(block).data?.elements ?? []);
  const own = buttons.find(
    (button) => button.action_id === 'change.approve' && JSON.stringify(button.confirm ?? '').includes(key),
  );
  must(own !== undefined, `no Approve button for ${key}`);
  return own?.value ?? '';
}

/** What is read of the blocks that hold buttons. */
const Actions = z.looseObject({
  type: z.literal('actions'),
  elements: z.array(
    z.looseObject({ action_id: z.string(), value: z.string().optional(), confirm: z.unknown().optional() }),
  ),
});

function must(condition: boolean, problem: string): void {
  if (!condition) throw new Error(problem);
}

async function until(holds: () => boolean, problem: string): Promise<void> {
  await untilAsync(async () => holds(), problem);
}

async function untilAsync(holds: () => Promise<boolean>, problem: string): Promise<void> {
  const deadline = Date.now() + STEP_LIMIT_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(problem);
    await sleep(POLL_MS);
  }
}

async function untilFound<T>(find: () => T | undefined, problem: string): Promise<T> {
  let found: T | undefined;
  await until(() => (found = find()) !== undefined, problem);
  if (found === undefined) throw new Error(problem);
  return found;
}
