import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { diagnoseCapture } from '../../src/core/playbook/diagnose.ts';
import { recordedHost, recordedHosts } from '../support/captures.ts';
import { shippedFiles, shippedPlaybooks } from '../support/playbooks.ts';

interface Text {
  readonly where: string;
  readonly en: string;
  readonly ko: string;
}

/** Every {en, ko} pair of a YAML document. */
function textsIn(value: unknown, where: string): readonly Text[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('en' in value && 'ko' in value && typeof value.en === 'string' && typeof value.ko === 'string') {
    return [{ where, en: value.en, ko: value.ko }];
  }
  return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, `${where}.${key}`));
}

const texts = shippedFiles().flatMap(({ path, text }) =>
  textsIn(parse(text), (path.split('/').at(-1) ?? '').replace('.yaml', '')),
);
const places = (text: string): readonly string[] =>
  [...text.matchAll(/\{([a-z_]+\.[a-z0-9_]+)/g)].map((match) => match[1] ?? '').sort();

describe('the texts of the shipped playbooks', () => {
  it('are many', () => {
    expect(texts.length).toBeGreaterThan(60);
  });

  it.each(texts)('$where: Korean is Korean, English is English', ({ en, ko }) => {
    expect(ko).toMatch(/[가-힣]/);
    expect(en).not.toMatch(/[가-힣]/);
  });

  it.each(texts)('$where: both languages tell the same facts', ({ en, ko }) => {
    expect([...new Set(places(ko))]).toEqual([...new Set(places(en))]);
  });
});

const playbooks = shippedPlaybooks();
const findings = recordedHosts().flatMap((name) =>
  diagnoseCapture(recordedHost(name), playbooks)
    .findings.filter(({ status }) => status === 'matched')
    .map((finding) => ({ name, finding })),
);

describe('what people read about a recorded host', () => {
  it('covers every cause', () => {
    const seen = new Set(findings.map(({ finding }) => `${finding.playbook}/${finding.cause}`));
    for (const { id, causes } of playbooks) {
      for (const cause of causes) expect(seen).toContain(`${id}/${cause.id}`);
    }
  });

  it.each(findings)('$name: $finding.playbook $finding.cause fits and leaves no gap', ({ finding }) => {
    const said = [
      { most: 120, text: finding.title },
      { most: 900, text: finding.summary },
      ...finding.evidence.map(({ text }) => ({ most: 280, text })),
      ...finding.fixes.map((fix) =>
        fix.kind === 'advice' ? { most: 450, text: fix.text } : { most: 400, text: fix.why },
      ),
      ...finding.notAdvised.map(({ why }) => ({ most: 300, text: why })),
    ];
    for (const { most, text } of said) {
      for (const line of [text.en, text.ko]) {
        expect(line.length).toBeLessThanOrEqual(most);
        expect(line).not.toMatch(/[{}]|not measured|측정 안 됨|undefined|NaN/);
      }
    }
    for (const { command } of finding.evidence) expect(command.length).toBeLessThanOrEqual(200);
  });

  it.each(findings)(
    '$name: $finding.playbook $finding.cause says what to do to the application first',
    ({ finding }) => {
      const kinds = finding.fixes.map(({ kind }) => kind);
      expect(kinds[0]).not.toBe('sysctl');
      expect(finding.notAdvised.length).toBeGreaterThan(0);
    },
  );
});
