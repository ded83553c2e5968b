import { demoAlerts, type AlertStatus, type DemoAlert } from './demo-alerts.ts';
import type { LocalMessage } from './local-slack/message.ts';
import { must, until, type Scene } from './scene.ts';
import { CAST } from './stage-config.ts';
import type { Stage } from './stage.ts';
import { readable, readRoot, rootOf } from './story-view.ts';

/** From the first word of it to the closing line. */
export async function alertUntilItIsOver({ stage, play }: Scene): Promise<void> {
  await play('an alert about web-1 makes its own thread, with the cause', async () => {
    await post(stage, 'web-1', 'firing');
    await until(() => {
      const head = rootOf(stage, CAST.alertChannel, 'web-1');
      const thread = head === undefined ? [] : stage.slack.messages(CAST.alertChannel, head.ts);
      return thread.some(
        (message) => readable(message).includes('listen(') && readable(message).includes('16'),
      );
    }, 'no thread about web-1 with the backlog of the application as the cause');
  });
  await play(
    'its clients leave and it resolves: the host is looked at again, the thread closes',
    async () => {
      await stage.lab.host('web-1').workload.pause();
      await post(stage, 'web-1', 'resolved');
      await until(
        () => readRoot(stage, CAST.alertChannel, 'web-1').includes('looks healthy again'),
        'the thread about web-1 is not closed as healthy',
      );
    },
  );
}

/** One root message, a few hosts looked at instead of all, and nobody else waits for that. */
export async function rackGoesDark({ stage, play }: Scene, meanwhile: () => Promise<void>): Promise<void> {
  const alerts = demoAlerts('storm', 'firing').length;
  const before = stage.slack.messages(CAST.alertChannel).length;
  const roots = (): readonly LocalMessage[] =>
    stage.slack
      .messages(CAST.alertChannel)
      .slice(before)
      .filter(({ threadTs }) => threadTs === null);
  await play(`a rack goes dark: ${alerts} hosts alert at once`, async () => post(stage, 'storm', 'firing'));
  await meanwhile();
  await play('they have one thread: network or power, say the few that were looked at', async () => {
    await until(
      () => roots().map(readable).join().includes('network or power, not TCP tuning'),
      'no root message that tells of all of them',
    );
    must(roots().length === 1, `there are ${roots().length} root messages`);
  });
}

async function post(stage: Stage, about: DemoAlert, status: AlertStatus): Promise<void> {
  const answer = await stage.alert(demoAlerts(about, status));
  must(answer.status === 202, `the alert was answered ${answer.status}`);
}
