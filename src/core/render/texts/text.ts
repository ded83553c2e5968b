import type { Locale, Localized } from '../../domain/locale.ts';

/** A text of the catalogue; `{name}` in it is a slot, and the type knows the slots. */
export interface Text<Slot extends string = never> extends Localized {
  /** Exists in the type only. */
  readonly slot?: Slot;
}

type Slots<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Slots<Rest> : never;

/** Declares one text in every language, side by side. */
export const text = <const En extends string>(en: En, ko: string): Text<Slots<En>> => ({ en, ko });

/** A text in the reader's language, its slots filled with plain strings. */
export function fill(locale: Locale, text: Text): string;
export function fill<Slot extends string>(
  locale: Locale,
  text: Text<Slot>,
  values: Readonly<Record<Slot, string>>,
): string;
export function fill(locale: Locale, text: Localized, values: Readonly<Record<string, string>> = {}): string {
  return pieces(text[locale])
    .map((piece) => (piece.slot ? (values[piece.text] ?? '') : piece.text))
    .join('');
}

/** The parts of a text in order: literal words and slots. */
export function pieces(template: string): readonly { readonly slot: boolean; readonly text: string }[] {
  return template.split(/\{(\w+)\}/).map((part, index) => ({ slot: index % 2 === 1, text: part }));
}
