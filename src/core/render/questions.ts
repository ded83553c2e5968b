import type { HostChoice, UnknownHosts } from '../domain/incident.ts';
import { say } from '../domain/locale.ts';
import type { ThreadMessage } from '../domain/ports.ts';
import { actions, context, header, menu, section } from './blocks.ts';
import { code, fillMd, join, lockLine, mention, moment, type Markup } from './markup.ts';
import { QUESTION } from './texts/incident.ts';
import { fill } from './texts/text.ts';
import { cleanLine, fit } from './plain.ts';
import { quantity } from './words.ts';

/** Id of the menu of candidates; other programs know it. */
export const CHOOSE_HOST = 'alert.host';

/** Asks which of several hosts alerts are about; after the choice, says who has chosen. */
export function choiceMessage(choice: HostChoice): ThreadMessage {
  const { locale, named, candidates, alertName, alerts, chosen, id } = choice;
  const short = fit(cleanLine(named), 60);
  const text =
    chosen === null
      ? fill(locale, QUESTION.whichHead, { named: short })
      : fill(locale, QUESTION.chosenHead, { named: short, host: chosen.host });
  const asked = fillMd(locale, QUESTION.which, { alert: code(alertName, 100), named: code(named, 100) });
  const lines: Markup[] = [asked];
  if (chosen !== null) {
    const who = mention(chosen.userId) ?? code(chosen.userId, 40);
    const when = moment(chosen.atMs, locale);
    lines.push(fillMd(locale, QUESTION.chosen, { who, host: code(chosen.host, 66), when }));
  } else {
    lines.push(fillMd(locale, QUESTION.untilThen));
    if (alerts > 1) lines.push(fillMd(locale, QUESTION.moreAlerts, { count: quantity(alerts) }));
  }
  return {
    key: 'root',
    text: lockLine(text),
    blocks: [
      header(`${chosen === null ? '❓' : '✅'} ${text}`),
      section(lines),
      ...(chosen === null
        ? [
            actions(
              [menu({ actionId: CHOOSE_HOST, label: say(QUESTION.menu, locale), options: candidates })],
              id,
            ),
          ]
        : []),
      context([fillMd(locale, QUESTION.aliases)]),
    ],
  };
}

/** One note a day about names that nobody knows. */
export function unknownMessage({ locale, named, beyond, alerts }: UnknownHosts): ThreadMessage {
  const text = fill(locale, QUESTION.unknownLock, {
    names: named.map((name) => fit(cleanLine(name), 60)).join(', '),
  });
  const more = beyond > 0 ? [fillMd(locale, QUESTION.moreNames, { count: quantity(beyond) })] : [];
  const names = join([...named.map((name) => code(name, 100)), ...more], ', ');
  return {
    key: 'root',
    text: lockLine(text),
    blocks: [
      header(`❓ ${say(QUESTION.unknownHead, locale)}`),
      section([
        fillMd(locale, QUESTION.unknown, { alerts: quantity(alerts), names }),
        fillMd(locale, QUESTION.unknownHint),
      ]),
    ],
  };
}
