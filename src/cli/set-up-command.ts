import { unreachable } from '../core/domain/errors.ts';
import { nothingLeft, only } from './arguments.ts';
import type { EnrollWish } from './enroll.ts';
import { enrollWish } from './enroll-wish.ts';
import { text, type Values } from './options.ts';

/** What sets up an installation and looks after it. */
export type SetUpCommand =
  | { readonly name: 'enroll'; readonly wish: EnrollWish }
  /** Null: this machine only. */
  | { readonly name: 'doctor'; readonly host: string | null; readonly json: boolean }
  /** Null: no keys for changes are made. */
  | { readonly name: 'init'; readonly keysDir: string | null };

/** Reads what comes after the name of such a command. */
export function setUpCommand(
  name: SetUpCommand['name'],
  rest: readonly string[],
  values: Values,
): SetUpCommand {
  switch (name) {
    case 'enroll':
      return {
        name,
        wish: enrollWish(rest, {
          remove: values.remove === true,
          dryRun: values['dry-run'] === true,
          print: values.print === true,
          ssh: text(values, 'ssh'),
          from: text(values, 'from'),
          hostKey: text(values, 'host-key'),
        }),
      };
    case 'doctor':
      return {
        name,
        host: rest.length === 0 ? null : only(name, rest, 'HOST or GROUP'),
        json: values.json === true,
      };
    case 'init':
      nothingLeft(name, rest);
      return { name, keysDir: text(values, 'keys') ?? null };
    default:
      return unreachable(name);
  }
}
