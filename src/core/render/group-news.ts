import type { GroupState } from '../domain/group.ts';
import type { ThreadMessage } from '../domain/ports.ts';
import { section } from './blocks.ts';
import { mentions } from './group-card.ts';
import { groupHeadline, groupStateLines } from './group-state.ts';
import { bold, join, line, lockLine } from './markup.ts';
import type { QuestionView, ShownGroup } from './question-view.ts';

/**
 * A reply for what came of the plan, since the edit of its card notifies nobody; null for states that are no news.
 * What happens on a single host is told in that host's own thread.
 */
export function groupNews(view: QuestionView, shown: ShownGroup): ThreadMessage | null {
  const { locale } = view.question;
  const { plan, state } = shown.group;
  if (!NEWS.has(state.kind)) return null;
  const text = groupHeadline(shown, locale);
  const head = join([...mentions(view), bold(line(text, 300))], ' ');
  return {
    key: `group:${plan.id}:${state.kind}${whereOf(state)}`,
    text: lockLine(text),
    blocks: [section([head, ...groupStateLines(view, shown)])],
  };
}

const NEWS: ReadonlySet<GroupState['kind']> = new Set(['stopped', 'done', 'kept', 'rolled-back', 'expired']);

/** It may stop at one host, go on, and stop at another. */
const whereOf = (state: GroupState): string =>
  state.kind === 'stopped' && 'changeId' in state.stop ? `:${state.stop.changeId}` : '';
