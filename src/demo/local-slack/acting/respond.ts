/** What an app may do through a response url, or with the answer to a command. */
import type { Refusal } from '../block-kit/payload.ts';
import { textField, type JsonObject } from '../json.ts';
import type { Content, LocalMessage } from '../message.ts';
import { Arguments } from '../web-api/arguments.ts';
import { MAX_TEXT, readContent } from '../web-api/content.ts';
import type { ResponseUrl, World } from '../world.ts';

/** Null when it was done. */
export function respond(world: World, origin: ResponseUrl, body: JsonObject): Refusal | null {
  const original = originalOf(world, origin);
  if (body['delete_original'] === true) {
    if (original === null) return { error: 'message_not_found', messages: [] };
    world.messages.remove(original);
    return null;
  }
  const args = new Arguments(body);
  const reading = readContent(args, MAX_TEXT);
  if (reading.kind === 'refused') {
    return reading.answer.ok ? null : { error: reading.answer.error, messages: reading.answer.messages };
  }
  for (const warning of reading.warnings) world.warn({ method: 'response_url', warning });
  if (body['replace_original'] === true) return replace(world, original, reading.content);
  const { bot } = world.workspace;
  world.messages.post({
    channel: origin.channel,
    threadTs: textField(body, 'thread_ts'),
    userId: bot.userId,
    botId: bot.botId,
    content: reading.content,
    ...(body['response_type'] === 'in_channel' ? {} : { ephemeralTo: origin.userId }),
  });
  return null;
}

function originalOf(world: World, { original }: ResponseUrl): LocalMessage | null {
  if (original === null) return null;
  const { channel, ts } = original;
  return world.messages.get(channel, ts) ?? world.messages.ephemeral(channel, ts);
}

function replace(world: World, original: LocalMessage | null, content: Content): Refusal | null {
  if (original === null) return { error: 'message_not_found', messages: [] };
  const metadata = content.metadata ?? original.metadata;
  world.messages.edit(original, { ...content, metadata }, { showsEdited: content.blocks.length === 0 });
  return null;
}
