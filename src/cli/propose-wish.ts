import { SETTING_KEY } from '../core/change/plan-schema.ts';
import { nothingLeft, usage } from './arguments.ts';
import type { ProposeWish } from './change-context.ts';
import { text, windowOf, type Values } from './options.ts';

/** Options that only `change propose` takes, and those of the other verbs that it does not. */
const ONLY_PROPOSE = ['symptom', 'window'] as const;
const NOT_PROPOSE = ['break-glass', 'reason'] as const;

/** What is to be proposed: the words after `change propose`. */
export function proposeWish(words: readonly string[], values: Values): ProposeWish {
  const foreign = NOT_PROPOSE.find((name) => values[name] !== undefined);
  if (foreign !== undefined) throw usage(`change propose takes no --${foreign}`);
  const [host, key = null, ...rest] = words;
  if (host === undefined) throw usage('change propose wants a HOST');
  nothingLeft('change propose HOST KEY', rest);
  if (key !== null && !SETTING_KEY.test(key)) {
    throw usage(`a setting is written with dots, like net.core.somaxconn, not "${key}"`);
  }
  return {
    verb: 'propose',
    host,
    key,
    symptom: text(values, 'symptom') ?? '',
    windowMs: windowOf(values),
    dryRun: values['dry-run'] === true,
    json: values.json === true,
  };
}

/** Of the other verbs of `change`. */
export function refuseProposeOptions([verb = '']: readonly string[], values: Values): void {
  const foreign = ONLY_PROPOSE.find((name) => values[name] !== undefined);
  if (foreign !== undefined) throw usage(`change ${verb} takes no --${foreign}`);
}
