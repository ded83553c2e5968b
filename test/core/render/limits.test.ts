import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { threadOf } from '../../../src/core/render/thread.ts';
import { entitiesOf, problemsOf, textsOf } from '../../support/block-kit.ts';
import { LOCALES } from '../../../src/core/domain/locale.ts';
import { HELPED, judgedAt } from '../change/example-states.ts';
import { acceptQueue, approvedAt, ASKED_AT, diagnosis, run, shown, states, view } from './examples.ts';
import { views } from './hostile.ts';

/** All that may ever stand between angle brackets: a user, a user group, a moment. */
const OURS =
  /^(@[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]+|!date\^\d+\^(?:\{time\} \{date_short_pretty\}|\{date_short_pretty\} \{time\})\|[\d-]+ [\d:]+ UTC)$/;

/** Buttons of a card, by state of its change. */
const BUTTONS: ReadonlyMap<string, number> = new Map([
  ['proposed', 2],
  ['applied', 1],
  ['confirmed', 1],
  ['judged', 2],
  ['left-until-reboot', 2],
  ['kept', 1],
  ['needs-human', 1],
]);

const unprintable = /[\p{Cc}\p{Cs}\p{Co}\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/u;

describe('every message of a thread', () => {
  it('stays within what Slack accepts, whatever the text', () => {
    fc.assert(
      fc.property(views, (view) => {
        for (const message of threadOf(view)) expect(problemsOf(message)).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });

  it('holds no mention, link or date but our own', () => {
    fc.assert(
      fc.property(views, (view) => {
        for (const message of threadOf(view)) {
          const marked = textsOf(message.blocks).filter(({ kind }) => kind === 'mrkdwn');
          const entities = [message.text, ...marked.map(({ text }) => text)].flatMap(entitiesOf);
          expect(entities.filter((entity) => !OURS.test(entity))).toEqual([]);
          for (const { text } of marked) expect(text.split('<').length).toBe(text.split('>').length);
        }
      }),
      { numRuns: 120 },
    );
  });

  it('pings nobody but those the request names, and only in replies', () => {
    fc.assert(
      fc.property(views, (view) => {
        for (const { key, text, blocks } of threadOf({ ...view, changes: [] })) {
          const mentioned = textsOf(blocks)
            .filter(({ kind }) => kind === 'mrkdwn')
            .flatMap(({ text }) => entitiesOf(text))
            .filter((entity) => !entity.startsWith('!date^'));
          const quiet = key.startsWith('finding') || (key === 'root' && view.run === null);
          expect(entitiesOf(text)).toEqual([]);
          expect(quiet ? mentioned : []).toEqual([]);
        }
      }),
      { numRuns: 80 },
    );
  });

  it('has no invisible or control character, and a lock-screen line of at most 120', () => {
    fc.assert(
      fc.property(views, (view) => {
        for (const message of threadOf(view)) {
          for (const { text } of textsOf(message.blocks))
            expect(text.replaceAll('\n', '')).not.toMatch(unprintable);
          expect(message.text).not.toMatch(unprintable);
          expect(message.text.length).toBeLessThanOrEqual(120);
          expect(message.text.trim()).not.toBe('');
        }
      }),
      { numRuns: 120 },
    );
  });

  it('has its own key, and the same view gives the same messages', () => {
    fc.assert(
      fc.property(views, (view) => {
        const messages = threadOf(view);
        const keys = messages.map((message) => message.key);
        expect(new Set(keys).size).toBe(keys.length);
        expect(keys[0]).toBe('root');
        expect(threadOf(structuredClone(view))).toEqual(messages);
      }),
      { numRuns: 80 },
    );
  });

  it('shows every change exactly once, with its buttons', () => {
    fc.assert(
      fc.property(views, (view) => {
        if (view.run?.diagnosis === null || view.run === null) return;
        const values = JSON.stringify(threadOf(view));
        for (const { change, card } of view.changes) {
          const buttons = values.split(`"value":"${card.value}"`).length - 1;
          const glass = change.state.kind === 'proposed' && card.breakGlass && card.freeze !== null ? 1 : 0;
          expect(buttons).toBe((BUTTONS.get(change.state.kind) ?? 0) + glass);
        }
      }),
      { numRuns: 120 },
    );
  });

  it('asks Slack not to make links or mentions out of bare words', () => {
    const blocks = threadOf(view({ changes: states.slice(0, 1).map((state) => shown(state)) })).flatMap(
      (m) => m.blocks,
    );
    const open = JSON.stringify(blocks).match(
      /"type":"mrkdwn","text":"(?:[^"\\]|\\.)*"(?!,"verbatim":true)/g,
    );
    expect(open).toBeNull();
  });
});

describe('a message with the longest of everything', () => {
  it.each(['W', '&', '가', '💥', 'word '])('fits when all text is %s', (char) => {
    const long = char.repeat(3000);
    const both = { en: long, ko: long };
    const setting = { key: long, from: long, to: long };
    const fix = {
      ...setting,
      kind: 'sysctl' as const,
      takesEffect: 'relisten' as const,
      risk: 'medium' as const,
    };
    const finding = {
      ...acceptQueue,
      title: both,
      summary: both,
      evidence: Array.from({ length: 9 }, () => ({ fact: long, value: long, text: both, command: long })),
      missing: Array.from({ length: 9 }, () => long),
      fixes: [
        ...Array.from({ length: 5 }, () => ({
          kind: 'advice' as const,
          text: both,
          samples: [
            { language: long, code: long },
            { language: long, code: long },
          ],
        })),
        ...Array.from({ length: 4 }, () => ({
          ...fix,
          offered: true,
          why: both,
          companions: [setting, setting],
        })),
      ],
      notAdvised: Array.from({ length: 5 }, () => ({ key: long, why: both })),
    };
    const longRun = { ...run, diagnosis: { ...diagnosis, findings: [finding] } };
    const problem = { code: long, message: long, hint: long };
    const judged = judgedAt(approvedAt, {
      ...HELPED,
      effect: Array.from({ length: 9 }, () => ({
        fact: long,
        before: long,
        after: long,
        moved: 'better' as const,
      })),
    });
    const readBack = Array.from({ length: 9 }, () => ({ key: long, value: long }));
    const second = { ...judged.judgement, verdict: 'worse' as const };
    const applied = { ...judged, readBack, problem, secondLook: second };
    for (const locale of LOCALES) {
      for (const state of [
        ...states,
        applied,
        { kind: 'failed' as const, atMs: ASKED_AT, reason: problem },
      ]) {
        const change = shown(
          state,
          Array.from({ length: 6 }, () => setting),
        );
        const card = { ...change.card, undoCommand: long };
        for (const message of threadOf(view({ run: longRun, changes: [{ ...change, card }] }, locale))) {
          expect(problemsOf(message)).toEqual([]);
        }
      }
    }
  });
});
