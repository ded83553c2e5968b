import * as fc from 'fast-check';
import { readdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { CHECKLIST } from '../../../src/core/checklist/checklist.ts';
import { firstLook } from '../../../src/core/checklist/first-look.ts';
import { readFacts } from '../../../src/core/checklist/read-facts.ts';
import { CAPTURE_SCHEMA, CHECK_IDS, type Capture, type Section } from '../../../src/core/domain/capture.ts';
import { unreachable } from '../../../src/core/domain/errors.ts';
import { FACT_CATALOGUE, type FactSpec } from '../../../src/core/domain/fact-catalogue.ts';
import { flattenFacts, type Facts } from '../../../src/core/domain/facts.ts';
import { CAPTURES_DIR, readCapture } from './look.ts';

const specs: Readonly<Record<string, Readonly<Record<string, FactSpec>>>> = FACT_CATALOGUE;

const TYPES = { number: 'number', text: 'string', flag: 'boolean' } as const;

/** Facts that the catalogue does not have, or has otherwise, or that no measurement can give. */
const wrongFacts = (facts: Facts): string[] =>
  Object.entries(flattenFacts(facts)).flatMap(([name, value]) => {
    const [, group = '', fact = ''] = /^(\w+)\.(\w+)/.exec(name) ?? [];
    const kind = specs[group]?.[fact]?.kind;
    const typed = kind !== undefined && typeof value === TYPES[kind];
    const sane =
      typeof value === 'number'
        ? Number.isFinite(value) && value >= 0
        : typeof value === 'boolean' || value.length < 10_000;
    return typed && sane ? [] : [`${name} = ${String(value)}`];
  });

const captureOf = (sections: readonly Section[]): Capture => ({
  schema: CAPTURE_SCHEMA,
  host: 'any',
  windowMs: 10_000,
  sections,
});

let recorded: readonly Capture[] = [];
beforeAll(async () => {
  recorded = await Promise.all(readdirSync(CAPTURES_DIR).map(readCapture));
});
const healthy = (): Capture => {
  const capture = recorded.find(({ sections }) => sections.every(({ exit }) => exit === 0));
  if (capture === undefined) throw new Error('no healthy capture');
  return capture;
};
const statusOf = (sections: readonly Section[], id: string): string | undefined =>
  readFacts(captureOf(sections)).checks.find((check) => check.id === id)?.status;

describe('facts of a capture', () => {
  it('stand in the catalogue', () => {
    expect(recorded.flatMap((capture) => wrongFacts(readFacts(capture).facts))).toEqual([]);
  });

  it('of nothing are none, and nothing was seen', () => {
    const { facts, checks, coverage, coreComplete } = readFacts(captureOf([]));
    expect(flattenFacts(facts)).toEqual({});
    expect(facts.sysctl).toEqual({});
    expect(checks.map(({ id, status, ms }) => [id, status, ms])).toEqual(
      CHECKLIST.map(({ id }) => [id, 'unavailable', 0]),
    );
    expect(coverage).toMatchObject({ seen: 0, of: CHECKLIST.length });
    // One reason for all of them, and each of them named.
    const [why, ...more] = coverage.why;
    for (const { title } of CHECKLIST) expect(why?.en).toContain(title.en);
    expect(more).toEqual([]);
    expect(coreComplete).toBe(false);
  });

  it.each([
    [{ exit: 0 }, 'ok'],
    [{ exit: 127 }, 'unavailable'],
    [{ exit: 1 }, 'unavailable'],
    [{ exit: 124 }, 'timeout'],
    [{ exit: 126 }, 'denied'],
    [{ exit: 141, truncated: true }, 'truncated'],
    [{ exit: null, truncated: true }, 'truncated'],
    [{ exit: 0, text: 'something else\n' }, 'unavailable'],
    [{ exit: 0, text: '' }, 'unavailable'],
  ] as const)('a counters section with %j is %s', (change, status) => {
    const sections = healthy().sections.map((section) =>
      section.id === 'counters' ? { ...section, ...change } : section,
    );
    expect(statusOf(sections, 'counters')).toBe(status);
    expect(readFacts(captureOf(sections)).coreComplete).toBe(status === 'ok');
    const known = Object.keys(readFacts(captureOf(sections)).facts.host.counters);
    expect(known.length > 0).toBe(status === 'ok');
  });

  it('one bad sample of two is enough', () => {
    const sections = healthy().sections.map((section) =>
      section.id === 'listeners' && section.sample === 2 ? { ...section, truncated: true } : section,
    );
    expect(statusOf(sections, 'listeners')).toBe('truncated');
    expect(readFacts(captureOf(sections)).coreComplete).toBe(false);
  });

  it('of a cut list of settings are those of its whole lines', () => {
    const text = '/proc/sys/net/core/somaxconn:4096\n/proc/sys/net/ipv4/tcp_fin_timeout:6';
    const section: Section = { id: 'settings', sample: 1, exit: 141, ms: 5, truncated: true, text };
    const { facts, checks } = readFacts(captureOf([section]));
    expect(facts.sysctl).toEqual({ 'net.core.somaxconn': '4096' });
    expect(facts.host.settings).toEqual({ somaxconn: 4096 });
    expect(checks.find(({ id }) => id === 'settings')?.status).toBe('truncated');
  });

  it('missing sections only take facts away', () => {
    const subset = fc.tuple(fc.nat(), fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }));
    fc.assert(
      fc.property(subset, ([which, keep]) => {
        const capture = recorded[which % recorded.length] ?? healthy();
        const all = new Set(Object.keys(flattenFacts(readFacts(capture).facts)));
        const some = readFacts(captureOf(capture.sections.filter((_, index) => keep[index] === true)));
        expect(Object.keys(flattenFacts(some.facts)).filter((name) => !all.has(name))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

/** Damages a text the way outputs are damaged: cut, lines lost or doubled, characters exchanged, junk between. */
const damage = fc.array(
  fc.record({
    how: fc.constantFrom<Blow['how'][]>('cut', 'drop', 'double', 'swap', 'junk', 'number'),
    where: fc.nat(),
    what: fc.oneof(
      fc.string({ maxLength: 30, unit: 'binary' }),
      fc.constantFrom('-1', 'NaN', '1e309', '__proto__', '99999999999999999999'),
    ),
  }),
  { minLength: 1, maxLength: 6 },
);

interface Blow {
  readonly how: 'cut' | 'drop' | 'double' | 'swap' | 'junk' | 'number';
  readonly where: number;
  readonly what: string;
}

function damaged(text: string, blows: readonly Blow[]): string {
  return blows.reduce((whole, { how, where, what }) => {
    const lines = whole.split('\n');
    const line = where % lines.length;
    const place = where % (whole.length + 1);
    switch (how) {
      case 'cut':
        return whole.slice(0, place);
      case 'drop':
        return lines.toSpliced(line, 1).join('\n');
      case 'double':
        return lines.toSpliced(line, 0, lines[line] ?? '').join('\n');
      case 'swap':
        return whole.slice(0, place) + what + whole.slice(place + what.length);
      case 'junk':
        return lines.toSpliced(line, 0, what).join('\n');
      case 'number':
        return lines.with(line, (lines[line] ?? '').replace(/\d+/, what)).join('\n');
      default:
        return unreachable(how);
    }
  }, text);
}

describe('any input at all', () => {
  const anySection = fc.record({
    id: fc.constantFrom(...CHECK_IDS),
    sample: fc.constantFrom(1 as const, 2 as const),
    exit: fc.oneof(fc.constant(0), fc.constant(null), fc.nat(255)),
    ms: fc.nat(),
    truncated: fc.boolean(),
    text: fc.string({ maxLength: 300, unit: 'binary' }),
  });

  it('is survived, and makes no facts of noise', () => {
    fc.assert(
      fc.property(fc.array(anySection, { maxLength: 30 }), (sections) => {
        const { facts } = readFacts(captureOf(sections));
        expect(wrongFacts(facts)).toEqual([]);
        firstLook(sections);
        // Without a name we know, or a row of a table, there is nothing to read.
        const noise = sections.map((section) => ({ ...section, text: section.text.replaceAll(/\w/g, '?') }));
        expect(flattenFacts(readFacts(captureOf(noise)).facts)).toEqual({});
      }),
      { numRuns: 500 },
    );
  });

  it('that was a host once gives only catalogued, finite facts', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), damage, (which, where, blows) => {
        const { sections } = recorded[which % recorded.length] ?? healthy();
        const hit = where % sections.length;
        const broken = sections.map((section, index) =>
          index === hit ? { ...section, text: damaged(section.text, blows) } : section,
        );
        expect(wrongFacts(readFacts(captureOf(broken)).facts)).toEqual([]);
        firstLook(broken);
      }),
      { numRuns: 1500 },
    );
  }, 60_000);

  it('of any length is read in bounded time', () => {
    const lines = [
      '(',
      '("',
      'users:(("a",pid=1,fd=1)',
      ' ',
      '\t',
      ':',
      '::',
      'LISTEN 0 128 0.0.0.0:80 0.0.0.0:* ',
      'LISTEN0 ',
      'waiting 10.0.0.1:80 10.0.0.2 ',
      '1 ',
      '/proc/1/stat:1 (',
      ')',
      'TcpExt: ',
      'destination 1.1.1.1 2.2.2.2:80 1 0 1\n',
      'TCP:   1 (estab ',
      '"',
      "PRETTY_NAME='",
      'a',
      '0',
      '\n',
      '.service/',
      '/proc/sys/net/ipv4/tcp_rmem:',
    ];
    const slow = lines.filter((line) => {
      const text = `State\npids 1 2 3\n${line.repeat(Math.ceil(2_000_000 / line.length))}`;
      const sections = CHECK_IDS.flatMap((id) =>
        ([1, 2] as const).map((sample): Section => ({ id, sample, exit: 0, ms: 0, truncated: false, text })),
      );
      const started = performance.now();
      readFacts(captureOf(sections));
      return performance.now() - started > 2500;
    });
    expect(slow).toEqual([]);
  }, 120_000);
});
