import type { LocalMessage } from './local-slack/message.ts';
import type { Stage } from './stage.ts';

/** Everything a person can read of a message, blocks included. */
export const readable = (message: LocalMessage): string =>
  `${message.text}\n${JSON.stringify(message.blocks)}`;

/** Whether the message shows a button of that action. */
export const hasButton = (message: LocalMessage, actionId: string): boolean =>
  JSON.stringify(message.blocks).includes(`"action_id":"${actionId}"`);

/** The newest root message about a host. */
export function rootOf(stage: Pick<Stage, 'slack'>, channel: string, host: string): LocalMessage | undefined {
  return stage.slack
    .messages(channel)
    .filter((message) => message.threadTs === null && message.text.includes(host))
    .at(-1);
}

/** What it says; nothing while it is not there. */
export function readRoot(stage: Pick<Stage, 'slack'>, channel: string, host: string): string {
  const root = rootOf(stage, channel, host);
  return root === undefined ? '' : readable(root);
}
