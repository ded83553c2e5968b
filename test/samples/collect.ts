import { shippedPlaybooks } from '../support/playbooks.ts';

/** A code sample of the playbooks; the same text in several places is one sample. */
export interface Sample {
  /** The first place it stands in: playbook/cause. */
  readonly place: string;
  readonly language: Language;
  readonly code: string;
}

const LANGUAGES = [
  'Python',
  'Java',
  'Go',
  'Node.js',
  'nginx',
  'systemd',
  'nftables',
  'shell',
  'Docker',
] as const;
export type Language = (typeof LANGUAGES)[number];

/** "Java (Apache HttpClient 5)" is Java; a language that no test knows how to prove is an error. */
function languageOf(label: string, place: string): Language {
  const found = LANGUAGES.find((language) => language === label.replace(/ \(.*\)$/, ''));
  if (found === undefined) throw new Error(`${place}: no test can prove a sample in "${label}"`);
  return found;
}

const everySample: readonly Sample[] = shippedPlaybooks().flatMap(({ id, fix, causes }) =>
  [{ place: id, fix }, ...causes.map((cause) => ({ place: `${id}/${cause.id}`, fix: cause.fix }))].flatMap(
    ({ place, fix }) =>
      (fix?.application ?? []).flatMap(({ samples }) =>
        samples.map(({ language, code }) => ({ place, language: languageOf(language, place), code })),
      ),
  ),
);

export const samplesIn = (...languages: readonly Language[]): readonly Sample[] =>
  everySample
    .filter(({ language }) => languages.includes(language))
    .filter(({ code }, at, all) => all.findIndex((other) => other.code === code) === at);

/** The one sample with that text in it. */
export function sampleWith(language: Language, text: string): Sample {
  const [found, ...more] = samplesIn(language).filter(({ code }) => code.includes(text));
  if (found === undefined || more.length > 0) {
    throw new Error(`${found === undefined ? 'no' : 'more than one'} ${language} sample has "${text}"`);
  }
  return found;
}
