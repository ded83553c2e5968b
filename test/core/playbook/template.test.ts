import { describe, expect, it } from 'vitest';
import { declareFacts } from '../../../src/core/playbook/declarations.ts';
import type { Scope } from '../../../src/core/playbook/scope.ts';
import { fillCommand, fillTemplate, readTemplate } from '../../../src/core/playbook/template.ts';

const declarations = declareFacts('listeners', ['limit']);
const SCOPE: Scope = {
  groups: {
    listener: {
      port: 18_080,
      pid: 12_345,
      backlog: 4096,
      queue: 28_232,
      fill_ratio: 0.938,
      overflows_per_s: 33.24,
      process: 'java\u001B[31m\u202Eevil',
      address: '10.0.0.5; reboot',
    },
    counters: { listen_overflows_per_s: 1234.5, listen_overflows_since_boot: 1920 },
    host: { is_root: false },
    run: { window_s: 10.05 },
    thresholds: { limit: 0.8 },
  },
  ratesKnown: true,
};

function fill(text: string, scope = SCOPE): { en: unknown; ko: unknown; command: unknown } {
  const reading = readTemplate(text, declarations);
  if (reading.kind === 'wrong') throw new Error(JSON.stringify(reading.problems));
  return {
    en: fillTemplate(reading.template, scope, 'en'),
    ko: fillTemplate(reading.template, scope, 'ko'),
    command: fillCommand(reading.template, scope),
  };
}

describe('a text with facts', () => {
  it.each([
    ['port {listener.port}, pid {listener.pid}', 'port 18080, pid 12345', 'port 18080, pid 12345'],
    ['{listener.queue} of {listener.backlog}', '28,232 of 4096', '28232 of 4096'],
    ['{listener.fill_ratio} full', '94% full', '0.938 full'],
    ['{listener.overflows_per_s}/s', '33.2/s', '33.24/s'],
    ['{counters.listen_overflows_per_s}', '1235', '1234.5'],
    ['{thresholds.limit}', '0.8', '0.8'],
    ['{run.window_s} s', '10 s', '10.05 s'],
    ['no facts', 'no facts', 'no facts'],
    [
      "awk '{{n[$1]++}} END {{print {listener.pid}}}'",
      "awk '{n[$1]++} END {print 12345}'",
      "awk '{n[$1]++} END {print 12345}'",
    ],
    ['{listener.process_state|?} {listener.process_state|the state}', '? the state', '? the state'],
  ])('%s', (text, prose, command) => {
    expect(fill(text)).toMatchObject({ en: { text: prose, missing: [] }, command: { text: command } });
  });

  it('says what was not measured, in the reader’s language', () => {
    expect(fill('state {listener.process_state}')).toMatchObject({
      en: { text: 'state not measured', missing: ['listener.process_state'] },
      ko: { text: 'state 측정 안 됨', missing: ['listener.process_state'] },
    });
  });

  it('says yes and no in the reader’s language', () => {
    expect(fill('{host.is_root}')).toMatchObject({ en: { text: 'no' }, ko: { text: '아니요' } });
  });

  it('lets no control characters of the host into a sentence', () => {
    expect(fill('{listener.process}').en).toEqual({ text: 'java[31mevil', missing: [] });
  });

  it('lets nothing but names and numbers into a command', () => {
    expect(fill('ss dst {listener.address}').command).toEqual({
      text: 'ss dst ?',
      missing: ['listener.address'],
    });
    for (const word of ['10.0.0.5', '[::1]', '*', 'nginx.service', 'getty@tty1.service']) {
      const scope = { ...SCOPE, groups: { listener: { address: word } } };
      expect(fill('{listener.address}', scope).command).toEqual({ text: word, missing: [] });
    }
    for (const address of ['-rf', '$(id)', '`id`', 'a b', 'a\nb', "a'b", '"', 'a|b', 'a>b', '~', '']) {
      const scope = { ...SCOPE, groups: { listener: { address } } };
      expect(fill('{listener.address}', scope).command).toMatchObject({ missing: ['listener.address'] });
    }
  });
});

describe('a command', () => {
  it.each([
    ['::1', '[::1]'],
    ['fe80::1%eth0', '[fe80::1%eth0]'],
    ['[2001:db8::1]', '[2001:db8::1]'],
  ])('writes the address %s as ss wants it', (address, written) => {
    const scope = { ...SCOPE, groups: { listener: { address } } };
    expect(fill("ss 'dst {listener.address}'", scope).command).toEqual({
      text: `ss 'dst ${written}'`,
      missing: [],
    });
  });
});

describe('a mistake in a text', () => {
  it.each([
    ['queue {listener.quue}', /^6: placeholder: there is no fact "listener.quue"/],
    ['{destination.port}', /^0: placeholder: there are no facts "destination"/],
    ['a {b} c', /^2: placeholder: "b" is not a fact like group.name/],
    ['open { brace', /^5: placeholder: "" is not a fact/],
    ['close } brace', /^6: placeholder: "" is not a fact/],
    ['{listener.port.x}', /^0: placeholder: "listener.port.x" is not a fact/],
  ])('%s', (text, message) => {
    const reading = readTemplate(text, declarations);
    const problems = reading.kind === 'wrong' ? reading.problems : [];
    expect(problems.map((problem) => `${problem.index}: ${problem.message}`).join('\n')).toMatch(message);
  });
});
