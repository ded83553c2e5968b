import { Environment } from '@marcbachmann/cel-js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expressionCompiler } from '../../../src/core/playbook/condition.ts';
import { declareFacts } from '../../../src/core/playbook/declarations.ts';
import type { Scope } from '../../../src/core/playbook/scope.ts';
import { Unknown } from '../../../src/core/playbook/unknown.ts';

const NUMBERS = ['queue', 'backlog', 'pid', 'waiting'] as const;
type Numbers = Readonly<Record<string, number>>;

const compiler = expressionCompiler(declareFacts('listeners', []));

function decide(source: string, listener: Numbers): boolean | Unknown {
  const compiled = compiler.condition(source);
  if (compiled.kind === 'wrong') {
    throw new Error(`${source}: ${compiled.problems.map(({ message }) => message).join()}`);
  }
  const scope: Scope = { groups: { listener }, ratesKnown: true };
  return compiled.value.test(scope);
}

const fact = fc.constantFrom(...NUMBERS).map((name) => `listener.${name}`);
const { condition } = fc.letrec<{ number: string; condition: string }>((tie) => ({
  number: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fact,
    fc.integer({ min: 0, max: 3 }).map(String),
    fc
      .tuple(fact, fc.constantFrom('+', '-', '*'), tie('number'))
      .map(([left, op, right]) => `(${left} ${op} ${right})`),
    fact.map((name) => `(-${name})`),
  ),
  condition: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc
      .tuple(fact, fc.constantFrom('<', '<=', '>', '>=', '==', '!='), tie('number'))
      .map(([left, op, right]) => `${left} ${op} ${right}`),
    fact.map((name) => `${name} in [0, 2]`),
    fc
      .tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition'))
      .map(([left, op, right]) => `(${left}) ${op} (${right})`),
    tie('condition').map((inner) => `!(${inner})`),
    fc
      .tuple(tie('condition'), tie('condition'), tie('condition'))
      .map(([test, yes, no]) => `((${test}) ? (${yes}) : (${no}))`),
  ),
}));

const value = fc.integer({ min: 0, max: 3 });
const complete = fc.record({ queue: value, backlog: value, pid: value, waiting: value });
const absent = fc.subarray([...NUMBERS]);
const without = (facts: Numbers, names: readonly string[]): Numbers =>
  Object.fromEntries(Object.entries(facts).filter(([name]) => !names.includes(name)));

/** The library itself, on the same words. */
function reference(): Environment {
  const environment = new Environment();
  const both: readonly (readonly [string, (a: number, b: number) => number])[] = [
    ['+', (a, b) => a + b],
    ['-', (a, b) => a - b],
    ['*', (a, b) => a * b],
  ];
  for (const [op, compute] of both) {
    const handle = (a: unknown, b: unknown): number => compute(Number(a), Number(b));
    environment.registerOperator(`double ${op} int: double`, handle);
  }
  environment.registerOperator('double == int: bool', (a: unknown, b: unknown) => a === Number(b));
  environment.registerOperator(
    'double in list<int>: bool',
    (a: unknown, b: unknown) => Array.isArray(b) && b.some((item) => Number(item) === a),
  );
  const fields = Object.fromEntries(NUMBERS.map((name) => [name, 'double']));
  environment.registerType('Facts', { fields });
  return environment.registerVariable('listener', 'Facts');
}

describe('conditions over missing facts', () => {
  it('say true or false only when every possible value of the missing facts would', () => {
    let settled = 0;
    const sound = fc.property(condition, complete, absent, (source, facts, missing) => {
      const seen = decide(source, without(facts, missing));
      if (seen instanceof Unknown)
        return seen.facts.every((name) => missing.some((one) => name.endsWith(one)));
      if (missing.length > 0) settled += 1;
      return (
        decide(source, facts) === seen &&
        [0, 1, 2, 3].every((other) => {
          const filled = Object.fromEntries(missing.map((name) => [name, other]));
          return decide(source, { ...facts, ...filled }) === seen;
        })
      );
    });
    expect(fc.check(sound, { numRuns: 3000 })).toMatchObject({ failed: false });
    expect(settled).toBeGreaterThan(100);
  });

  it('name at least one missing fact when unknown, and settle once these are there', () => {
    const named = fc.property(condition, complete, absent, (source, facts, missing) => {
      const seen = decide(source, without(facts, missing));
      return !(seen instanceof Unknown) || seen.facts.length > 0;
    });
    expect(fc.check(named, { numRuns: 1000 })).toMatchObject({ failed: false });
    const whole = fc.property(
      condition,
      complete,
      (source, facts) => typeof decide(source, facts) === 'boolean',
    );
    expect(fc.check(whole, { numRuns: 1000 })).toMatchObject({ failed: false });
  });

  it('agree with the library where nothing is missing', () => {
    const environment = reference();
    const same = fc.property(condition, complete, (source, facts) => {
      const theirs: unknown = environment.evaluate(source, { listener: facts });
      return decide(source, facts) === theirs;
    });
    expect(fc.check(same, { numRuns: 2000 })).toMatchObject({ failed: false });
  });

  it('obey De Morgan', () => {
    const dual = fc.property(condition, condition, complete, absent, (a, b, facts, missing) => {
      const seen = without(facts, missing);
      const [left, right] = [decide(`!((${a}) && (${b}))`, seen), decide(`!(${a}) || !(${b})`, seen)];
      return left instanceof Unknown ? right instanceof Unknown : left === right;
    });
    expect(fc.check(dual, { numRuns: 1000 })).toMatchObject({ failed: false });
  });
});
