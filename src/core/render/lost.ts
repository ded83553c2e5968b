import type { Locale } from '../domain/locale.ts';
import type { ThreadMessage } from '../domain/ports.ts';
import { header, section } from './blocks.ts';
import { bold, fillMd, line, lockLine } from './markup.ts';
import { CHANGE } from './texts/change.ts';
import { GROUP } from './texts/group.ts';
import { ROOT } from './texts/root.ts';
import { fill } from './texts/text.ts';
import type { ThreadView } from './view.ts';

/** The root message of a thread whose request is gone from the store: nobody waits for an answer in vain. */
export function lostMessage({ host, locale }: { host: string; locale: Locale }): ThreadMessage {
  const text = fill(locale, ROOT.headLost, { host });
  return {
    key: 'root',
    text: lockLine(text),
    blocks: [header(`⛔ ${text}`), section([fillMd(locale, ROOT.lost, { host })])],
  };
}

/** A reply where the thread came back with all that can be done about its changes. */
export function restoredMessages({ request }: ThreadView): readonly ThreadMessage[] {
  const { host, locale, restoredAtMs } = request;
  if (restoredAtMs === undefined) return [];
  const text = fill(locale, CHANGE.newsRestored, { host });
  return [
    {
      key: `restored:${restoredAtMs}`,
      text: lockLine(text),
      blocks: [section([bold(line(text, 200)), fillMd(locale, CHANGE.restored, { host: line(host, 63) })])],
    },
  ];
}

/** A reply where a change was under way: what that means on the host, where nothing was lost. */
export function lostChangeMessage({ host, locale }: { host: string; locale: Locale }): ThreadMessage {
  const text = fill(locale, CHANGE.newsLost, { host });
  return {
    key: 'change-lost',
    text: lockLine(text),
    blocks: [section([bold(line(text, 200)), fillMd(locale, CHANGE.lost)])],
  };
}

/** A reply in the thread about a group: its hosts have threads of their own, which know more. */
export function lostGroupMessage({ host: group, locale }: { host: string; locale: Locale }): ThreadMessage {
  const text = fill(locale, GROUP.newsLost, { group });
  return {
    key: 'group-lost',
    text: lockLine(text),
    blocks: [section([bold(line(text, 200)), fillMd(locale, GROUP.lost)])],
  };
}
