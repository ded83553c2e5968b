import type { Locate, LocateText, SourceProblem } from '../domain/yaml-source.ts';
import { checkValue } from '../sysctl/values.ts';
import { findSysctl } from '../sysctl/catalogue.ts';
import { expressionCompiler, type Calculation, type Compiled, type Condition } from './condition.ts';
import { findFactByName, type Declarations, type FactRef } from './declarations.ts';
import { readTemplate, type Template } from './template.ts';
import type { LocalizedTemplate } from './playbook.ts';

/** A place in the YAML document. */
export type Path = readonly PropertyKey[];

/** Where the file's values stand. */
export interface SourceMap {
  readonly path: string;
  readonly locate: Locate;
  readonly locateText: LocateText;
}

/** Compiles the pieces of one playbook and collects every mistake with its place. */
export interface PieceCompiler {
  condition(source: string, path: Path): Condition;
  calculation(source: string, path: Path): Calculation;
  text(text: { en: string; ko: string }, path: Path): LocalizedTemplate;
  command(text: string, path: Path): Template;
  fact(name: string, path: Path): FactRef;
  problem(path: Path, message: string): void;
}

/** Stand-ins for pieces with a mistake; a playbook with mistakes is never used. */
const NEVER: Condition = { source: '', facts: [], test: () => false };
const NOTHING: Calculation = { source: '', facts: [], compute: () => 0 };
const NO_FACT: FactRef = { id: '', group: '', name: '', kind: 'number', overWindow: false };

/** A compiler that knows these facts and notes its findings in `problems`. */
export function pieceCompiler(
  declarations: Declarations,
  source: SourceMap,
  problems: SourceProblem[],
): PieceCompiler {
  const expressions = expressionCompiler(declarations);
  const problem = (path: Path, message: string): void => {
    problems.push({ path: source.path, ...source.locate(path), message });
  };
  const within = (path: Path, index: number, message: string): void => {
    problems.push({ path: source.path, ...source.locateText(path, index), message });
  };
  const compiled = <T>(result: Compiled<T>, path: Path, standIn: T): T => {
    if (result.kind === 'compiled') return result.value;
    for (const { index, message } of result.problems) within(path, index, message);
    return standIn;
  };
  const template = (text: string, path: Path): Template => {
    const reading = readTemplate(text, declarations);
    if (reading.kind === 'template') return reading.template;
    for (const { index, message } of reading.problems) within(path, index, message);
    return [];
  };
  return {
    condition: (text, path) => compiled(expressions.condition(text), path, NEVER),
    calculation: (text, path) => compiled(expressions.calculation(text), path, NOTHING),
    text: ({ en, ko }, path) => ({ en: template(en, [...path, 'en']), ko: template(ko, [...path, 'ko']) }),
    command: template,
    fact: (name, path) => {
      const found = findFactByName(declarations, name);
      if (found.kind === 'fact') return found.fact;
      problem(path, found.message);
      return NO_FACT;
    },
    problem,
  };
}

/** Why the key cannot be offered; null when it can. */
export function refuseOffer(key: string): string | null {
  const spec = findSysctl(key);
  if (spec === undefined) return `${key} is not in the catalogue of settings`;
  return spec.policy === 'offer' ? null : `${key} is never offered: ${spec.note.en}`;
}

/** Why the value cannot be written to the key; null when it can. */
export function refuseValue(key: string, value: string): string | null {
  const checked = checkValue(key, value);
  return checked.kind === 'ok' ? null : `"${value}" is no value for ${key}: it ${checked.problem}`;
}
