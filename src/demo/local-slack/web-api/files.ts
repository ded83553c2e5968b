import { freshId, freshSecret } from '../fresh.ts';
import { isObject, textField } from '../json.ts';
import { MAX_UPLOAD_BYTES, MAX_UPLOADS, mimetypeOf, type UploadedFile } from '../uploads.ts';
import type { World } from '../world.ts';
import type { Arguments } from './arguments.ts';
import { MAX_TEXT, readContent } from './content.ts';
import { done, refused, type Answer, type Method } from './method.ts';

/** Path of the upload url, before its secret. */
export const UPLOAD_PATH = '/upload/';

function getUploadUrl(args: Arguments, world: World): Answer {
  const name = args.text('filename');
  const size = args.integer('length', 0);
  if (name === '' || size <= 0) return refused('invalid_arguments');
  if (size > MAX_UPLOAD_BYTES) return refused('file_upload_size_restricted');
  const id = freshId('F');
  const mimetype = mimetypeOf(name);
  const altText = args.text('alt_txt');
  world.uploads.set(id, { id, name, title: name, size, mimetype, altText, bytes: null, shared: false });
  const [oldest] = world.uploads.keys();
  if (world.uploads.size > MAX_UPLOADS && oldest !== undefined) world.uploads.delete(oldest);
  const secret = world.uploadUrls.issue(id, freshSecret());
  return done({ upload_url: `${world.origin}${UPLOAD_PATH}${secret}`, file_id: id });
}

/** The files named, with their titles; null when one was never uploaded. */
function uploaded(args: Arguments, world: World): readonly UploadedFile[] | null {
  const named = args.list('files');
  if (named === undefined || named === null || named.length === 0) return null;
  const files = named.map((one) => {
    const file = isObject(one) ? world.uploads.get(textField(one, 'id') ?? '') : undefined;
    if (file === undefined || file.bytes === null || file.shared || !isObject(one)) return null;
    return { ...file, title: textField(one, 'title') ?? file.name, shared: true };
  });
  return files.every((file) => file !== null) ? files : null;
}

function completeUpload(args: Arguments, world: World): Answer {
  const files = uploaded(args, world);
  if (files === null) return refused('file_not_found');
  const target = args.text('channel_id');
  if (target !== '') {
    const channel = world.workspace.channel(target);
    if (channel === null) return refused('channel_not_found');
    if (!channel.members.has(world.workspace.bot.userId)) return refused('not_in_channel');
    const thread = args.text('thread_ts');
    if (thread !== '' && world.messages.get(target, thread) === null) return refused('thread_not_found');
    const reading = args.has('blocks') ? readContent(args, MAX_TEXT) : null;
    if (reading?.kind === 'refused') return reading.answer;
    world.messages.post({
      channel: target,
      threadTs: thread === '' ? null : thread,
      userId: world.workspace.bot.userId,
      botId: world.workspace.bot.botId,
      content: { text: args.text('initial_comment'), blocks: reading?.content.blocks ?? [], metadata: null },
      files: files.map(({ id, name, title, mimetype, size, altText }) => ({
        id,
        name,
        title,
        mimetype,
        size,
        altText,
      })),
    });
  }
  for (const file of files) world.uploads.set(file.id, file);
  return done({ files: files.map(({ id, title }) => ({ id, title })) });
}

export const FILES: Readonly<Record<string, Method>> = {
  'files.getUploadURLExternal': { token: 'bot', scope: 'files:write', run: getUploadUrl },
  'files.completeUploadExternal': { token: 'bot', scope: 'files:write', run: completeUpload },
};
