import { readFreeze } from '../core/change/read-freeze.ts';
import { say } from '../core/domain/locale.ts';
import { fillMd, prose, type Markup } from '../core/render/markup.ts';
import { BOT } from '../core/render/texts/bot.ts';
import { atTheDesk } from './desk-call.ts';
import type { Listening } from './listening.ts';
import type { Member } from './members.ts';

/** Who typed what behind `freeze`, and where. */
interface Typed {
  readonly teamId: string;
  readonly userId: string;
  readonly channel: string;
  readonly words: readonly string[];
  readonly deliveryKey: string;
}

/** Freezes changes, lifts it, or says how it stands; times are those of the clock on the asker's wall. */
export async function freeze(
  listening: Listening,
  { words, ...from }: Typed,
  { locale, utcOffsetMs }: Extract<Member, { kind: 'full' }>,
): Promise<readonly Markup[]> {
  const wish = readFreeze(words, { nowMs: Date.now(), utcOffsetMs });
  const answer = await atTheDesk(listening, () => listening.desk.freeze({ ...from, wish }));
  if (answer.kind === 'late') return [fillMd(locale, BOT.deskSlow)];
  if (answer.kind === 'fault') return [fillMd(locale, BOT.fault)];
  return answer.value.kind === 'duplicate' ? [] : [prose(say(answer.value.answer, locale), 2000)];
}
