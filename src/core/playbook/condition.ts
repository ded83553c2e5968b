import { Environment, ParseError, type ASTNode } from '@marcbachmann/cel-js';
import type { FactKind } from '../domain/fact-spec.ts';
import { assert } from '../domain/errors.ts';
import type { Declarations } from './declarations.ts';
import { compilePart, type ExpressionProblem, type Part } from './expression.ts';
import type { Scope } from './scope.ts';
import { Unknown } from './unknown.ts';

/** A condition of a playbook: true, false, or unknown for want of a fact. */
export interface Condition {
  readonly source: string;
  readonly facts: readonly string[];
  readonly test: (scope: Scope) => boolean | Unknown;
}

/** A number worked out from facts. */
export interface Calculation {
  readonly source: string;
  readonly facts: readonly string[];
  readonly compute: (scope: Scope) => number | Unknown;
}

export type Compiled<T> =
  | { readonly kind: 'compiled'; readonly value: T }
  | { readonly kind: 'wrong'; readonly problems: readonly ExpressionProblem[] };

/** Compiles the expressions of one playbook. */
export interface ExpressionCompiler {
  condition(source: string): Compiled<Condition>;
  calculation(source: string): Compiled<Calculation>;
}

/** Ten times what a condition needs; a parser without bounds is a way to stop the service. */
const LIMITS = { maxAstNodes: 300, maxDepth: 40, maxListElements: 50, maxMapEntries: 1, maxCallArguments: 4 };

const CEL_TYPE: Readonly<Record<FactKind, string>> = { number: 'double', text: 'string', flag: 'bool' };

/** A compiler that knows exactly these facts; a misspelt one is an error with its place. */
export function expressionCompiler(declarations: Declarations): ExpressionCompiler {
  const environment = makeEnvironment(declarations);
  const compile = (source: string, type: 'bool' | 'double'): Compiled<Part> =>
    compileSource({ source, type, environment, declarations });
  return {
    condition: (source) =>
      mapCompiled(compile(source, 'bool'), ({ facts, evaluate }) => ({
        source,
        facts,
        test: (scope) => {
          const value = evaluate(scope);
          assert(typeof value === 'boolean' || value instanceof Unknown, `no condition: ${source}`);
          return value;
        },
      })),
    calculation: (source) =>
      mapCompiled(compile(source, 'double'), ({ facts, evaluate }) => ({
        source,
        facts,
        compute: (scope) => {
          const value = evaluate(scope);
          assert(typeof value === 'number' || value instanceof Unknown, `no number: ${source}`);
          return value;
        },
      })),
  };
}

/** Facts are doubles, and people write 1 and not 1.0: whole numbers go wherever doubles do. */
const MIXED = ['+', '-', '*', '/'].flatMap((op) => [`double ${op} int: double`, `int ${op} double: double`]);

/** Only the types matter to the library: evaluation is ours, in expression.ts. */
const notEvaluated = (): never => {
  throw new Error('bug: the library evaluates a condition');
};

function makeEnvironment(declarations: Declarations): Environment {
  const environment = new Environment({
    unlistedVariablesAreDyn: false,
    homogeneousAggregateLiterals: true,
    enableOptionalTypes: false,
    limits: LIMITS,
  });
  for (const operator of [...MIXED, 'double == int: bool', 'double in list<int>: bool']) {
    environment.registerOperator(operator, notEvaluated);
  }
  for (const [group, facts] of declarations) {
    const fields = Object.fromEntries([...facts].map(([name, kind]) => [name, CEL_TYPE[kind]]));
    environment.registerType(`facts_${group}`, { fields });
    environment.registerVariable(group, `facts_${group}`);
  }
  return environment;
}

interface Source {
  readonly source: string;
  readonly type: 'bool' | 'double';
  readonly environment: Environment;
  readonly declarations: Declarations;
}

function compileSource({ source, type, environment, declarations }: Source): Compiled<Part> {
  const parsed = parse(environment, source);
  if (parsed.kind === 'wrong') return parsed;
  const problems: ExpressionProblem[] = [];
  const part = compilePart(parsed.value.ast, { declarations, problems });
  if (problems.length > 0) return { kind: 'wrong', problems };
  const { valid, type: found, error } = parsed.value.check();
  if (!valid) return wrong(error?.range?.start ?? 0, error?.summary ?? error?.message ?? 'wrong types');
  // A whole number on its own is as good as a double.
  if (found !== type && !(type === 'double' && found === 'int')) {
    return wrong(0, `this gives a ${found}, wanted is a ${type}`);
  }
  return { kind: 'compiled', value: part };
}

interface Parsed {
  readonly ast: ASTNode;
  check(): ReturnType<Environment['check']>;
}

function parse(environment: Environment, source: string): Compiled<Parsed> {
  try {
    return { kind: 'compiled', value: environment.parse(source) };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return wrong(error.range?.start ?? 0, error.summary);
  }
}

const wrong = (index: number, message: string): Compiled<never> => ({
  kind: 'wrong',
  problems: [{ index, message }],
});

const mapCompiled = <A, B>(compiled: Compiled<A>, map: (value: A) => B): Compiled<B> =>
  compiled.kind === 'wrong' ? compiled : { kind: 'compiled', value: map(compiled.value) };
