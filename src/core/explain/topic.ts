import type { Locale, Localized } from '../domain/locale.ts';
import { columns } from '../render/table.ts';

/** One piece of an explanation. */
export type Part =
  | { readonly kind: 'text'; readonly text: Localized }
  | { readonly kind: 'list'; readonly items: readonly Localized[] }
  /** Drawn in ASCII, at most 76 columns; words of two columns each (Hangul) stand at line ends only. */
  | { readonly kind: 'diagram'; readonly drawing: Localized }
  | { readonly kind: 'code'; readonly language: 'sh' | 'python'; readonly code: Localized };

/** What is often read, and what is true instead: one line each. */
export interface Myth {
  readonly said: Localized;
  readonly truth: Localized;
}

/** Background that a person asks for by name. */
export interface Topic {
  readonly id: string;
  /** Further names, in both languages: states, settings, error texts, playbooks. */
  readonly names: readonly string[];
  readonly title: Localized;
  readonly parts: readonly Part[];
  readonly myths: readonly Myth[];
  /** Ids of topics that go on from here. */
  readonly see: readonly string[];
}

export const both = (en: string, ko: string): Localized => ({ en, ko });

export const paragraph = (en: string, ko: string): Part => ({ kind: 'text', text: { en, ko } });

export const list = (...items: readonly Localized[]): Part => ({ kind: 'list', items });

/** The same drawing for both languages unless it carries words. */
export const diagram = (en: string, ko: string = en): Part => ({ kind: 'diagram', drawing: { en, ko } });

/** A command as it is typed, or with a word about it. */
type Command = string | readonly [command: string, note: Localized];

/** What remains of 80 columns beside the indent. */
const MAX_COLUMNS = 76;

export const commands = (...lines: readonly Command[]): Part => ({
  kind: 'code',
  language: 'sh',
  code: { en: noted(lines, 'en'), ko: noted(lines, 'ko') },
});

function noted(lines: readonly Command[], locale: Locale): string {
  const width = Math.max(0, ...lines.map((line) => (typeof line === 'string' ? 0 : line[0].length)));
  return lines
    .flatMap((line) => {
      if (typeof line === 'string') return [line];
      const [command, note] = line;
      const beside = `${command.padEnd(width)}  # ${note[locale]}`;
      return columns(beside) <= MAX_COLUMNS ? [beside] : [`# ${note[locale]}`, command];
    })
    .join('\n');
}

export const python = (code: string): Part => ({ kind: 'code', language: 'python', code: both(code, code) });

export const myth = (said: Localized, truth: Localized): Myth => ({ said, truth });
