import { describe, expect, it } from 'vitest';
import { expressionCompiler } from '../../../src/core/playbook/condition.ts';
import { declareFacts } from '../../../src/core/playbook/declarations.ts';
import type { Scope } from '../../../src/core/playbook/scope.ts';
import { Unknown } from '../../../src/core/playbook/unknown.ts';

const compiler = expressionCompiler(declareFacts('listeners', ['limit']));
const SCOPE: Scope = {
  groups: {
    listener: { backlog: 128, queue: 129, process: 'java', fill_ratio: 0, queue_first: Number.NaN },
    counters: { listen_overflows_per_s: 3.5 },
    settings: { tcp_tw_reuse: 2 },
    host: { is_root: false },
    thresholds: { limit: 0.8 },
  },
  ratesKnown: true,
};

function decide(source: string, scope: Scope = SCOPE): boolean | readonly string[] {
  const compiled = compiler.condition(source);
  if (compiled.kind === 'wrong') throw new Error(compiled.problems.map(({ message }) => message).join());
  const value = compiled.value.test(scope);
  return value instanceof Unknown ? value.facts : value;
}

function mistakes(source: string): readonly string[] {
  const compiled = compiler.condition(source);
  return compiled.kind === 'wrong' ? compiled.problems.map((p) => `${p.index}: ${p.message}`) : [];
}

describe('a condition', () => {
  it.each([
    ['listener.queue > listener.backlog', true],
    ['listener.queue > listener.backlog * 2', false],
    ['listener.queue >= listener.backlog * thresholds.limit', true],
    ['2 * listener.backlog - 6 == 250', true],
    ['listener.backlog / 2 == 64.0', true],
    ['-listener.backlog < -1', true],
    ['settings.tcp_tw_reuse == 2', true],
    ['settings.tcp_tw_reuse != 2', false],
    ['settings.tcp_tw_reuse in [0, 2]', true],
    ['settings.tcp_tw_reuse in [0, 1]', false],
    ['listener.process in ["java", "node"]', true],
    ['listener.process.startsWith("ja") && listener.process.contains("av")', true],
    ['!host.is_root', true],
    ['host.is_root ? listener.queue > 1 : listener.queue > 1000', false],
    ['counters.listen_overflows_per_s > 1 // netdata', true],
    ['has(listener.backlog) && !has(listener.pid)', true],
    ['true', true],
  ])('%s: %s', (source, value) => {
    expect(decide(source)).toBe(value);
  });

  it.each([
    ['listener.pid > 1', ['listener.pid']],
    ['listener.pid == listener.waiting', ['listener.pid', 'listener.waiting']],
    ['listener.pid + listener.pid > 1', ['listener.pid']],
    ['!(listener.pid > 1)', ['listener.pid']],
    ['listener.queue > 1 && listener.pid > 1', ['listener.pid']],
    ['listener.queue < 1 || listener.pid > 1', ['listener.pid']],
    ['(listener.queue < 1 && listener.waiting > 1) || listener.pid > 1', ['listener.pid']],
    ['listener.pid in [1, 2]', ['listener.pid']],
    ['listener.process_state.startsWith("T")', ['listener.process_state']],
    ['listener.pid > 1 ? listener.queue > 1 : listener.queue > 1000', ['listener.pid']],
    ['true ? listener.pid > 1 : false', ['listener.pid']],
    // A number that is none is no number.
    ['listener.queue_first > 1', ['listener.queue_first']],
    ['listener.queue_first != listener.queue_first', ['listener.queue_first']],
    // Neither is what cannot be worked out.
    ['listener.queue / listener.fill_ratio > 0.8', ['listener.queue', 'listener.fill_ratio']],
    ['listener.fill_ratio / listener.fill_ratio != 1', ['listener.fill_ratio']],
  ])('%s: unknown for want of %j', (source, facts) => {
    expect(decide(source)).toEqual(facts);
  });

  it.each([
    ['listener.queue > 1 || listener.pid > 1', true],
    ['listener.pid > 1 || listener.queue > 1', true],
    ['listener.queue < 1 && listener.pid > 1', false],
    ['listener.pid > 1 && listener.queue < 1', false],
    ['false && listener.pid > 1', false],
    ['listener.pid > 1 ? listener.queue > 1 : listener.queue > 2', true],
    ['listener.queue in [listener.pid, 129.0]', true],
    ['!(listener.pid > 1 && false)', true],
    ['!has(listener.pid) || listener.pid > 1', true],
  ])('%s: %s although a fact is missing', (source, value) => {
    expect(decide(source)).toBe(value);
  });

  it('takes rates for unknown when the window was too short for them', () => {
    const short = { ...SCOPE, ratesKnown: false };
    expect(decide('counters.listen_overflows_per_s > 1', short)).toEqual(['counters.listen_overflows_per_s']);
    expect(decide('has(counters.listen_overflows_per_s)', short)).toBe(false);
    expect(decide('listener.stayed_ratio == 1', short)).toEqual(['listener.stayed_ratio']);
    expect(decide('listener.queue > 1', short)).toBe(true);
  });
});

