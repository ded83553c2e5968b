import { parseArgs } from 'node:util';
import type { AuditMark } from '../core/domain/audit.ts';
import type { Locale } from '../core/domain/locale.ts';
import type { Target } from '../core/domain/place.ts';
import { readMark } from './audit-verify.ts';
import { nothingLeft, only, usage } from './arguments.ts';
import { changeWish } from './change-wish.ts';
import type { ChangeWish, ProposeWish } from './change-context.ts';
import { proposeWish, refuseProposeOptions } from './propose-wish.ts';
import {
  lengthOf,
  localeOf,
  OPTIONS,
  placeOf,
  portOf,
  roleOf,
  text,
  windowOf,
  zoneOf,
  type OptionName,
  type Role,
  type Values,
} from './options.ts';
import { setUpCommand, type SetUpCommand } from './set-up-command.ts';

/** What was typed, understood. */
export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'version' }
  | { readonly name: 'serve'; readonly role: Role; readonly zone: string }
  | {
      readonly name: 'check';
      readonly target: CheckTarget;
      readonly windowMs: number | null;
      /** The user's own words; empty without any. */
      readonly symptom: string;
      readonly json: boolean;
    }
  | {
      readonly name: 'capture';
      readonly host: string;
      readonly out: string;
      readonly windowMs: number | null;
      readonly target: Target | null;
    }
  | { readonly name: 'baseline'; readonly target: CheckTarget; readonly json: boolean }
  | { readonly name: 'hosts'; readonly json: boolean }
  | {
      readonly name: 'watch';
      readonly host: string;
      readonly port: number | null;
      readonly seconds: number;
    }
  /** Null: the overview. */
  | { readonly name: 'explain'; readonly topic: string | null }
  | { readonly name: 'playbook-lint'; readonly paths: readonly string[]; readonly json: boolean }
  | { readonly name: 'playbook-test'; readonly paths: readonly string[] }
  | { readonly name: 'playbook-schema' }
  | { readonly name: 'audit-verify'; readonly heads: readonly AuditMark[] }
  | {
      readonly name: 'policy-show';
      readonly host: string;
      readonly as: string | null;
      readonly json: boolean;
    }
  | {
      readonly name: 'alerts-test';
      readonly file: string;
      readonly source: string | null;
      readonly json: boolean;
    }
  | { readonly name: 'change'; readonly wish: ChangeWish | ProposeWish }
  | SetUpCommand
  | { readonly name: 'demo'; readonly smoke: boolean };

export type CheckTarget =
  | { readonly kind: 'inventory'; readonly name: string; readonly target: Target | null }
  | { readonly kind: 'capture'; readonly dir: string };

export interface CommandLine {
  readonly command: Command;
  readonly configFile: string | undefined;
  /** Null: take it from the environment. */
  readonly locale: Locale | null;
}

/** Options that every command takes. */
const COMMON: readonly OptionName[] = ['config', 'locale', 'help', 'version'];
const TAKES: Readonly<Record<string, readonly OptionName[]>> = {
  serve: ['role', 'zone'],
  check: ['window', 'symptom', 'json', 'capture', 'container', 'pid'],
  capture: ['window', 'out', 'container', 'pid'],
  hosts: ['json'],
  watch: ['port', 'for'],
  baseline: ['json', 'capture'],
  explain: [],
  playbook: ['json'],
  audit: [],
  policy: ['as', 'json'],
  alerts: ['source', 'json'],
  change: ['json', 'dry-run', 'break-glass', 'reason', 'symptom', 'window'],
  demo: ['smoke'],
  enroll: ['dry-run', 'remove', 'print', 'ssh', 'from', 'host-key'],
  doctor: ['json'],
  init: ['keys'],
};

