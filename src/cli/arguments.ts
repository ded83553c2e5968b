import { TcpcheckError } from '../core/domain/errors.ts';

/** The one word that a command takes. */
export function only(command: string, rest: readonly string[], what: string): string {
  const [first, second] = rest;
  if (first === undefined) throw usage(`${command} wants ${/^[AEIOU]/.test(what) ? 'an' : 'a'} ${what}`);
  if (second !== undefined) throw usage(`${command} wants one ${what}; "${second}" is too many`);
  return first;
}

/** Refuses words that a command does not take. */
export function nothingLeft(command: string, rest: readonly string[]): void {
  if (rest[0] !== undefined) throw usage(`${command} wants nothing after it; "${rest[0]}" is too many`);
}

/** What was typed cannot be understood. */
export const usage = (message: string): TcpcheckError => new TcpcheckError('USAGE', message);
