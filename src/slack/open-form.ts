import type { WebClient } from '@slack/web-api';
import type { Listening } from './listening.ts';
import type { OnProblem } from './slack-client.ts';
import { slackFailure } from './slack-failure.ts';

/** Opens forms for people who have just pressed something. */
export function createOpenForm(client: WebClient, onProblem: OnProblem): Listening['openForm'] {
  return async (triggerId, view) => {
    try {
      await client.apiCall('views.open', { trigger_id: triggerId, view });
      return true;
    } catch (error) {
      const failure = slackFailure(error);
      const why = failure.kind === 'refused' ? failure.error : failure.kind;
      onProblem({ what: 'a form could not be opened', code: 'SLACK_REFUSED', fields: { why } });
      return false;
    }
  };
}
