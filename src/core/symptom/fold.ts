import { stem } from './stem.ts';
import { korean } from './korean.ts';

/** What of a text is compared, each piece with how much it tells. */
export type Features = ReadonlyMap<string, number>;

/** A request keeps so much of what was typed; a playbook's symptom is shorter. */
const MAX_CHARS = 300;
/** Words that every complaint about TCP contains tell little. */
const COMMON_WEIGHT = 0.3;

const stems = (words: string): ReadonlySet<string> => new Set(words.split(' ').map(stem));

/** They say nothing here; a "not" turns no complaint about TCP into another one. */
const IDLE = new Set(
  (
    'a an the is are was were be been it its this that these those to of in on at for from by with and or but so as ' +
    'we i our my me they them there has have had do does did when while although some any all no not cannot cant can ' +
    'could dont doesnt wont now then than if into up very just get gets got please help errno err'
  ).split(' '),
);
const COMMON = stems(
  'connection server host service port client network error fail failure new old tcp socket work problem many too ' +
    'open request address use happen keep always often sometimes number high level system application app',
);
/** Two words that people also write as one, or with a dash or an underscore between them. */
const COMPOUNDS = new Map(
  [
    'time wait',
    'time out',
    'close wait',
    'fin wait',
    'syn sent',
    'syn recv',
    'half open',
    'keep alive',
    'recv q',
    'send q',
    'back log',
    'conn track',
    'black hole',
  ].map((pair) => {
    const [first = '', second = ''] = pair.split(' ');
    return [`${stem(first)} ${stem(second)}`, stem(first + second)] as const;
  }),
);

/** Case, punctuation, word endings, particles and spacing make no difference to what comes out. */
export function featuresOf(text: string): Features {
  const features = new Map<string, number>();
  const add = (name: string, weight: number): void => {
    features.set(name, Math.max(features.get(name) ?? 0, weight));
  };
  const { latin, pairs } = korean(cut(apart(cut(text).normalize('NFKC')).toLowerCase()));
  for (const word of joined(wordsIn(latin))) add(word, COMMON.has(word) ? COMMON_WEIGHT : 1);
  for (const { syllables, tells } of pairs) add(syllables, tells ? 1 : COMMON_WEIGHT);
  return features;
}

/** Names of alerts and counters: `TcpListenOverflows`. */
const apart = (text: string): string => text.replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2');

const cut = (text: string): string => text.slice(0, MAX_CHARS);

/** `[Errno 111]`, `failed (24: …`: the only numbers that name an error. */
const ERRNO = /(?:errno\s*|\()(\d{1,3})(?!\d)/g;

/** Bare numbers are ports, counts and times: they do not tell one complaint from another. */
const wordsIn = (text: string): readonly string[] =>
  text
    .replaceAll(/['’]/g, '')
    .replaceAll(ERRNO, ' errno$1 ')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && !IDLE.has(word) && !/^\p{N}+$/u.test(word))
    .map(stem);

function joined(words: readonly string[]): readonly string[] {
  const out: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const compound = COMPOUNDS.get(`${words[at] ?? ''} ${words[at + 1] ?? ''}`);
    out.push(compound ?? words[at] ?? '');
    if (compound !== undefined) at += 1;
  }
  return out;
}
