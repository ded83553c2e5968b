import { FACT_CATALOGUE } from '../../../src/core/domain/fact-catalogue.ts';
import type { FactSpec } from '../../../src/core/domain/fact-spec.ts';
import type { Facts, FactValue } from '../../../src/core/domain/facts.ts';

const SPECS: Readonly<Record<string, Readonly<Record<string, FactSpec>>>> = FACT_CATALOGUE;
const TYPES = { number: 'number', text: 'string', flag: 'boolean' } as const;

/** More than any kernel counts: 64 bits. */
const MAX_NUMBER = 2 ** 64;
/** A list of reserved ports may be long. */
const MAX_TEXT_CHARS = 8192;
/** Subjects of one kind that a run may tell of, and the longest name of one. */
const MAX_SUBJECTS = 1000;
const MAX_NAME_CHARS = 160;

/** Parts of a whole that the same look counted. */
const SHARES =
  /^(stayed_ratio|close_wait_stayed_ratio|time_wait_ratio|established_ratio|sockets_ratio|close_wait_ratio)$/;

/** Facts that the catalogue does not have, or has otherwise, or that no measurement can give. */
export function wrongFacts({ host, subjects, sysctl }: Facts): readonly string[] {
  const groups = [
    ...Object.entries(host),
    ...Object.entries(subjects).flatMap(([group, each]) =>
      Object.values(each).map((facts) => [group, facts] as const),
    ),
  ];
  return [
    ...groups.flatMap(([group, facts]) =>
      Object.entries(facts)
        .filter(([name, value]) => !isSound(SPECS[group]?.[name], name, value))
        .map(([name, value]) => `${group}.${name} = ${String(value).slice(0, 200)}`),
    ),
    ...Object.values(subjects).flatMap((each) => wrongNames(Object.keys(each))),
    ...Object.entries(sysctl).flatMap(([key, value]) => (isText(value) ? [] : [`sysctl ${key}`])),
  ];
}

function isSound(spec: FactSpec | undefined, name: string, value: FactValue): boolean {
  if (spec === undefined || typeof value !== TYPES[spec.kind]) return false;
  if (typeof value === 'number') return isMeasured(name, value);
  return typeof value === 'boolean' || isText(value);
}

function isMeasured(name: string, value: number): boolean {
  if (!Number.isFinite(value) || value < 0 || value > MAX_NUMBER) return false;
  if (SHARES.test(name)) return value <= 1;
  if (/^port$|_port$/.test(name)) return Number.isInteger(value) && value <= 65_535;
  return name !== 'pid' || Number.isInteger(value);
}

const isText = (value: string): boolean => value.length <= MAX_TEXT_CHARS && !value.includes('\n');

function wrongNames(names: readonly string[]): readonly string[] {
  if (names.length > MAX_SUBJECTS) return [`${names.length} subjects`];
  return names.filter((name) => name.length > MAX_NAME_CHARS || !/^[ -~]+$/.test(name));
}
