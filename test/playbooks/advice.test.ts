import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFacts } from '../../src/core/checklist/read-facts.ts';
import type { Capture, Section } from '../../src/core/domain/capture.ts';
import type { FactGroup, Facts, FactValue } from '../../src/core/domain/facts.ts';
import type { Finding } from '../../src/core/domain/report.ts';
import { diagnoseCapture, diagnoseFacts } from '../../src/core/playbook/diagnose.ts';
import { SYSCTL_CATALOGUE } from '../../src/core/sysctl/catalogue.ts';
import { recordedHost, recordedHosts } from '../support/captures.ts';
import { forbiddenAdvice } from '../support/forbidden-advice.ts';
import { shippedPlaybooks } from '../support/playbooks.ts';

const playbooks = shippedPlaybooks();
const hosts = recordedHosts().map((name) => {
  const capture = recordedHost(name);
  return { name, capture, reading: readFacts(capture) };
});
type Host = (typeof hosts)[number];

const offeredBy = (findings: readonly Finding[]): readonly string[] =>
  findings.flatMap(({ fixes }) =>
    fixes.flatMap((fix) => (fix.kind === 'sysctl' && fix.offered ? [fix.key] : [])),
  );

/** Hosts on which something is offered are drawn as often as all the others together; told by name. */
const offering = hosts.filter(
  ({ capture }) => offeredBy(diagnoseCapture(capture, playbooks).findings).length > 0,
);
const named = (among: readonly Host[]): fc.Arbitrary<string> =>
  fc.constantFrom(...among.map(({ name }) => name));
const anyHost = fc.oneof(named(hosts), named(offering));
function hostOf(name: string): Host {
  const host = hosts.find((each) => each.name === name);
  if (host === undefined) throw new Error(`${name} is not recorded`);
  return host;
}

/** Keys that are offered on a recorded host as it is: each has to be seen again, or a property proves nothing. */
const SEEN_BEFORE = [
  ...new Set(offering.flatMap(({ capture }) => offeredBy(diagnoseCapture(capture, playbooks).findings))),
];

describe('advice is never wrong', () => {
  it('on any recorded host', () => {
    expect(SEEN_BEFORE.length).toBeGreaterThan(3);
    const wrong = hosts.flatMap(({ capture }) => forbiddenAdvice(diagnoseCapture(capture, playbooks)));
    expect(wrong).toEqual([]);
  });

  it('on a recorded host whose settings are other ones', () => {
    const seen = new Set<string>();
    const property = fc.property(anyHost, settings, (name, values) => {
      const diagnosis = diagnoseCapture(withSettings(hostOf(name).capture, values), playbooks);
      for (const key of offeredBy(diagnosis.findings)) seen.add(key);
      expect(forbiddenAdvice(diagnosis)).toEqual([]);
    });
    fc.assert(property, { numRuns: 1000, seed: 11 });
    expect([...seen]).toEqual(expect.arrayContaining(SEEN_BEFORE));
  });

  it('on a host that measures anything else, or less', () => {
    const seen = new Set<string>();
    const property = fc.property(anyHost, fc.array(change, { maxLength: 6 }), (name, changes) => {
      const { reading } = hostOf(name);
      const facts = changes.reduce(changed, reading.facts);
      const looked = {
        host: 'x',
        windowMs: 10_000,
        checks: reading.checks,
        coverage: reading.coverage,
        coreSeen: true,
      };
      const diagnosis = diagnoseFacts({ ...looked, facts }, playbooks);
      for (const key of offeredBy(diagnosis.findings)) seen.add(key);
      expect(forbiddenAdvice(diagnosis)).toEqual([]);
    });
    fc.assert(property, { numRuns: 3000, seed: 12 });
    expect([...seen]).toEqual(expect.arrayContaining(SEEN_BEFORE));
    // Seven seconds of work, and three times that on a busy machine.
  }, 90_000);
});

// ---------------------------------------------------------------- other settings

