import { describe, expect, it } from 'vitest';
import { BASELINE, BASELINE_VERDICT } from '../../../src/core/render/texts/baseline.ts';
import { BOT } from '../../../src/core/render/texts/bot.ts';
import { MAINTENANCE } from '../../../src/core/render/texts/maintenance.ts';
import { CHANGE } from '../../../src/core/render/texts/change.ts';
import * as common from '../../../src/core/render/texts/common.ts';
import { ALERTS } from '../../../src/core/render/texts/alerts.ts';
import { EXPLAIN } from '../../../src/core/render/texts/explain.ts';
import { FINDING, NO_ACCESS, NO_BUTTON } from '../../../src/core/render/texts/finding.ts';
import { END, ROOT } from '../../../src/core/render/texts/root.ts';
import * as watch from '../../../src/core/render/texts/watch.ts';
import { POLICY } from '../../../src/core/render/texts/policy.ts';
import { TERMINAL } from '../../../src/core/render/texts/terminal.ts';

const topics = {
  ...common,
  ...watch,
  CHANGE,
  FINDING,
  NO_ACCESS,
  NO_BUTTON,
  END,
  ROOT,
  POLICY,
  TERMINAL,
  BASELINE,
  BASELINE_VERDICT,
  BOT,
  ALERTS,
  MAINTENANCE,
  EXPLAIN,
};
const texts = Object.entries(topics).flatMap(([topic, entries]) =>
  Object.entries(entries).flatMap(([name, text]: [string, unknown]) =>
    typeof text === 'object' && text !== null && 'en' in text && 'ko' in text
      ? [[`${topic}.${name}`, String(text.en), String(text.ko)] as const]
      : [],
  ),
);

const slots = (text: string): readonly string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort();

/** Particles that change with the sound before them; a slot may hold anything. */
const PARTICLE_AFTER_SLOT = /\}(을|를|이|가|은|는|와|과|로|으로)(?=[\s.,)]|$)/;

describe('the catalogue of texts', () => {
  it('is found', () => {
    expect(texts.length).toBeGreaterThan(90);
  });

  it.each(texts)('%s says the same in both languages', (_, en, ko) => {
    expect(en.trim()).not.toBe('');
    expect(ko.trim()).not.toBe('');
    expect(slots(ko)).toEqual(slots(en));
    expect(ko).not.toMatch(PARTICLE_AFTER_SLOT);
    expect(`${en}${ko}`).not.toMatch(/ {2}|\t|\n/);
  });

  it('has Korean in every Korean sentence', () => {
    const english = texts.filter(([, en, ko]) => /[a-z]{3,} [a-z]{2,}/i.test(en) && !/[가-힣]/.test(ko));
    expect(english.map(([name]) => name)).toEqual([]);
  });
});
