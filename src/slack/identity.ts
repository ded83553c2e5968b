import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { slackError, slackFailure } from './slack-failure.ts';

/** Who we are in which workspace. */
export interface Identity {
  readonly teamId: string;
  readonly botUserId: string;
  readonly botId: string;
  /** Address of the workspace, `https://….slack.com/`; null where Slack does not tell. */
  readonly url: string | null;
}

const ANSWER = z.object({
  team_id: z.string().min(1),
  user_id: z.string().min(1),
  bot_id: z.string().min(1),
  url: z.string().nullish(),
});

/** Asks Slack whose bot token this is. */
export async function identify(client: WebClient): Promise<Identity> {
  try {
    const answer = ANSWER.parse(await client.apiCall('auth.test'));
    return {
      teamId: answer.team_id,
      botUserId: answer.user_id,
      botId: answer.bot_id,
      url: answer.url ?? null,
    };
  } catch (error) {
    const tried = `auth.test at ${client.slackApiUrl}`;
    throw slackError(tried, 'SLACK_BOT_TOKEN', slackFailure(error));
  }
}
