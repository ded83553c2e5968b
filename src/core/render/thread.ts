import type { ThreadMessage } from '../domain/ports.ts';
import type { Diagnosis } from '../domain/report.ts';
import { cardMessage } from './change-card.ts';
import { newsMessage } from './change-news.ts';
import { endMessage } from './end.ts';
import { findingMessage } from './finding.ts';
import { reminderMessages } from './reminder.ts';
import { rootMessage } from './root.ts';
import { restoredMessages } from './lost.ts';
import { looseChanges, shownFindings, withResult, type ThreadView } from './view.ts';

/**
 * The whole thread as it should look now, in the order its messages are posted: the root, one message per
 * finding, the reply that notifies, and news of changes. Keys stay the same from draw to draw.
 */
export function threadOf(view: ThreadView): readonly ThreadMessage[] {
  const told = withResult(view);
  const diagnosis = told?.run?.diagnosis ?? null;
  if (told === null || diagnosis === null) return [rootMessage(view)];
  return [rootMessage(view), ...replies(told, diagnosis)];
}

function replies(view: ThreadView, diagnosis: Diagnosis): readonly ThreadMessage[] {
  const findings = shownFindings(view);
  const cards = [...findings.flatMap((shown) => shown.changes.slice(1)), ...looseChanges(view)];
  const news = view.changes.map((shown) => newsMessage(view, shown)).filter((message) => message !== null);
  return [
    ...findings.map((shown) => findingMessage(view, shown)),
    ...cards.map((shown) => cardMessage(view, shown)),
    endMessage(view, diagnosis),
    ...restoredMessages(view),
    ...news,
    ...reminderMessages(view),
  ];
}
