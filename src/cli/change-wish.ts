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
    case 'approve':
    case 'reject':
    case 'keep':
    case 'rollback':
      if (json) throw usage(`change ${verb} takes no --json`);
      return { verb, id: only(`change ${verb}`, rest, 'ID'), dryRun };
    default:
      throw usage('change wants the word list, show, approve, reject, keep or rollback after it');
  }
}
