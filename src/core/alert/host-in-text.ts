import { matchesGlob } from './glob.ts';

/** Where the host stands in a template. */
const PLACE = '{host}';
/** Titles are a line; what a template is held against is cut. */
const MAX_TEXT_CHARS = 300;

/** `* on {host}`: what stands before and after the host, each with `*` for anything. */
export interface HostTemplate {
  readonly before: string;
  readonly after: string;
}

/** Null where the text does not hold exactly one `{host}`. */
export function readTemplate(text: string): HostTemplate | null {
  const parts = text.split(PLACE);
  const [before, after] = parts;
  return parts.length === 2 && before !== undefined && after !== undefined ? { before, after } : null;
}

/** A word that could be a host: a name, an address, with a port or not. */
const WORD = /[\p{L}\p{N}][\p{L}\p{N}._:-]*/gu;

/** The words at the place that a template leaves for the host, in their order; no regular expression of a user's. */
export function hostsInText(templates: readonly HostTemplate[], raw: string): readonly string[] {
  const text = raw.slice(0, MAX_TEXT_CHARS);
  const words = [...text.matchAll(WORD)];
  const found = templates.flatMap(({ before, after }) =>
    words.flatMap(({ 0: word, index }) => {
      if (!matchesGlob(before, text.slice(0, index))) return [];
      // "… on web-1." ends a sentence, and "web-1: …" a name.
      const bare = word.replace(/[.:-]+$/, '');
      const rests = [text.slice(index + bare.length), text.slice(index + word.length)];
      return rests.some((rest) => matchesGlob(after, rest)) ? [bare] : [];
    }),
  );
  return [...new Set(found)];
}
