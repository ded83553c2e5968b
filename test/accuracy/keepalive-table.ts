import type { Circumstances } from './circumstances.ts';
import type { Cohort, KeepaliveEffect } from './keepalive.ts';
import { markdownTable } from './markdown-table.ts';
import { SLOW_HEADING } from './page.ts';

/** The part of docs/accuracy.md that the slow run writes. */
export function keepalivePart(effects: readonly KeepaliveEffect[], { kernel, date }: Circumstances): string {
  return `${SLOW_HEADING}
Written by \`ACCURACY_SLOW=1 npm run accuracy\` on ${date}: Linux ${kernel}. Clients take a place at a server with SO_KEEPALIVE
and vanish without a word; the settings are those that \`half-open/slow-keepalive\` offers after ten minutes of silence, applied
and taken back by the signed plan and the helper on the host. The figures are dead connections that the server still held, of
those whose clients had vanished, and after how long.

${markdownTable(
  [
    'settings',
    'vanished before the change',
    'the same, after the change',
    'vanished after the change',
    'vanished after roll back',
  ],
  effects.map(({ settings, before, openBefore, after, afterRollBack }) => [
    settings.map(({ key, from, to }) => `${key} ${from} → ${to}`).join(', '),
    ...[before, openBefore, after, afterRollBack].map(cohort),
  ]),
)}

A change reaches connections that are opened after it. Those that were open keep the timer that is running, up to two hours
with the kernel's default, and obey the new values once it has fired.
`;
}

const cohort = ({ dead, held, afterS, goneAfterS }: Cohort): string =>
  goneAfterS === null ? `${held} of ${dead} held after ${afterS} s` : `none of ${dead} after ${goneAfterS} s`;
