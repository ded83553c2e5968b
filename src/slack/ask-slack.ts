import type { SlackEnvironment } from '../config/environment.ts';
import { identify } from './identity.ts';
import { clientOptions, createClient, libraryLogger } from './slack-client.ts';
import { checkTokens } from './tokens.ts';

/** Asks Slack whose token this is, and nothing else; null where no token is set. Rejects with a SLACK_… error. */
export async function askSlack(slack: SlackEnvironment): Promise<string | null> {
  if (slack.botToken === null && slack.appToken === null && slack.signingSecret === null) return null;
  const { botToken } = checkTokens(slack);
  const client = createClient(
    botToken,
    clientOptions(
      slack.apiUrl,
      libraryLogger(() => undefined),
    ),
  );
  return (await identify(client)).teamId;
}
