import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { alertUntilItIsOver, rackGoesDark } from './alert-story.ts';
import type { LabHost } from './lab/host.ts';
import type { LocalMessage } from './local-slack/message.ts';
import { must, openScene, until, untilAsync, untilFound, type Scene, type StepReport } from './scene.ts';
import { CAST } from './stage-config.ts';
import type { Stage } from './stage.ts';
import { hasButton, readable, readRoot, rootOf } from './story-view.ts';

/** The workload counts as healed (or sick) when this share of its requests succeeds (or not). */
const HEALED_RATIO = 0.99;
const SICK_RATIO = 0.9;
const REUSE_KEY = 'net.ipv4.tcp_tw_reuse';

/**
 * Plays the product's main story on real parts, without a person: command, findings, refused and granted
 * approval, recovery, roll back, an alert until it is over, a storm, and a healthy host meanwhile. Throws at the first
 * step that does not hold.
 */
export async function playStory(stage: Stage, report: (step: StepReport) => void): Promise<void> {
  const scene = openScene(stage, report);
  const card = await diagnoseApi(scene);
  await approveAndRecover(scene, card);
  await keepIt(scene);
  await rollBack(scene, card);
  await alertUntilItIsOver(scene);
  await rackGoesDark(scene, async () => healthyDb(scene));
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

async function healthyDb({ stage, play }: Scene): Promise<void> {
  await play('/tcpcheck db-1: nothing is wrong, and it says so', async () => {
    await stage.slack.command({
      userId: CAST.requester,
      channel: CAST.channel,
      command: '/tcpcheck',
      text: 'db-1',
    });
    await until(() => /🟢/u.test(readRoot(stage, CAST.channel, 'db-1')), 'db-1 is not reported healthy');
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