/** Reads the arguments after the program's name; anything not understood is a USAGE error that says what. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = split(args);
  const [name, ...rest] = positionals;
  const common = { configFile: text(values, 'config'), locale: localeOf(text(values, 'locale')) };
  if (values.version === true) return { command: { name: 'version' }, ...common };
  if (name === undefined || name === 'help' || values.help === true)
    return { command: { name: 'help' }, ...common };
  refuseForeignOptions(name, values);
  return { command: commandOf(name, rest, values), ...common };
}

function split(args: readonly string[]): { values: Values; positionals: readonly string[] } {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (cause) {
    // Node adds advice about arguments that start with a dash; none of ours does.
    const [said = ''] = cause instanceof Error ? cause.message.split('. ') : [];
    throw usage(said === '' ? 'the arguments cannot be read' : said);
  }
}

function refuseForeignOptions(name: string, values: Values): void {
  const takes = TAKES[name];
  if (takes === undefined) throw usage(`there is no command "${name}"`);
  const foreign = Object.keys(values).find((key) => ![...takes, ...COMMON].some((option) => option === key));
  if (foreign !== undefined) throw usage(`${name} takes no --${foreign}`);
}

function commandOf(name: string, rest: readonly string[], values: Values): Command {
  switch (name) {
    case 'serve':
      nothingLeft(name, rest);
      return { name, role: roleOf(text(values, 'role')), zone: zoneOf(values) };
    case 'check':
      return {
        name,
        target: targetOf(rest, values, { command: 'check', what: 'HOST or GROUP' }),
        windowMs: windowOf(values),
        symptom: text(values, 'symptom') ?? '',
        json: values.json === true,
      };
    case 'capture': {
      const out = text(values, 'out');
      if (out === undefined) throw usage('capture wants --out DIR');
      const host = only(name, rest, 'HOST');
      return { name, host, out, windowMs: windowOf(values), target: placeOf(values) };
    }
    case 'hosts':
      nothingLeft(name, rest);
      return { name, json: values.json === true };
    case 'watch':
      return { name, host: only(name, rest, 'HOST'), port: portOf(values), seconds: lengthOf(values) };
    case 'baseline': {
      const target = targetOf(rest, values, { command: name, what: 'HOST' });
      return { name, target, json: values.json === true };
    }
    case 'explain':
      return { name, topic: rest.length === 0 ? null : rest.join(' ') };
    case 'playbook':
      return playbookCommand(rest, values.json === true);
    case 'change':
      return { name, wish: wishOf(rest, values) };
    case 'policy': {
      const [verb, ...hosts] = rest;
      if (verb !== 'show') throw usage('policy wants the word show after it');
      const host = only('policy show', hosts, 'HOST');
      return { name: 'policy-show', host, as: text(values, 'as') ?? null, json: values.json === true };
    }
    case 'alerts': {
      const [verb, ...files] = rest;
      if (verb !== 'test') throw usage('alerts wants the word test after it');
      const file = only('alerts test', files, 'FILE');
      return {
        name: 'alerts-test',
        file,
        source: text(values, 'source') ?? null,
        json: values.json === true,
      };
    }
    case 'audit':
      return auditCommand(rest);
    case 'enroll':
    case 'doctor':
    case 'init':
      return setUpCommand(name, rest, values);
    case 'demo':
      nothingLeft(name, rest);
      return { name, smoke: values.smoke === true };
    default:
      throw usage(`there is no command "${name}"`);
  }
}

function wishOf(words: readonly string[], values: Values): ChangeWish | ProposeWish {
  const [verb, ...rest] = words;
  if (verb === 'propose') return proposeWish(rest, values);
  refuseProposeOptions(words, values);
  return changeWish(words, changeOptions(values));
}

const changeOptions = (values: Values): Parameters<typeof changeWish>[1] => ({
  json: values.json === true,
  dryRun: values['dry-run'] === true,
  breakGlass: values['break-glass'] === true,
  reason: text(values, 'reason'),
});

function playbookCommand([verb, ...paths]: readonly string[], json: boolean): Command {
  if (verb === 'lint') return { name: 'playbook-lint', paths, json };
  if (json && (verb === 'test' || verb === 'schema')) throw usage(`playbook ${verb} takes no --json`);
  if (verb === 'test') return { name: 'playbook-test', paths };
  if (verb !== 'schema') throw usage('playbook wants the word lint, test or schema after it');
  nothingLeft('playbook schema', paths);
  return { name: 'playbook-schema' };
}

function auditCommand([verb, ...heads]: readonly string[]): Command {
  if (verb !== 'verify') throw usage('audit wants the word verify after it');
  return {
    name: 'audit-verify',
    heads: heads.map((head) => {
      const mark = readMark(head);
      if (mark === null) throw usage(`a head looks like worker#12:3fa9c1e2b0d4, not like "${head}"`);
      return mark;
    }),
  };
}

function targetOf(
  rest: readonly string[],
  values: Values,
  { command, what }: { command: string; what: string },
): CheckTarget {
  const capture = text(values, 'capture');
  const target = placeOf(values);
  if (capture === undefined) return { kind: 'inventory', name: only(command, rest, what), target };
  if (target !== null)
    throw usage('a capture was recorded where it was: it takes no --container and no --pid');
  nothingLeft(`${command} --capture`, rest);
  return { kind: 'capture', dir: capture };
}
