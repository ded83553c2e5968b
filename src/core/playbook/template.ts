import type { Locale } from '../domain/locale.ts';
import { findFactByName, type Declarations, type FactRef } from './declarations.ts';
import type { ExpressionProblem } from './expression.ts';
import { formatFact } from './format-fact.ts';
import { lookUp, type Scope } from './scope.ts';

/** A text with places for facts: `queue holds {listener.queue} of {listener.backlog|?}`. */
export type Template = readonly Piece[];

type Piece =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'fact'; readonly fact: FactRef; readonly fallback: string | null };

export type TemplateReading =
  | { readonly kind: 'template'; readonly template: Template }
  | { readonly kind: 'wrong'; readonly problems: readonly ExpressionProblem[] };

const PLACE = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;
const BRACES: Readonly<Record<string, string>> = { '{{': '{', '}}': '}' };

/** Splits a text at its `{group.name}` or `{group.name|words when it is missing}`; `{{` and `}}` are plain braces. */
export function readTemplate(text: string, declarations: Declarations): TemplateReading {
  const pieces: Piece[] = [];
  const problems: ExpressionProblem[] = [];
  let end = 0;
  for (const match of text.matchAll(PLACE)) {
    pieces.push({ kind: 'literal', text: text.slice(end, match.index) });
    end = match.index + match[0].length;
    const brace = BRACES[match[0]];
    if (brace !== undefined) {
      pieces.push({ kind: 'literal', text: brace });
      continue;
    }
    const [name = '', fallback] = (match[1] ?? '').split('|', 2);
    const found = findFactByName(declarations, name.trim());
    if (found.kind === 'fact') pieces.push({ kind: 'fact', fact: found.fact, fallback: fallback ?? null });
    else problems.push({ index: match.index, message: `placeholder: ${found.message}` });
  }
  pieces.push({ kind: 'literal', text: text.slice(end) });
  return problems.length > 0 ? { kind: 'wrong', problems } : { kind: 'template', template: pieces };
}

/** A text with its facts put in, and which of them were not there. */
export interface Filled {
  readonly text: string;
  readonly missing: readonly string[];
}

const NOT_MEASURED: Readonly<Record<Locale, string>> = { en: 'not measured', ko: '측정 안 됨' };

/** For people: formatted numbers, and words where one is missing. */
export function fillTemplate(template: Template, scope: Scope, locale: Locale): Filled {
  return fillPieces(template, scope, (fact, value) => formatFact(fact, value, locale), NOT_MEASURED[locale]);
}

/** What of a host's text may stand in a command that a person is shown and may copy: addresses and names. */
const SAFE_WORD = /^[A-Za-z0-9[:*][A-Za-z0-9.:_@%[\]*-]{0,63}$/;

/** For a command line: bare numbers, and only harmless words. */
export function fillCommand(template: Template, scope: Scope): Filled {
  return fillPieces(
    template,
    scope,
    (fact, value) => {
      if (typeof value !== 'string') return String(value);
      const word = fact.name === 'address' ? bracketed(value) : value;
      return SAFE_WORD.test(word) ? word : null;
    },
    '?',
  );
}

/** As ss wants an IPv6 address in a filter. */
const bracketed = (address: string): string =>
  address.includes(':') && !address.startsWith('[') ? `[${address}]` : address;

type Show = (fact: FactRef, value: string | number | boolean) => string | null;

function fillPieces(template: Template, scope: Scope, show: Show, absent: string): Filled {
  const missing: string[] = [];
  const text = template.map((piece) => {
    if (piece.kind === 'literal') return piece.text;
    const value = lookUp(scope, piece.fact);
    const shown = value === undefined ? null : show(piece.fact, value);
    if (shown !== null) return shown;
    if (piece.fallback === null) missing.push(piece.fact.id);
    return piece.fallback ?? absent;
  });
  return { text: text.join(''), missing };
}
