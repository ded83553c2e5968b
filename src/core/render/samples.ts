import type { CodeSample } from '../domain/report.ts';

/** One sample to show, and the languages of the others, which are looked up in the playbook. */
interface ChosenSample {
  readonly shown: CodeSample;
  readonly others: readonly string[];
}

/** So many languages are named; a playbook has about six. */
const MAX_LANGUAGES = 8;

/** The sample that reads fastest: fewest lines, then fewest characters; among equals the first. */
export function chooseSample(samples: readonly CodeSample[]): ChosenSample | null {
  const [shown] = samples.toSorted((a, b) => lines(a) - lines(b) || a.code.length - b.code.length);
  if (shown === undefined) return null;
  const languages = new Set(samples.filter((sample) => sample !== shown).map(({ language }) => language));
  languages.delete(shown.language);
  return { shown, others: [...languages].slice(0, MAX_LANGUAGES) };
}

const lines = ({ code }: CodeSample): number => code.trimEnd().split('\n').length;
