import type { LocalFile } from './message.ts';

/** A file on its way: url handed out, bytes perhaps arrived, perhaps shared. */
export interface UploadedFile extends LocalFile {
  readonly bytes: Buffer | null;
  readonly shared: boolean;
}

/** Uploads that are kept; the oldest go first. */
export const MAX_UPLOADS = 50;
/** Bytes of one file; charts and reports are far smaller. */
export const MAX_UPLOAD_BYTES = 4 * 1024 * 1024;

const MIMETYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
};

/** Only pictures are shown by the page; everything else is offered as a plain file. */
export function mimetypeOf(name: string): string {
  return MIMETYPES[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';
}
