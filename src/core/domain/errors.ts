import { ERROR_CATALOGUE, type ErrorCode } from './error-catalogue.ts';

/**
 * An operational failure: something outside did not do what was wanted. `message` says what was tried, on
 * which host, what was wanted and what came; `hint` what to do next. Bugs are assertions, expected outcomes
 * are values; neither is one of these.
 */
export class TcpcheckError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TcpcheckError';
    this.code = code;
    this.hint = options.hint ?? ERROR_CATALOGUE[code].hint;
  }
}

/** Says a bug out loud: the condition holds in every correct program. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`bug: ${message}`);
}

/** For the default branch of an exhaustive switch. */
export function unreachable(value: never): never {
  throw new Error(`bug: unexpected ${JSON.stringify(value)}`);
}
