import { named, SLACKBOT, type Content, type LocalFile, type LocalMessage } from './message.ts';
import type { JsonObject } from './json.ts';

/** Older messages go when there are more; far above what a demo or a test posts. */
const MAX_MESSAGES = 20_000;
const MAX_EPHEMERALS = 1_000;

export type MessageChange =
  | { readonly kind: 'message'; readonly message: LocalMessage }
  | { readonly kind: 'deleted'; readonly message: LocalMessage };

export interface NewMessage {
  readonly channel: string;
  readonly threadTs: string | null;
  readonly userId: string;
  readonly botId: string | null;
  readonly content: Content;
  readonly broadcast?: boolean;
  readonly ephemeralTo?: string;
  readonly files?: readonly LocalFile[];
}

/** All messages of the workspace, and who sees them. */
export class MessageStore {
  readonly #messages = new Map<string, LocalMessage>();
  readonly #ephemerals = new Map<string, LocalMessage>();
  /** Timestamps of the replies, by the thread they are in. */
  readonly #replies = new Map<string, Set<string>>();
  readonly #changed: (change: MessageChange) => void;
  #lastTsMicros = 0;

  constructor(changed: (change: MessageChange) => void) {
    this.#changed = changed;
  }

  post(fresh: NewMessage): LocalMessage {
    const { content, ephemeralTo = null, broadcast = false, files = [], ...rest } = fresh;
    const message: LocalMessage = {
      ...rest,
      ...content,
      blocks: named(content.blocks),
      ts: this.#nextTs(),
      broadcast,
      files,
      edits: 0,
      editedTs: null,
      ephemeralTo,
    };
    this.#keep(message);
    return message;
  }

  /** Words of Slack itself, for one person. */
  tell(userId: string, place: { channel: string; threadTs: string | null }, text: string): LocalMessage {
    return this.post({
      ...place,
      userId: SLACKBOT,
      botId: null,
      content: { text, blocks: [], metadata: null },
      ephemeralTo: userId,
    });
  }

  edit(old: LocalMessage, content: Content, options: { showsEdited: boolean }): LocalMessage {
    const message = {
      ...old,
      ...content,
      blocks: named(content.blocks),
      edits: old.edits + 1,
      editedTs: options.showsEdited ? this.#nextTs() : old.editedTs,
    };
    this.#keep(message);
    return message;
  }

  remove(message: LocalMessage): void {
    this.#shelf(message).delete(key(message.channel, message.ts));
    const replies = this.#thread(message);
    replies?.delete(message.ts);
    if (replies?.size === 0) this.#replies.delete(key(message.channel, message.threadTs ?? ''));
    this.#changed({ kind: 'deleted', message });
  }

  /** Messages that everybody sees. */
  get(channel: string, ts: string): LocalMessage | null {
    return this.#messages.get(key(channel, ts)) ?? null;
  }

  /** Also those that only this person sees. */
  seenBy(userId: string, channel: string, ts: string): LocalMessage | null {
    const ephemeral = this.#ephemerals.get(key(channel, ts));
    if (ephemeral !== undefined) return ephemeral.ephemeralTo === userId ? ephemeral : null;
    return this.get(channel, ts);
  }

  ephemeral(channel: string, ts: string): LocalMessage | null {
    return this.#ephemerals.get(key(channel, ts)) ?? null;
  }

  /** Oldest first: timestamps rise, and an edit leaves a message in its place. */
  all(): readonly LocalMessage[] {
    return [...this.#messages.values()];
  }

  /** What stands in the channel itself, oldest first. */
  inChannel(channel: string): readonly LocalMessage[] {
    return this.all().filter(
      (message) => message.channel === channel && (message.threadTs === null || message.broadcast),
    );
  }

  /** The first message and its replies, oldest first. */
  inThread(channel: string, threadTs: string): readonly LocalMessage[] {
    const stamps = [threadTs, ...(this.#replies.get(key(channel, threadTs)) ?? [])];
    return stamps.flatMap((ts) => this.get(channel, ts) ?? []);
  }

  ephemerals(userId: string): readonly LocalMessage[] {
    return [...this.#ephemerals.values()].filter((message) => message.ephemeralTo === userId);
  }

  #keep(message: LocalMessage): void {
    const shelf = this.#shelf(message);
    shelf.set(key(message.channel, message.ts), message);
    this.#thread(message)?.add(message.ts);
    const most = message.ephemeralTo === null ? MAX_MESSAGES : MAX_EPHEMERALS;
    const oldest = shelf.size > most ? shelf.values().next().value : undefined;
    if (oldest !== undefined) this.remove(oldest);
    this.#changed({ kind: 'message', message });
  }

  /** Null outside threads; what only one person sees is no reply. */
  #thread({ channel, threadTs, ephemeralTo }: LocalMessage): Set<string> | null {
    if (threadTs === null || ephemeralTo !== null) return null;
    const known = this.#replies.get(key(channel, threadTs)) ?? new Set<string>();
    this.#replies.set(key(channel, threadTs), known);
    return known;
  }

  #shelf(message: LocalMessage): Map<string, LocalMessage> {
    return message.ephemeralTo === null ? this.#messages : this.#ephemerals;
  }

  /** Timestamps are names in Slack: unique and rising. */
  #nextTs(): string {
    this.#lastTsMicros = Math.max(this.#lastTsMicros + 1, Date.now() * 1000);
    const seconds = Math.floor(this.#lastTsMicros / 1_000_000);
    const micros = String(this.#lastTsMicros % 1_000_000).padStart(6, '0');
    return `${String(seconds)}.${micros}`;
  }
}

/** A message as the Web API and the event payloads show it. */
export function wireMessage(
  message: LocalMessage,
  context: { teamId: string; replies: readonly LocalMessage[]; withMetadata?: boolean },
): JsonObject {
  const { replies } = context;
  const threadTs = message.threadTs ?? (replies.length > 0 ? message.ts : undefined);
  return {
    type: 'message',
    ...(message.broadcast ? { subtype: 'thread_broadcast' } : {}),
    user: message.userId,
    ...(message.botId === null ? {} : { bot_id: message.botId }),
    team: context.teamId,
    ts: message.ts,
    text: message.text,
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.files.length > 0
      ? { files: message.files.map(({ id, name, title }) => ({ id, name, title })) }
      : {}),
    ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
    ...(replies.length > 0 && message.threadTs === null
      ? { reply_count: replies.length, latest_reply: replies.at(-1)?.ts }
      : {}),
    ...(message.editedTs === null ? {} : { edited: { user: message.userId, ts: message.editedTs } }),
    ...(context.withMetadata === true && message.metadata !== null ? { metadata: message.metadata } : {}),
  };
}

function key(channel: string, ts: string): string {
  return `${channel} ${ts}`;
}
