import { isStanding } from '../change/life.ts';
import { say, type Locale } from '../domain/locale.ts';
import type { Block } from '../domain/ports.ts';
import { actions, button } from './blocks.ts';
import { reversed, settingsWords } from './change-words.ts';
import { BREAK_GLASS } from './texts/break-glass.ts';
import { CHANGE } from './texts/change.ts';
import { TAKES_EFFECT } from './texts/common.ts';
import { fill } from './texts/text.ts';
import type { ShownChange } from './view.ts';

/** Ids of the buttons; other programs know them. */
export const ACTION = {
  approve: 'change.approve',
  reject: 'change.reject',
  keep: 'change.keep',
  rollback: 'change.rollback',
  breakGlass: 'change.break-glass',
} as const;

/** Of the 300 characters of a dialog, what is left for the settings beside host and terms. */
const SETTINGS_CHARS = 150;

/** The buttons that make sense in the change's state; null when there are none. */
export function cardButtons(shown: ShownChange, locale: Locale): Block | null {
  const { kind } = shown.change.state;
  if (kind === 'proposed') {
    const glass = mayBreakGlass(shown) ? [breakGlass(shown, locale)] : [];
    return actions([approve(shown, locale), reject(shown, locale), ...glass]);
  }
  if (kind === 'judged' || kind === 'left-until-reboot') {
    return actions([keep(shown, locale), rollback(shown, locale)]);
  }
  if (isStanding(shown.change.state) || kind === 'needs-human') return actions([rollback(shown, locale)]);
  return null;
}

/** Where something stands in the way of one person, and the configuration lets them go on. */
const mayBreakGlass = ({ change: { plan }, card }: ShownChange): boolean =>
  card.breakGlass && (plan.approvalsNeeded > 1 || card.freeze !== null);

/** The form behind it asks for the reason, and is the confirmation. */
const breakGlass = ({ card }: ShownChange, locale: Locale): Block =>
  button({
    actionId: ACTION.breakGlass,
    label: say(BREAK_GLASS.button, locale),
    value: card.value,
    style: 'danger',
  });

function keep({ change: { plan }, card }: ShownChange, locale: Locale): Block {
  const label = say(CHANGE.keep, locale);
  const settings = settingsWords(plan.settings, locale, SETTINGS_CHARS);
  return button({
    actionId: ACTION.keep,
    label,
    value: card.value,
    confirmation: {
      title: fill(locale, CHANGE.keepTitle, { host: plan.host }),
      text: fill(locale, CHANGE.keepText, { host: plan.host, settings }),
      confirm: label,
      deny: say(CHANGE.cancel, locale),
    },
  });
}

function approve({ change: { plan }, card }: ShownChange, locale: Locale): Block {
  const label = say(CHANGE.approve, locale);
  const host = plan.host;
  const settings = settingsWords(plan.settings, locale, SETTINGS_CHARS);
  const effect = say(TAKES_EFFECT[plan.takesEffect], locale);
  return button({
    actionId: ACTION.approve,
    label,
    value: card.value,
    // It stays for the end of the freeze; until then it is not what to press.
    ...(card.freeze === null ? { style: 'primary' } : {}),
    confirmation: {
      title: fill(locale, CHANGE.approveTitle, { host }),
      text: fill(locale, CHANGE.approveText, { host, settings, effect }),
      confirm: label,
      deny: say(CHANGE.cancel, locale),
    },
  });
}

function reject({ change: { plan }, card }: ShownChange, locale: Locale): Block {
  const label = say(CHANGE.reject, locale);
  const settings = settingsWords(plan.settings, locale, SETTINGS_CHARS);
  return button({
    actionId: ACTION.reject,
    label,
    value: card.value,
    confirmation: {
      title: say(CHANGE.rejectTitle, locale),
      text: fill(locale, CHANGE.rejectText, { host: plan.host, settings }),
      confirm: label,
      deny: say(CHANGE.cancel, locale),
    },
  });
}

function rollback({ change: { plan, state }, card }: ShownChange, locale: Locale): Block {
  const label = say(CHANGE.rollback, locale);
  const settings = settingsWords(reversed(plan), locale, SETTINGS_CHARS);
  return button({
    actionId: ACTION.rollback,
    label,
    value: card.value,
    style: 'danger',
    confirmation: {
      title: fill(locale, CHANGE.rollbackTitle, { host: plan.host }),
      text: fill(locale, state.kind === 'kept' ? CHANGE.rollbackKeptText : CHANGE.rollbackText, {
        host: plan.host,
        settings,
      }),
      confirm: label,
      deny: say(CHANGE.cancel, locale),
    },
  });
}
