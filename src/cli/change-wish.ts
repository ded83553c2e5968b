import { MAX_BREAK_GLASS_REASON, MIN_BREAK_GLASS_REASON } from '../core/change/go.ts';
import { cleanLine } from '../core/render/plain.ts';
import { nothingLeft, only, usage } from './arguments.ts';
import type { ChangeWish } from './change-context.ts';

interface ChangeOptions {
  readonly json: boolean;
  readonly dryRun: boolean;
  readonly breakGlass: boolean;
  readonly reason: string | undefined;
}

function refuseForeign(verb: string, { breakGlass, reason }: ChangeOptions): void {
  if (breakGlass && verb !== 'approve') throw usage(`change ${verb} takes no --break-glass`);
  if (reason !== undefined && !breakGlass) throw usage('--reason goes with change approve ID --break-glass');
}

function glassReason({ breakGlass, reason = '' }: ChangeOptions): string | null {
  if (!breakGlass) return null;
  const said = cleanLine(reason).trim();
  if (said.length >= MIN_BREAK_GLASS_REASON && said.length <= MAX_BREAK_GLASS_REASON) return said;
  throw usage(
    `--break-glass wants --reason TEXT of ${MIN_BREAK_GLASS_REASON} to ${MAX_BREAK_GLASS_REASON} characters`,
  );
}

/** What is wanted of changes: the words after `change`. */
export function changeWish([verb = '', ...rest]: readonly string[], options: ChangeOptions): ChangeWish {
  const { json, dryRun } = options;
  refuseForeign(verb, options);
  switch (verb) {
    case 'freeze':
      if (dryRun || json) throw usage('change freeze takes no --dry-run and no --json');
      return { verb, words: rest };
    case 'list':
    case 'show':
      if (dryRun) throw usage(`change ${verb} takes no --dry-run`);
      if (verb === 'show') return { verb, id: only('change show', rest, 'ID'), json };
      nothingLeft('change list', rest);
      return { verb, json };
    case 'rollback': {
      const [, host, id] = ON_HOST.exec(rest[0] ?? '') ?? [];
      if (host === undefined || id === undefined) return decision(verb, rest, options);
      only('change rollback', rest, 'HOST/ID');
      if (json) throw usage('change rollback takes no --json');
      return { verb: 'rollback-by-journal', host, id, dryRun };
    }
    case 'approve':
    case 'reject':
    case 'keep':
      return decision(verb, rest, options);
    default:
      throw usage(
        'change wants the word propose, list, show, approve, reject, keep, rollback or freeze after it',
      );
  }
}

/** A change by the host that has it on record. */
const ON_HOST = /^([a-z0-9][a-z0-9.-]*)\/([A-Za-z0-9][A-Za-z0-9_-]{0,62})$/;

function decision(
  verb: 'approve' | 'reject' | 'keep' | 'rollback',
  rest: readonly string[],
  options: ChangeOptions,
): ChangeWish {
  if (options.json) throw usage(`change ${verb} takes no --json`);
  const id = only(`change ${verb}`, rest, 'ID');
  return { verb, id, dryRun: options.dryRun, breakGlass: glassReason(options) };
}
