import { mention, type Markup } from './markup.ts';
import type { ThreadView } from './view.ts';

/** Whom the thread's last reply and the news of its changes ping. */
export function mentions({ request }: ThreadView): readonly Markup[] {
  return request.mentions
    .slice(0, MAX_MENTIONS)
    .map(mention)
    .filter((markup) => markup !== null);
}

const MAX_MENTIONS = 10;
