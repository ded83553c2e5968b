/** The languages the product speaks; every text a person reads exists in each of them. */
export const LOCALES = ['en', 'ko'] as const;
export type Locale = (typeof LOCALES)[number];

/** One text in every language, side by side, so that neither can be forgotten. */
export interface Localized {
  readonly en: string;
  readonly ko: string;
}

/** Picks the reader's language. */
export const say = (text: Localized, locale: Locale): string => text[locale];

/** Maps a Slack or POSIX locale (`ko-KR`, `ko_KR.UTF-8`, `en-GB`) to a language we speak; English otherwise. */
export function localeFrom(tag: string | undefined): Locale {
  return tag?.toLowerCase().startsWith('ko') === true ? 'ko' : 'en';
}
