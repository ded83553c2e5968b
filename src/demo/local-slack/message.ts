import { freshBlockId } from './fresh.ts';
import type { JsonObject } from './json.ts';

/** One message as this Slack keeps it. */
export interface LocalMessage {
  readonly channel: string;
  readonly ts: string;
  /** Of the thread's first message; null in the channel itself and for the first message. */
  readonly threadTs: string | null;
  /** Who posted it; `USLACKBOT` for Slack's own words. */
  readonly userId: string;
  readonly botId: string | null;
  readonly text: string;
  readonly blocks: readonly JsonObject[];
  readonly metadata: JsonObject | null;
  readonly files: readonly LocalFile[];
  /** A reply that is also shown in the channel. */
  readonly broadcast: boolean;
  /** How often it was changed. */
  readonly edits: number;
  /** Slack shows "(edited)" after changes of text only. */
  readonly editedTs: string | null;
  /** The one person who sees it; null when everybody does. */
  readonly ephemeralTo: string | null;
}

export interface LocalFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly mimetype: string;
  readonly size: number;
  readonly altText: string;
}

/** What a message says, whoever says it and wherever. */
export interface Content {
  readonly text: string;
  readonly blocks: readonly JsonObject[];
  readonly metadata: JsonObject | null;
}

export const SLACKBOT = 'USLACKBOT';

/** Every block gets a name, also those that came without. */
export function named(blocks: readonly JsonObject[]): readonly JsonObject[] {
  return blocks.map((block) => ({ block_id: freshBlockId(), ...block }));
}
