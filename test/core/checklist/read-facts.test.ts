import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHECKLIST } from '../../../src/core/checklist/checklist.ts';
import { readFacts } from '../../../src/core/checklist/read-facts.ts';
import type { Capture, Section } from '../../../src/core/domain/capture.ts';
import { flattenFacts } from '../../../src/core/domain/facts.ts';
import { captureOf, RECORDED } from './material.ts';
import { wrongFacts } from './sanity.ts';

const healthy = (): Capture => {
  const capture = RECORDED.find(({ sections }) => sections.every(({ exit }) => exit === 0));
  if (capture === undefined) throw new Error('no healthy capture');
  return capture;
};
const statusOf = (sections: readonly Section[], id: string): string | undefined =>
  readFacts(captureOf(sections)).checks.find((check) => check.id === id)?.status;

describe('facts of a capture', () => {
  it('stand in the catalogue', () => {
    expect(RECORDED.flatMap((capture) => wrongFacts(readFacts(capture).facts))).toEqual([]);
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
        const capture = RECORDED[which % RECORDED.length] ?? healthy();
        const all = new Set(Object.keys(flattenFacts(readFacts(capture).facts)));
        const some = readFacts(captureOf(capture.sections.filter((_, index) => keep[index] === true)));
        expect(Object.keys(flattenFacts(some.facts)).filter((name) => !all.has(name))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
