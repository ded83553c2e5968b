import type { Person } from '../domain/change.ts';
import type { Freeze } from '../domain/freeze.ts';
import { say, type Locale } from '../domain/locale.ts';
import type { ThreadMessage } from '../domain/ports.ts';
import { section } from './blocks.ts';
import { freezeLine } from './freeze-words.ts';
import { bold, fillMd, line, lockLine, md, person as named, type Markup } from './markup.ts';
import { FREEZE } from './texts/freeze.ts';

/** That nothing is changed from now on. */
export const frozenMessage = (key: string, freeze: Freeze, locale: Locale): ThreadMessage =>
  message(key, '🧊', say(FREEZE.newsFrozen, locale), [
    freezeLine(freeze, locale),
    fillMd(locale, FREEZE.rollBack),
  ]);

/** That it is over, by itself or because somebody has said so. */
export const thawedMessage = (key: string, by: Person | null, locale: Locale): ThreadMessage =>
  message(key, '✅', say(FREEZE.newsOver, locale), [
    by === null ? fillMd(locale, FREEZE.ranOut) : fillMd(locale, FREEZE.liftedBy, { who: named(by) }),
  ]);

const message = (key: string, sign: string, head: string, lines: readonly Markup[]): ThreadMessage => ({
  key,
  text: lockLine(head),
  blocks: [section([md`${sign} ${bold(line(head, 100))}`, ...lines])],
});
