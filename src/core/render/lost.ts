import type { Locale } from '../domain/locale.ts';
import type { ThreadMessage } from '../domain/ports.ts';
import { header, section } from './blocks.ts';
import { fillMd, lockLine } from './markup.ts';
import { fill, text } from './texts/text.ts';

const LOST = {
  head: text('{host}: lost, ask again', '{host}: 유실됨, 다시 요청해 주세요'),
  story: text(
    'The queue was emptied before this check ended, so its result is gone. Nothing was changed on the host. Ask again with the same command.',
    '점검이 끝나기 전에 작업 큐가 비워져 결과가 사라졌습니다. 호스트에서 변경된 것은 없습니다. 같은 명령으로 다시 요청해 주세요.',
  ),
};

/** What the root becomes when its request is gone from the queue. */
export function lostMessage(thread: { readonly host: string; readonly locale: Locale }): ThreadMessage {
  const { host, locale } = thread;
  const head = fill(locale, LOST.head, { host });
  return {
    key: 'root',
    text: lockLine(head),
    blocks: [header(`⛔ ${head}`), section([fillMd(locale, LOST.story)])],
  };
}
