import { dueReminder } from '../change/remind.ts';
import type { ThreadMessage } from '../domain/ports.ts';
import { section } from './blocks.ts';
import { mentions } from './mentions.ts';
import { settingsWords } from './change-words.ts';
import { bold, fillMd, join, line, lockLine, moment, type Markup } from './markup.ts';
import { CHANGE } from './texts/change.ts';
import { fill } from './texts/text.ts';
import type { ShownChange, ThreadView } from './view.ts';

/** Of the 120 characters of a lock-screen line, what is left for the settings beside host and matter. */
const SETTINGS_CHARS = 60;

/** Replies about what nobody has decided, each once: its key stays, and once somebody has decided it is left as it is. */
export function reminderMessages(view: ThreadView): readonly ThreadMessage[] {
  const due = view.changes.map((shown) => ({ shown, reminder: dueReminder(shown.change, view.nowMs) }));
  const undecided = due.filter(({ reminder }) => reminder === 'decide').map(({ shown }) => shown);
  const [waiting] = due.filter(({ reminder }) => reminder === 'approve').map(({ shown }) => shown);
  return [
    ...(waiting === undefined || !nobodyHasActed(view) ? [] : [approveReminder(view, waiting)]),
    ...undecided.map((shown) => decideReminder(view, shown)),
  ];
}

/** Who has taken one of several ways needs no word about the others. */
const nobodyHasActed = ({ changes }: ThreadView): boolean =>
  changes.every(({ change: { state } }) => state.kind === 'proposed' || state.kind === 'expired');

function approveReminder(view: ThreadView, shown: ShownChange): ThreadMessage {
  const { locale } = view.request;
  const when = moment(shown.change.plan.expiresAtMs, locale);
  return reminder(view, {
    key: 'remind:approve',
    text: fill(locale, CHANGE.newsUndecided, wordsOf(view, shown)),
    more: fillMd(locale, CHANGE.approvalWaits, { when }),
  });
}

function decideReminder(view: ThreadView, shown: ShownChange): ThreadMessage {
  const { locale } = view.request;
  return reminder(view, {
    key: `remind:decide:${shown.change.plan.id}`,
    text: fill(locale, CHANGE.newsNotKept, wordsOf(view, shown)),
    more: fillMd(locale, CHANGE.until),
  });
}

const wordsOf = ({ request: { locale } }: ThreadView, { change: { plan } }: ShownChange) => ({
  host: plan.host,
  settings: settingsWords(plan.settings, locale, SETTINGS_CHARS),
});

interface Reminded {
  readonly key: string;
  readonly text: string;
  readonly more: Markup;
}

function reminder(view: ThreadView, { key, text, more }: Reminded): ThreadMessage {
  const head = [...mentions(view), bold(line(text, 300))];
  return { key, text: lockLine(text), blocks: [section([join(head, ' '), more])] };
}
