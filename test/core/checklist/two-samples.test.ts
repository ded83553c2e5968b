import { describe, expect, it } from 'vitest';
import { readFacts } from '../../../src/core/checklist/read-facts.ts';
import type { Capture, CheckId, Sample } from '../../../src/core/domain/capture.ts';
import { flattenFacts, type FactValue } from '../../../src/core/domain/facts.ts';
import { diagnoseCapture } from '../../../src/core/playbook/diagnose.ts';
import { recordedHosts } from '../../support/captures.ts';
import { shippedPlaybooks } from '../../support/playbooks.ts';
import { RECORDED } from './material.ts';
import { wrongFacts } from './sanity.ts';

/** Recordings that have both samples of everything. */
const whole = recordedHosts().flatMap((name, at) => {
  const capture = RECORDED[at];
  const complete = capture?.sections.every(({ exit, truncated }) => exit === 0 && !truncated) ?? false;
  return capture !== undefined && complete ? [{ name, capture }] : [];
});
const playbooks = shippedPlaybooks();

/** The capture with one sample of some checks changed. */
const withSample = (
  sample: Sample,
  capture: Capture,
  ids: readonly CheckId[],
  change: (text: string) => string,
): Capture => ({
  ...capture,
  sections: capture.sections.map((section) =>
    section.sample === sample && ids.includes(section.id)
      ? { ...section, text: change(section.text) }
      : section,
  ),
});

const BOOT_ID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/m;
const UPTIME = /^((?:\/proc\/uptime:)?)(\d+)(\.\d+ \d+\.\d+)$/gm;

/** Started anew: another boot id, and a clock and counters that began again. */
const rebooted = (capture: Capture): Capture =>
  withSample(2, capture, ['counters', 'process-descriptors'], (text) =>
    text
      .replace(BOOT_ID, '00000000-1111-2222-3333-444444444444')
      .replaceAll(UPTIME, (_, path: string, _whole, rest: string) => `${path}40${rest}`),
  );

/** Facts that take both samples; closes_per_s is an average that one sample tells. */
const rates = (capture: Capture): Readonly<Record<string, FactValue>> =>
  Object.fromEntries(
    Object.entries(flattenFacts(readFacts(capture).facts)).filter(
      ([name]) =>
        /_per_s(\[|$)|cpu_ratio|^run\.window_s$/.test(name) && !name.startsWith('destination.closes_per_s'),
    ),
  );

describe.each(whole)('$name', ({ capture }) => {
  it('has rates', () => {
    expect(Object.keys(rates(capture)).length).toBeGreaterThan(10);
  });

  it('has none once the host was started anew between the samples, and never is called healthy', () => {
    const anew = rebooted(capture);
    expect(rates(anew)).toEqual({});
    const { verdict, findings, coverage } = diagnoseCapture(anew, playbooks);
    expect(verdict).not.toBe('ok');
    expect(coverage.why.map(({ en }) => en)).toContain(
      'all rates: the host was started anew between the two samples, so that they cannot be compared',
    );
    // Nothing that is told leans on a rate.
    const evidence = findings.flatMap((finding) => finding.evidence.map(({ fact }) => fact));
    expect(evidence.filter((fact) => /(?<!closes)_per_s/.test(fact))).toEqual([]);
  });

  it('has none where the clock of the host went backwards', () => {
    const back = withSample(2, capture, ['counters'], (text) =>
      text.replaceAll(UPTIME, (_, path: string, _whole, rest: string) => `${path}1${rest}`),
    );
    expect(Object.keys(rates(back)).filter((name) => !name.includes('cpu_ratio'))).toEqual([]);
  });

  it('tells no rate of a counter that went backwards, and the others as before', () => {
    const before = rates(capture);
    const wrapped = withSample(1, capture, ['counters'], (text) =>
      nearItsEnd(text, ['OutSegs', 'ListenOverflows']),
    );
    const after = rates(wrapped);
    // What overflowed is also told per listener.
    const touched = /out_segs|overflows_per_s/;
    expect(Object.keys(after).filter((name) => /counters\.(out_segs|listen_overflows)/.test(name))).toEqual(
      [],
    );
    expect(Object.entries(after).filter(([name]) => !touched.test(name))).toEqual(
      Object.entries(before).filter(([name]) => !touched.test(name)),
    );
  });

  it('says nothing about refusals when one part of that sum went backwards', () => {
    const wrapped = withSample(1, capture, ['counters'], (text) => nearItsEnd(text, ['TCPAbortOnClose']));
    expect(rates(wrapped)).not.toHaveProperty('counters.refused_per_s');
  });

  it('stays within what can be when all counters began again', () => {
    const anew = withSample(2, capture, ['counters', 'softnet', 'conntrack'], (text) =>
      text.replaceAll(/\b\d+(?=( |$))/gm, '0'),
    );
    expect(wrongFacts(readFacts(anew).facts)).toEqual([]);
    diagnoseCapture(anew, playbooks);
  });
});

/** The text with these counters at the end of 32 bits, where the next event makes them begin again. */
function nearItsEnd(text: string, names: readonly string[]): string {
  const lines = text.split('\n');
  return lines
    .map((line, at) => {
      const header = lines[at - 1]?.split(' ') ?? [];
      if (header[0] === undefined || header[0] === '' || !line.startsWith(`${header[0]} `)) return line;
      return line
        .split(' ')
        .map((value, column) => (names.includes(header[column] ?? '') && column > 0 ? '4294967295' : value))
        .join(' ');
    })
    .join('\n');
}
