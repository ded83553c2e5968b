import type { Approval, Change, Person } from '../domain/change.ts';
import { say, type Locale } from '../domain/locale.ts';
import type { Block, ThreadMessage } from '../domain/ports.ts';
import { assert } from '../domain/errors.ts';
import { MAX_BREAK_GLASS_REASON, MIN_BREAK_GLASS_REASON } from '../change/go.ts';
import { section } from './blocks.ts';
import { settingsWords } from './change-words.ts';
import {
  bold,
  fillMd,
  join,
  line,
  lockLine,
  md,
  mention,
  person as named,
  sentence,
  type Markup,
} from './markup.ts';
import { fit } from './plain.ts';
import { BREAK_GLASS } from './texts/break-glass.ts';
import { fill } from './texts/text.ts';

/** One person has gone on alone, and why. */
export interface BrokenGlass {
  readonly change: Change;
  readonly person: Person;
  readonly reason: string;
}

const MAX_MENTIONS = 20;
/** Of the 120 characters of a lock-screen line, what is left for the settings. */
const SETTINGS_CHARS = 60;

/** A message of the channel that pings those who would have been asked. */
export function brokenGlassMessage(
  { change: { plan }, person, reason }: BrokenGlass,
  locale: Locale,
  approverIds: readonly string[],
): ThreadMessage {
  const settings = settingsWords(plan.settings, locale, SETTINGS_CHARS);
  const text = fill(locale, BREAK_GLASS.news, { host: plan.host, settings });
  const pinged = approverIds.slice(0, MAX_MENTIONS).flatMap((id) => mention(id) ?? []);
  const words = { who: named(person), reason: sentence(reason, MAX_BREAK_GLASS_REASON) };
  return {
    key: `break-glass:${plan.id}`,
    text: lockLine(text),
    blocks: [
      section([
        join([...pinged, md`🚨 ${bold(line(text, 200))}`], ' '),
        fillMd(locale, BREAK_GLASS.who, words),
      ]),
    ],
  };
}

/** What a card says of it as long as the approvals are known. */
export const brokenGlassLines = (approvals: readonly Approval[], locale: Locale): readonly Markup[] =>
  approvals.flatMap(({ by, breakGlass }) =>
    breakGlass === undefined
      ? []
      : [
          md`🚨 ${fillMd(locale, BREAK_GLASS.card, {
            who: named(by),
            reason: sentence(breakGlass, MAX_BREAK_GLASS_REASON),
          })}`,
        ],
  );

/** Ids of the form; the submission carries them. */
export const BREAK_GLASS_FORM = { callback: 'change.break-glass', block: 'reason', input: 'reason' } as const;

/** Slack's bound of `private_metadata`. */
const MAX_METADATA = 3_000;
/** Slack's bounds of a title and of the texts of buttons of a form. */
const MAX_TITLE = 24;

const plain = (raw: string): Block => ({ type: 'plain_text', text: fit(raw, MAX_TITLE), emoji: true });

/** The form that asks for the reason. `carried` comes back with the submission. */
export function breakGlassForm(
  { host, settings, carried }: { readonly host: string; readonly settings: string; readonly carried: string },
  locale: Locale,
): Block {
  assert(carried.length <= MAX_METADATA, 'a form carries little');
  return {
    type: 'modal',
    callback_id: BREAK_GLASS_FORM.callback,
    private_metadata: carried,
    title: plain(say(BREAK_GLASS.title, locale)),
    submit: plain(say(BREAK_GLASS.submit, locale)),
    close: plain(say(BREAK_GLASS.cancel, locale)),
    blocks: [
      section([fillMd(locale, BREAK_GLASS.what, { host, settings })]),
      {
        type: 'input',
        block_id: BREAK_GLASS_FORM.block,
        label: { type: 'plain_text', text: say(BREAK_GLASS.reason, locale) },
        element: {
          type: 'plain_text_input',
          action_id: BREAK_GLASS_FORM.input,
          multiline: true,
          min_length: MIN_BREAK_GLASS_REASON,
          max_length: MAX_BREAK_GLASS_REASON,
        },
      },
    ],
  };
}
