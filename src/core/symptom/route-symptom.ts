import type { Localized } from '../domain/locale.ts';
import type { Playbook } from '../playbook/playbook.ts';
import { COMPLAINTS } from './complaints.ts';
import { featuresOf, type Features } from './fold.ts';
import { ERROR_TEXTS, type KnownText } from './known-texts.ts';

/** Where somebody's words lead; it orders and words an answer, and never makes or changes a finding. */
export interface SymptomRoute {
  /** Ids of the playbooks that the words are about, most likely first. */
  readonly playbooks: readonly string[];
  /** What the error text among the words means. */
  readonly meaning: Localized | null;
}

type Routed = Pick<Playbook, 'id' | 'symptoms'>;

/** More would be the whole list again. */
const MAX_PLAYBOOKS = 6;
/** A match so much weaker than the best is chance. */
const MIN_OF_BEST = 0.4;
/** A known text knows the order of likelihood; a playbook's own words only say that it is about them. */
const OWN = 0.9;
/** Each further playbook that a known text names is a little less likely than the one before. */
const STEP = 0.07;

/** Routes words to playbooks; the playbooks' own symptoms are folded once, here. */
export type SymptomRouter = (words: string) => SymptomRoute;

/** Pure and bounded; for people's words and for alerts alike. */
export function symptomRouter(playbooks: readonly Routed[]): SymptomRouter {
  const own = playbooks.map(({ id, symptoms }) => ({
    id,
    phrases: [...symptoms.en, ...symptoms.ko, ...symptoms.errors].map(featuresOf),
  }));
  const errors = ERROR_TEXTS.map(folded);
  const complaints = COMPLAINTS.map(folded);
  return (words) => {
    const said = featuresOf(words);
    const meant = bestOf(errors, said);
    const values = new Map<string, number>();
    const raise = (id: string, value: number): void => {
      values.set(id, Math.max(values.get(id) ?? 0, value));
    };
    for (const { text, value } of [...meant, ...bestOf(complaints, said)]) {
      for (const [at, id] of text.playbooks.entries()) raise(id, value * (1 - STEP * at));
    }
    for (const { id, phrases } of own) raise(id, likeness(phrases, said) * OWN);
    return { playbooks: likeliest(own, values), meaning: meant[0]?.text.meaning ?? null };
  };
}

/** A known text names playbooks that this installation may lack. */
function likeliest(
  own: readonly { readonly id: string }[],
  values: ReadonlyMap<string, number>,
): readonly string[] {
  const ranked = own.map(({ id }) => ({ id, value: values.get(id) ?? 0 })).sort((a, b) => b.value - a.value);
  const least = (ranked[0]?.value ?? 0) * MIN_OF_BEST;
  return ranked
    .filter(({ value }) => value > 0 && value >= least)
    .slice(0, MAX_PLAYBOOKS)
    .map(({ id }) => id);
}

interface Folded {
  readonly text: KnownText;
  readonly phrases: readonly Features[];
}

const folded = (text: KnownText): Folded => ({ text, phrases: text.phrases.map(featuresOf) });

/** The texts that are meant, best first. */
const bestOf = (texts: readonly Folded[], said: Features): readonly { text: KnownText; value: number }[] =>
  texts
    .map(({ text, phrases }) => ({ text, value: likeness(phrases, said) }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value);

const likeness = (phrases: readonly Features[], said: Features): number =>
  Math.max(0, ...phrases.map((phrase) => alike(phrase, said)));

/** Less in common is a word or two that happen to be the same. */
const MIN_TOLD = 1;
/** Of the phrase, or of what was said, where that is only a part of a phrase. */
const MIN_COVER = 0.66;
const MIN_COVER_OF_PART = 0.85;

/** How much of a phrase was said, the longer the better; 0 when it was not. */
function alike(wanted: Features, said: Features): number {
  const common = [...wanted].filter(([name]) => said.has(name));
  const told = sum(common.map(([, weight]) => weight));
  if (told < MIN_TOLD) return 0;
  const ofPhrase = told / sum([...wanted.values()]);
  if (ofPhrase >= MIN_COVER) return ofPhrase * ofPhrase * told;
  const ofSaid = sum(common.map(([name]) => said.get(name) ?? 0)) / sum([...said.values()]);
  return ofSaid >= MIN_COVER_OF_PART ? ofPhrase * told : 0;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
