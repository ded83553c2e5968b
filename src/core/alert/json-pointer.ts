import { fieldOf } from './read-values.ts';

/** `/alert/tags/0` (RFC 6901): only own fields, never what an object inherits. */
export const JSON_POINTER = /^(?:\/(?:[^~/]|~[01])*){1,16}$/;

/** The value at the pointer; undefined where there is none. */
export function atPointer(json: unknown, pointer: string): unknown {
  let value = json;
  for (const step of pointer.split('/').slice(1)) {
    value = fieldOf(value, step.replaceAll('~1', '/').replaceAll('~0', '~'));
  }
  return value;
}
