import type { WebClient } from '@slack/web-api';
import { section } from '../core/render/blocks.ts';
import type { Block } from '../core/domain/ports.ts';
import { lockLine, wordsOf, type Markup } from '../core/render/markup.ts';
import { slackFailure } from './slack-failure.ts';
import type { OnProblem } from './slack-client.ts';

/** Where the one person who is to read an answer is looking. */
export interface Asker {
  readonly userId: string;
  readonly channel: string;
  /** The thread they clicked in; null in the channel itself. */
  readonly threadTs: string | null;
  readonly responseUrl: string | null;
}

/** Sends lines that only the asker sees, or the blocks they stand for; never rejects. */
export type Answer = (asker: Asker, lines: readonly Markup[], blocks?: readonly Block[]) => Promise<void>;

/** The person waits; after this the other way is tried. */
const RESPONSE_URL_MS = 3_000;

/**
 * Answers through the delivery's response_url, which works in every channel; where that fails, through
 * chat.postEphemeral.
 */
export function createAnswer(client: WebClient, onProblem: OnProblem): Answer {
  return async (asker, lines, blocks) => {
    const body = {
      text: lockLine(lines.map(wordsOf).join(' ')),
      blocks: blocks ?? [section(lines)],
      ...(asker.threadTs === null ? {} : { thread_ts: asker.threadTs }),
    };
    const problem = await respond(asker, body);
    if (problem === null) return;
    try {
      await client.apiCall('chat.postEphemeral', { channel: asker.channel, user: asker.userId, ...body });
    } catch (error) {
      const failure = slackFailure(error);
      const why = failure.kind === 'refused' ? failure.error : failure.kind;
      onProblem({
        what: 'an answer could not be shown to the person who asked',
        code: 'SLACK_REFUSED',
        fields: { channel: asker.channel, userId: asker.userId, responseUrl: problem, why },
      });
    }
  };
}

/** Null when Slack took it, else why not. */
async function respond(asker: Asker, body: Readonly<Record<string, unknown>>): Promise<string | null> {
  if (asker.responseUrl === null) return 'none given';
  try {
    const response = await fetch(asker.responseUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, ...body }),
      redirect: 'error',
      signal: AbortSignal.timeout(RESPONSE_URL_MS),
    });
    await response.body?.cancel();
    return response.ok ? null : `HTTP ${response.status}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
