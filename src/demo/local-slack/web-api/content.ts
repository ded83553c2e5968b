/** What chat.postMessage, chat.update, chat.postEphemeral and response urls have in common. */
import { refuseBlocks } from '../block-kit/payload.ts';
import { isObject, objectsIn, textField, type JsonObject } from '../json.ts';
import type { Content } from '../message.ts';
import type { Arguments } from './arguments.ts';
import { refused, type Answer } from './method.ts';

/** Slack cuts a longer text of a new message; here it is refused, so that it is seen. */
export const MAX_TEXT = 40_000;
/** A longer text of an update is refused by Slack itself. */
export const MAX_UPDATE_TEXT = 4_000;
/** The real cap is not public; keys and ids need far less. */
const MAX_METADATA = 1_024;

export const MISSING_TEXT = 'missing_text_in_message';

export type Reading =
  | {
      readonly kind: 'content';
      readonly content: Content;
      readonly warnings: readonly string[];
      readonly sent: Sent;
    }
  | { readonly kind: 'refused'; readonly answer: Answer };

/** Which parts the app sent at all; an update keeps some of the others. */
export interface Sent {
  readonly text: boolean;
  readonly blocks: boolean;
  readonly metadata: boolean;
}

export function readContent(args: Arguments, maxText: number): Reading {
  const blocks = args.list('blocks');
  const metadata = args.object('metadata');
  const text = args.text('text');
  if (args.has('attachments'))
    return no('invalid_attachments', ['[ERROR] attachments are not supported here']);
  if (blocks === null) return no('invalid_blocks_format');
  if (text === '' && (blocks === undefined || blocks.length === 0)) return no('no_text');
  if (text.length > maxText) return no('msg_too_long');
  if (metadata === null) return no('invalid_metadata_format');
  const refusal = blocks === undefined ? null : refuseBlocks(blocks);
  if (refusal !== null) return no(refusal.error, refusal.messages);
  const wrong = metadata === undefined ? null : refuseMetadata(metadata);
  if (wrong !== null) return no(wrong);
  return {
    kind: 'content',
    content: { text, blocks: objectsIn(blocks), metadata: emptyToNull(metadata) },
    warnings: text === '' ? [MISSING_TEXT] : [],
    sent: { text: args.has('text'), blocks: blocks !== undefined, metadata: metadata !== undefined },
  };
}

function no(error: string, messages: readonly string[] = []): Reading {
  return { kind: 'refused', answer: refused(error, messages) };
}

/** `{}` takes metadata away. */
function emptyToNull(metadata: JsonObject | undefined): JsonObject | null {
  return metadata === undefined || Object.keys(metadata).length === 0 ? null : metadata;
}

function refuseMetadata(metadata: JsonObject): string | null {
  if (Object.keys(metadata).length === 0) return null;
  const payload = metadata['event_payload'];
  if (textField(metadata, 'event_type') === null || !isObject(payload)) return 'invalid_metadata_format';
  const flat = Object.values(payload).every((value) =>
    ['string', 'number', 'boolean'].includes(typeof value),
  );
  if (!flat) return 'invalid_metadata_format';
  return JSON.stringify(metadata).length > MAX_METADATA ? 'metadata_too_large' : null;
}