describe('a mistake in a condition has its place', () => {
  it.each([
    ['listener.backlg > 1', /^0: there is no fact "listener.backlg"; listener has: address, port,/],
    ['1 > 0 && lstener.backlog > 1', /^9: there are no facts "lstener"; there are: host, sockets/],
    ['destination.port > 1', /^0: there are no facts "destination"/],
    ['has(listener.backlg)', /^4: there is no fact "listener.backlg"/],
    ['listener.queue > thresholds.x', /^17: there is no fact "thresholds.x"; thresholds has: limit$/],
    ['listener.queue > 1 &&', /^21: Unexpected token: EOF$/],
    ['listener.queue', /^0: this gives a double, wanted is a bool$/],
    ['listener.queue > listener.process', /^0: no such overload: double > string$/],
    ['listener.process.matches("(a+)+$")', /^0: there is no function matches\(\)/],
    ['[1, 2].exists(x, x > 1)', /^0: there is no function exists\(\)/],
    ['cel.bind(x, 1, x > 0)', /^0: there is no function bind\(\)/],
    ['size(listener.process) > 1', /^0: there is no function size\(\)/],
    ['timestamp("x") == timestamp("y")', /^0: there is no function timestamp\(\)/],
    ['listener["queue"] > 1', /^0: "\[\]" cannot be used here/],
    ['listener == listener', /^0: "listener" is a group of facts/],
    ['listener.constructor == 1', /^0: there is no fact "listener.constructor"/],
    ['listener.__proto__ == 1', /^0: there is no fact "listener.__proto__"/],
    ['null == null', /^0: only numbers, texts, true and false/],
    ['"a" + "b" == listener.process', /^0: texts cannot be joined/],
    ['listener.queue > 1 / 2', /^17: write the result instead of dividing constants/],
    ['listener.queue % 2 == 1', /^0: "%" cannot be used here/],
    ['settings.tcp_tw_reuse in "02"', /^25: "in" wants a list like/],
    ['settings.tcp_tw_reuse in []', /^25: "in" wants a list with something in it/],
    ['has(listener)', /^0: has\(\) wants one fact/],
    ['{"a": 1} == {"a": 1}', /^0: "map" cannot be used here/],
    ['dyn(listener.queue) == "x"', /^0: there is no function dyn\(\)/],
    [Array.from({ length: 200 }, () => 'true').join(' && '), /Exceeded maxAstNodes/],
    [`${'('.repeat(100)}true${')'.repeat(100)}`, /Exceeded maxDepth/],
    ['', /^0: /],
  ])('%s', (source, message) => {
    const [first] = mistakes(source);
    expect(first).toMatch(message);
  });

  it('tells all of them in one go', () => {
    expect(mistakes('listener.backlg > 1 || listener.quue > 1')).toHaveLength(2);
  });
});

describe('a calculation', () => {
  it.each([
    ['listener.backlog * 2', 256],
    ['4096', 4096],
    ['listener.pid * 2', ['listener.pid']],
  ])('%s is %j', (source, value) => {
    const compiled = compiler.calculation(source);
    const result = compiled.kind === 'compiled' ? compiled.value.compute(SCOPE) : compiled.problems;
    expect(result instanceof Unknown ? result.facts : result).toEqual(value);
  });

  it('must be a number', () => {
    expect(compiler.calculation('listener.queue > 1')).toMatchObject({
      kind: 'wrong',
      problems: [{ index: 0, message: 'this gives a bool, wanted is a double' }],
    });
  });
});
