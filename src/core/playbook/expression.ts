import type { ASTNode, SourceRange } from '@marcbachmann/cel-js';
import { unreachable } from '../domain/errors.ts';
import type { FactKind } from '../domain/fact-spec.ts';
import type { FactValue } from '../domain/facts.ts';
import { findFact, type Declarations, type FactRef } from './declarations.ts';
import { ARITHMETIC, COMPARISON, TEXT_FUNCTIONS } from './operators.ts';
import { lookUp, type Scope } from './scope.ts';
import { neither, Unknown } from './unknown.ts';

export type Value = FactValue | Unknown;

/** A part of an expression, ready to be evaluated against facts. */
export interface Part {
  readonly kind: FactKind;
  /** Full names of the facts it reads; those it only asks about with has() are not among them. */
  readonly facts: readonly string[];
  readonly evaluate: (scope: Scope) => Value;
}

/** A mistake in an expression; `index` counts the characters before it. */
export interface ExpressionProblem {
  readonly index: number;
  readonly message: string;
}

export interface Compilation {
  readonly declarations: Declarations;
  readonly problems: ExpressionProblem[];
}

/** Stands in for a part with a mistake, so that the other mistakes are found in the same go. */
const BROKEN: Part = { kind: 'flag', facts: [], evaluate: () => new Unknown([]) };

/**
 * Turns the library's syntax tree into closures with three values: true, false and unknown. Only the operators
 * named here exist, so nothing slow or clever (matches, comprehensions, timestamps) can be reached.
 */
export function compilePart(node: ASTNode, to: Compilation): Part {
  switch (node.op) {
    case 'value':
      return constant(node.args, node.range, to);
    case '.':
      return factPart(node.args, node.range, to);
    case '&&':
      return both(compilePart(node.args[0], to), compilePart(node.args[1], to), false);
    case '||':
      return both(compilePart(node.args[0], to), compilePart(node.args[1], to), true);
    case '!_':
      return mapped(compilePart(node.args, to), 'flag', (value) => value !== true);
    case '-_':
      return mapped(compilePart(node.args, to), 'number', (value) => -Number(value));
    case '?:':
      return choice(node.args, to);
    case 'in':
      return membership(node.args, to);
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return strict(
        compilePart(node.args[0], to),
        compilePart(node.args[1], to),
        'flag',
        COMPARISON[node.op],
      );
    case '+':
    case '-':
    case '*':
    case '/':
      return arithmetic(
        node.op,
        [compilePart(node.args[0], to), compilePart(node.args[1], to)],
        node.range,
        to,
      );
    case 'call':
      return asked(node.args, node.range, to);
    case 'rcall':
      return textFunction(node.args, node.range, to);
    case 'id':
      return broken(to, node.range, `"${node.args}" is a group of facts, not a fact`);
    case '%':
    case '.?':
    case '[]':
    case '[?]':
    case 'list':
    case 'map':
      return broken(to, node.range, `"${node.op}" cannot be used here`);
    default:
      return unreachable(node);
  }
}

type Args<Op extends ASTNode['op']> = Extract<ASTNode, { op: Op }>['args'];

function broken(to: Compilation, range: SourceRange, message: string): Part {
  to.problems.push({ index: range.start, message });
  return BROKEN;
}

function constant(value: Args<'value'>, range: SourceRange, to: Compilation): Part {
  if (typeof value === 'bigint' || typeof value === 'number') {
    const number = Number(value);
    return { kind: 'number', facts: [], evaluate: () => number };
  }
  if (typeof value === 'string') return { kind: 'text', facts: [], evaluate: () => value };
  if (typeof value === 'boolean') return { kind: 'flag', facts: [], evaluate: () => value };
  return broken(to, range, 'only numbers, texts, true and false can be used here');
}

function factPart(args: Args<'.'>, range: SourceRange, to: Compilation): Part {
  const fact = factOf(args, range, to);
  if (fact === null) return BROKEN;
  const unknown = new Unknown([fact.id]);
  return { kind: fact.kind, facts: [fact.id], evaluate: (scope) => lookUp(scope, fact) ?? unknown };
}

function factOf([group, name]: Args<'.'>, range: SourceRange, to: Compilation): FactRef | null {
  if (group.op !== 'id') {
    broken(to, range, 'facts are written group.name');
    return null;
  }
  const found = findFact(to.declarations, group.args, name);
  if (found.kind === 'fact') return found.fact;
  broken(to, group.range, found.message);
  return null;
}

