import { waitsForListen } from '../change/listen-anew.ts';
import type { Locale } from '../domain/locale.ts';
import { code, fillMd, line, md, type Markup } from './markup.ts';
import { CHANGE } from './texts/change.ts';
import type { ShownChange } from './view.ts';

/** What a person must do on the host before the setting can act, as exactly as is known. */
export function listenAnewLines({ change, card }: ShownChange, locale: Locale): readonly Markup[] {
  const { plan, state } = change;
  if (!waitsForListen(plan, state)) return [];
  const subject = code(plan.subject ?? '?', 60);
  const words =
    card.unit === null
      ? fillMd(locale, CHANGE.listenAnew, { subject })
      : fillMd(locale, CHANGE.reloadUnit, {
          subject,
          host: line(plan.host, 63),
          command: code(`sudo systemctl reload ${card.unit}`, 120),
        });
  return [md`🔄 ${words}`];
}
