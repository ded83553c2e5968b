import type { Change } from '../domain/change.ts';
import { unreachable } from '../domain/errors.ts';
import type { ThreadMessage } from '../domain/ports.ts';
import { section } from './blocks.ts';
import { effectBlocks, effectOf } from './change-card.ts';
import { reversed, settingsWords, stateLines } from './change-words.ts';
import { listenAnewLines } from './listen-anew.ts';
import { bold, join, line, lockLine } from './markup.ts';
import { mentions } from './mentions.ts';
import { CHANGE } from './texts/change.ts';
import { fill } from './texts/text.ts';
import type { ShownChange, ThreadView } from './view.ts';

/** Of the 120 characters of a lock-screen line, what is left for the settings beside host and outcome. */
const SETTINGS_CHARS = 70;

/**
 * A reply for what happened to a change, since the edit of its card notifies nobody; null for states that
 * are no news. Each outcome has its own key, so that a later one is a new reply too.
 */
export function newsMessage(view: ThreadView, shown: ShownChange): ThreadMessage | null {
  const { locale } = view.request;
  const { change } = shown;
  const { plan, state } = change;
  const text = headline(view, change);
  if (text === null) return null;
  const head = [...mentions(view), bold(line(text, 300))];
  const whatToDo = state.kind === 'judged' ? listenAnewLines(shown, locale) : [];
  return {
    key: `change:${plan.id}:${state.kind}`,
    text: lockLine(text),
    blocks: [
      section([join(head, ' '), ...stateLines(change, locale), ...whatToDo], 2000),
      ...(state.kind === 'kept' || state.kind === 'left-until-reboot'
        ? []
        : effectBlocks(effectOf(change), locale)),
    ],
  };
}

const VERDICT_NEWS = {
  verified: CHANGE.newsVerified,
  'no-effect': CHANGE.newsNoEffect,
  worse: CHANGE.newsWorse,
  unknown: CHANGE.newsUnknown,
} as const;

const REVERTED_NEWS = {
  timer: CHANGE.newsReverted,
  worse: CHANGE.newsRevertedWorse,
  reboot: CHANGE.newsReverted,
  journal: CHANGE.newsRevertedJournal,
} as const;

function headline({ request: { locale } }: ThreadView, change: Change): string | null {
  const { plan, state } = change;
  const { host } = plan;
  const settings = settingsWords(plan.settings, locale, SETTINGS_CHARS);
  switch (state.kind) {
    case 'judged':
      return fill(locale, VERDICT_NEWS[state.judgement.verdict], { host, settings });
    case 'left-until-reboot':
      return fill(locale, CHANGE.newsLeft, { host, settings });
    case 'kept':
      return fill(locale, CHANGE.newsKept, { host, settings });
    case 'reverted': {
      return fill(locale, REVERTED_NEWS[state.why], { host, settings });
    }
    case 'rolled-back':
      return fill(locale, CHANGE.newsRolledBack, {
        host,
        settings: settingsWords(reversed(plan), locale, SETTINGS_CHARS),
      });
    case 'failed':
      return fill(locale, CHANGE.newsFailed, { host, settings, code: state.reason.code });
    case 'void':
      // One that another change made needless asks nothing of anybody; where several hosts stopped, their card tells it.
      if (state.reason.code === 'CHANGE_NEEDLESS' || state.reason.code === 'CHANGE_STOPPED') return null;
      return fill(locale, CHANGE.newsVoid, { host, settings, code: state.reason.code });
    case 'expired':
      return fill(locale, CHANGE.newsExpired, { host, settings });
    case 'needs-human':
      return fill(locale, CHANGE.newsNeedsHuman, { host, settings, code: state.reason.code });
    case 'proposed':
    case 'queued':
    case 'approved':
    case 'applying':
    case 'applied':
    case 'confirmed':
    case 'keeping':
    case 'rolling-back':
    case 'rejected':
      return null;
    default:
      return unreachable(state);
  }
}