const numeral = fc.oneof(
  fc.constantFrom('0', '1', '2'),
  fc.constantFrom(
    '0',
    '1',
    '2',
    '5',
    '9',
    '60',
    '75',
    '128',
    '511',
    '4096',
    '7200',
    '32768',
    '65535',
    '-1',
    '',
  ),
  fc.integer({ min: 0, max: 100_000 }).map(String),
);
const words = fc.constantFrom('bbr', 'cubic', 'reno', 'none', 'reno cubic bbr', '1 junk', '0x10');
const pairs = fc.tuple(numeral, numeral).map((both) => both.join('\t'));
const ranges = fc.constantFrom(
  '32768\t60999',
  '1024\t65535',
  '40000\t40199',
  '10000\t65535',
  '60999\t32768',
  '10000',
);
/** What the playbooks offer, and what they look at before they do. */
const DECISIVE = [...SEEN_BEFORE, 'net.ipv4.tcp_timestamps', 'net.ipv4.ip_local_reserved_ports'];
/** Some keys, with what may stand there; null takes the line out, as on a kernel without the key. */
const settings = fc.dictionary(
  fc.oneof(fc.constantFrom(...Object.keys(SYSCTL_CATALOGUE)), {
    weight: 2,
    arbitrary: fc.constantFrom(...DECISIVE),
  }),
  fc.option(fc.oneof({ weight: 3, arbitrary: numeral }, words, pairs, ranges), { freq: 6 }),
  { maxKeys: 6 },
);

function withSettings(capture: Capture, values: Readonly<Record<string, string | null>>): Capture {
  return { ...capture, sections: capture.sections.map((section) => settingsChanged(section, values)) };
}

/** The lines that `grep -H` has printed: path, colon, value. */
function settingsChanged(section: Section, values: Readonly<Record<string, string | null>>): Section {
  if (section.id !== 'settings') return section;
  const lines = section.text.split('\n').flatMap((line) => {
    const path = line.slice(0, line.indexOf(':'));
    const value = values[path.replace('/proc/sys/', '').replaceAll('/', '.')];
    if (value === undefined) return [line];
    return value === null ? [] : [`${path}:${value}`];
  });
  return { ...section, text: lines.join('\n') };
}

// ---------------------------------------------------------------- other facts

/** One fact, chosen by a number among all there are, that has another value or none. */
interface Change {
  readonly at: number;
  readonly to: (value: FactValue) => FactValue | undefined;
}

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(),
  to: fc.oneof(
    fc.constant(() => undefined),
    fc
      .constantFrom(0, 0.5, 2, 10, 1000)
      .map(
        (factor) => (value: FactValue) =>
          typeof value === 'number' ? value * factor : typeof value === 'boolean' ? !value : '',
      ),
    fc
      .constantFrom(0, 1, 0.99, 200, 1e9)
      .map((to) => (value: FactValue) => (typeof value === 'number' ? to : value)),
  ),
});

function changed(facts: Facts, { at, to }: Change): Facts {
  const places: ((group: FactGroup) => Facts)[] = [];
  const groups: FactGroup[] = [];
  for (const [name, group] of Object.entries(facts.host)) {
    groups.push(group);
    places.push((next) => ({ ...facts, host: { ...facts.host, [name]: next } }));
  }
  for (const [kind, subjects] of Object.entries(facts.subjects)) {
    for (const [subject, group] of Object.entries(subjects)) {
      groups.push(group);
      places.push((next) => ({
        ...facts,
        subjects: { ...facts.subjects, [kind]: { ...subjects, [subject]: next } },
      }));
    }
  }
  const all = groups.flatMap((group, nth) =>
    Object.entries(group).map(([name, value]) => ({ nth, name, value })),
  );
  // Every other one is of a listener, a destination or a process: a host has many facts, few of which decide.
  const own = at % 2 === 0 ? all : all.filter(({ nth }) => nth >= Object.keys(facts.host).length);
  const chosen = own[Math.floor(at / 2) % Math.max(1, own.length)];
  if (chosen === undefined) return facts;
  const { [chosen.name]: _, ...others } = groups[chosen.nth] ?? {};
  const value = to(chosen.value);
  return places[chosen.nth]?.(value === undefined ? others : { ...others, [chosen.name]: value }) ?? facts;
}
