import { nothingLeft, only, usage } from './arguments.ts';
import type { ChangeWish } from './change.ts';

/** What is wanted of changes: the words after `change`. */
export function changeWish(
  [verb = '', ...rest]: readonly string[],
  { json, dryRun }: { readonly json: boolean; readonly dryRun: boolean },
): ChangeWish {
  switch (verb) {
    case 'list':
    case 'show':
      if (dryRun) throw usage(`change ${verb} takes no --dry-run`);
      if (verb === 'show') return { verb, id: only('change show', rest, 'ID'), json };
      nothingLeft('change list', rest);
      return { verb, json };
    case 'rollback': {
      const [, host, id] = ON_HOST.exec(rest[0] ?? '') ?? [];
      if (host === undefined || id === undefined) return decision(verb, rest, { json, dryRun });
      only('change rollback', rest, 'HOST/ID');
      if (json) throw usage('change rollback takes no --json');
      return { verb: 'rollback-by-journal', host, id, dryRun };
    }
    case 'approve':
    case 'reject':
    case 'keep':
      return decision(verb, rest, { json, dryRun });
    default:
      throw usage('change wants the word list, show, approve, reject, keep or rollback after it');
  }
}

/** A change by the host that has it on record. */
const ON_HOST = /^([a-z0-9][a-z0-9.-]*)\/([A-Za-z0-9][A-Za-z0-9_-]{0,62})$/;

function decision(
  verb: 'approve' | 'reject' | 'keep' | 'rollback',
  rest: readonly string[],
  { json, dryRun }: { readonly json: boolean; readonly dryRun: boolean },
): ChangeWish {
  if (json) throw usage(`change ${verb} takes no --json`);
  return { verb, id: only(`change ${verb}`, rest, 'ID'), dryRun };
}