/** `decisive` settles it from either side: false for "and", true for "or"; else what is unknown stays so. */
function both(left: Part, right: Part, decisive: boolean): Part {
  return {
    kind: 'flag',
    facts: union(left, right),
    evaluate: (scope) => {
      const first = left.evaluate(scope);
      if (first === decisive) return decisive;
      const second = right.evaluate(scope);
      if (second === decisive) return decisive;
      if (first instanceof Unknown) return second instanceof Unknown ? neither(first, second) : first;
      return second;
    },
  };
}

function mapped(part: Part, kind: FactKind, map: (value: FactValue) => FactValue): Part {
  return {
    kind,
    facts: part.facts,
    evaluate: (scope) => {
      const value = part.evaluate(scope);
      return value instanceof Unknown ? value : map(value);
    },
  };
}

/** Both sides must be known. */
function strict(
  left: Part,
  right: Part,
  kind: FactKind,
  combine: (left: FactValue, right: FactValue) => Value,
): Part {
  return {
    kind,
    facts: union(left, right),
    evaluate: (scope) => {
      const first = left.evaluate(scope);
      const second = right.evaluate(scope);
      if (first instanceof Unknown) return second instanceof Unknown ? neither(first, second) : first;
      return second instanceof Unknown ? second : combine(first, second);
    },
  };
}

function arithmetic(
  op: keyof typeof ARITHMETIC,
  [left, right]: readonly [Part, Part],
  range: SourceRange,
  to: Compilation,
): Part {
  if (left.kind === 'text' || right.kind === 'text') return broken(to, range, 'texts cannot be joined here');
  const facts = union(left, right);
  // CEL rounds 1 / 2 down to 0; nobody who writes it means that.
  if (op === '/' && facts.length === 0)
    return broken(to, range, 'write the result instead of dividing constants');
  const compute = ARITHMETIC[op];
  const incomputable = new Unknown(facts);
  return strict(left, right, 'number', (a, b) => {
    const result = compute(Number(a), Number(b));
    return Number.isFinite(result) ? result : incomputable;
  });
}

function choice([condition, yes, no]: Args<'?:'>, to: Compilation): Part {
  const [test, left, right] = [compilePart(condition, to), compilePart(yes, to), compilePart(no, to)];
  return {
    kind: left.kind,
    facts: [...new Set([...test.facts, ...union(left, right)])],
    evaluate: (scope) => {
      const value = test.evaluate(scope);
      if (!(value instanceof Unknown)) return value === true ? left.evaluate(scope) : right.evaluate(scope);
      const [first, second] = [left.evaluate(scope), right.evaluate(scope)];
      return first === second && !(first instanceof Unknown) ? first : value;
    },
  };
}

/** `x in [a, b]` is `x == a || x == b`. */
function membership([value, list]: Args<'in'>, to: Compilation): Part {
  if (list.op !== 'list') return broken(to, list.range, '"in" wants a list like [0, 2]');
  if (list.args.length === 0) return broken(to, list.range, '"in" wants a list with something in it');
  const left = compilePart(value, to);
  const options = list.args.map((item) => strict(left, compilePart(item, to), 'flag', COMPARISON['==']));
  const never: Part = { kind: 'flag', facts: [], evaluate: () => false };
  return options.reduce((any, option) => both(any, option, true), never);
}

function asked([name, args]: Args<'call'>, range: SourceRange, to: Compilation): Part {
  const [of] = args;
  if (name !== 'has') return broken(to, range, `there is no function ${name}()`);
  if (args.length !== 1 || of?.op !== '.') return broken(to, range, 'has() wants one fact');
  const fact = factOf(of.args, of.range, to);
  if (fact === null) return BROKEN;
  return { kind: 'flag', facts: [], evaluate: (scope) => lookUp(scope, fact) !== undefined };
}

function textFunction([name, receiver, args]: Args<'rcall'>, range: SourceRange, to: Compilation): Part {
  const apply = TEXT_FUNCTIONS.get(name);
  if (apply === undefined) {
    const known = [...TEXT_FUNCTIONS.keys()].join(', ');
    return broken(to, range, `there is no function ${name}(); for texts there are: ${known}`);
  }
  const [part] = args;
  if (part === undefined) return broken(to, range, `${name}() wants one text`);
  return strict(compilePart(receiver, to), compilePart(part, to), 'flag', (a, b) =>
    apply(String(a), String(b)),
  );
}

const union = (left: Part, right: Part): readonly string[] => [...new Set([...left.facts, ...right.facts])];
