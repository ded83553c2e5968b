import type { ThreadMessage } from '../domain/ports.ts';
import { groupCard } from './group-card.ts';
import { groupNews } from './group-news.ts';
import { questionRoot } from './question-root.ts';
import type { QuestionView } from './question-view.ts';

/** The whole thread about a group as it should look now, in the order its messages are posted. */
export function questionThread(view: QuestionView): readonly ThreadMessage[] {
  return [
    questionRoot(view),
    ...view.groups.map((shown) => groupCard(view, shown)),
    ...view.groups.map((shown) => groupNews(view, shown)).filter((message) => message !== null),
  ];
}
