import type { IncomingMessage, ServerResponse } from 'node:http';
import { MAX_UPLOAD_BYTES } from '../uploads.ts';
import { UPLOAD_PATH } from '../web-api/files.ts';
import type { World } from '../world.ts';
import { readBody, send, sendText } from './http.ts';

export const FILE_PATH = '/files/';

/** The form around the bytes. */
const FORM_OVERHEAD_BYTES = 16 * 1024;

/** The bytes of a file, raw or as the SDK sends them: the one part of a multipart form. */
export async function takeUpload(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const pass = world.uploadUrls.use(url.pathname.slice(UPLOAD_PATH.length));
  const file = pass.kind === 'good' ? world.uploads.get(pass.value) : undefined;
  if (file === undefined) return sendText(response, 404, 'no such upload');
  const body = await readBody(request, MAX_UPLOAD_BYTES + FORM_OVERHEAD_BYTES);
  const bytes = body === null ? null : await fileIn(body, request.headers['content-type'] ?? '');
  if (bytes === null) return sendText(response, 400, 'no file in it');
  if (bytes.length !== file.size) return sendText(response, 400, 'not the length that was announced');
  world.uploads.set(file.id, { ...file, bytes });
  sendText(response, 200, `OK - ${String(bytes.length)}`);
}

async function fileIn(body: Buffer, contentType: string): Promise<Buffer | null> {
  if (!contentType.startsWith('multipart/form-data')) return body;
  try {
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': contentType },
    }).formData();
    for (const part of form.values()) {
      if (typeof part !== 'string') return Buffer.from(await part.arrayBuffer());
    }
    return null;
  } catch {
    return null;
  }
}

/** A shared file, for the page; only pictures are shown, everything else is saved. */
export function serveFile(world: World, response: ServerResponse, url: URL): void {
  const file = world.uploads.get(url.pathname.slice(FILE_PATH.length));
  if (file === undefined || file.bytes === null || !file.shared)
    return sendText(response, 404, 'no such file');
  const isPicture = file.mimetype.startsWith('image/');
  send(response, 200, file.bytes, {
    'content-type': file.mimetype,
    'content-disposition': isPicture ? 'inline' : 'attachment',
  });
}
