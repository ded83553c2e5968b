import { groupDigits } from '../domain/digits.ts';
import type { FactValue } from '../domain/facts.ts';
import type { Locale } from '../domain/locale.ts';
import type { FactRef } from './declarations.ts';

/** Names of numbers that are read as a name, not as an amount. */
const IDENTIFIERS = new Set(['port', 'pid', 'port_range_low', 'port_range_high']);
/** Below it digits need no grouping, and settings look as they do on the host (4096, 8080). */
const GROUPED_FROM = 10_000;
/** Names of processes and the like come from the host; no sentence needs more of them. */
const MAX_TEXT_CHARS = 64;

const FLAG_WORDS = { en: ['no', 'yes'], ko: ['아니요', '예'] } as const;

/** A fact as a person reads it in a sentence: 28,232; 94 %; 33.2. */
export function formatFact(fact: FactRef, value: FactValue, locale: Locale): string {
  if (typeof value === 'boolean') return FLAG_WORDS[locale][value ? 1 : 0];
  if (typeof value === 'string') return cleanName(value);
  if (IDENTIFIERS.has(fact.name)) return String(value);
  if (fact.name.endsWith('_ratio')) return `${Math.round(value * 100)}%`;
  const isDuration = fact.name.endsWith('_s') && !fact.name.endsWith('_per_s');
  return formatNumber(isDuration && value >= 10 ? Math.round(value) : value);
}

/** Digits in groups from 10,000 on; fractions only where they are the news (33.2, but 10 for 10.02). */
export function formatNumber(value: number): string {
  const rounded = Number(value.toFixed(Math.abs(value) >= 100 ? 0 : 1));
  return Math.abs(rounded) < GROUPED_FROM ? String(rounded) : groupDigits(rounded);
}

/** Control and format characters and excess length go: what a host calls a process must not disturb a sentence. */
const cleanName = (value: string): string =>
  value.replaceAll(/[\p{Cc}\p{Cf}]/gu, '').slice(0, MAX_TEXT_CHARS);
