import { TcpcheckError } from '../core/domain/errors.ts';
import type { Keys } from './keys.ts';
import type { Link } from './link.ts';
import type { ReportProblem } from './problems.ts';
import type { Decoded } from './records/decode.ts';

/** What every store needs. */
export interface StoreContext {
  readonly link: Link;
  readonly keys: Keys;
  readonly report: ReportProblem;
}

/** A record that cannot be read counts as gone, and an operator hears of it. */
export function valueOrNull<T>(context: StoreContext, record: string, decoded: Decoded<T>): T | null {
  if (decoded.ok) return decoded.value;
  const fields = { record, why: decoded.why };
  context.report({ what: 'a stored record cannot be read', code: 'STATE_UNREADABLE', fields });
  return null;
}

/** The same where there is no way on without the record. */
export function valueOrThrow<T>(record: string, decoded: Decoded<T>): T {
  if (decoded.ok) return decoded.value;
  throw new TcpcheckError('STATE_UNREADABLE', `the stored ${record} cannot be read: ${decoded.why}`);
}

/** Replies of our own scripts that are lists of strings. */
export function strings(reply: unknown): readonly string[] {
  return Array.isArray(reply) ? reply.map(String) : [];
}
