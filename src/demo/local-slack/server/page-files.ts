import { readFileSync, readdirSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { send } from './http.ts';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
};

/** Nothing but our own files runs, and nothing is fetched from elsewhere. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The files of the page, read once; whatever is not among them does not exist. */
export class PageFiles {
  readonly #files: ReadonlyMap<string, { readonly body: Buffer; readonly type: string }>;

  constructor(folder: URL) {
    const names = readdirSync(folder).flatMap((name) => {
      const type = TYPES[name.split('.').at(-1) ?? ''];
      return type === undefined ? [] : [{ name, type }];
    });
    this.#files = new Map(
      names.map(({ name, type }) => [`/${name}`, { type, body: readFileSync(new URL(name, folder)) }]),
    );
  }

  /** False when there is no such file. */
  serve(path: string, response: ServerResponse): boolean {
    const file = this.#files.get(path === '/' ? '/index.html' : path);
    if (file === undefined) return false;
    send(response, 200, file.body, {
      'content-type': file.type,
      'content-security-policy': POLICY,
      'referrer-policy': 'no-referrer',
    });
    return true;
  }
}
