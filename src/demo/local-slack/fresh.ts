import { randomBytes } from 'node:crypto';

/** An id like those of Slack: a letter that tells the kind, then letters and digits. */
export function freshId(kind: string): string {
  return kind + randomBytes(5).toString('hex').toUpperCase();
}

/** A word nobody can guess: tickets, response urls, triggers. */
export function freshSecret(): string {
  return randomBytes(18).toString('base64url');
}

/** Slack names a block that has no name; short, as there. */
export function freshBlockId(): string {
  return randomBytes(4).toString('base64url').slice(0, 5);
}
