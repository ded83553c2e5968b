import type { Check, Contribution, GroupFacts, Samples } from '../check.ts';
import { count } from '../figures.ts';
import { linesOf, wordsOf } from '../lines.ts';
import type { SsState } from '../ss-rows.ts';

const FACTS = {
  ESTAB: 'established',
  'SYN-SENT': 'syn_sent',
  'SYN-RECV': 'syn_recv',
  'FIN-WAIT-1': 'fin_wait_1',
  'FIN-WAIT-2': 'fin_wait_2',
  'TIME-WAIT': 'time_wait',
  'CLOSE-WAIT': 'close_wait',
  'LAST-ACK': 'last_ack',
  CLOSING: 'closing',
} as const satisfies Partial<Record<SsState, keyof GroupFacts<'sockets'>>>;

/** How many sockets there are of each state; added up in the walk of sockets-by-destination, so it costs nothing. */
export const socketsByState: Check = {
  id: 'sockets-by-state',
  title: { en: 'sockets by state', ko: '상태별 소켓 수' },
  samples: 'both',
  core: true,
  capBytes: 4096,
  timeoutS: 5,
  cost: 'nothing: the lines of sockets-by-destination',
  script: `command -v ss >/dev/null || exit 127
printf '%s\\n' "$TC_INPUT" | grep -E '^(state|skipped|end) '`,
  input: { of: 'sockets-by-destination', sample: 'same' },
  fillsWindow: false,
  linesHold: false,
  read: ({ first, second }: Samples) => parse(second) ?? parse(first),
};

function parse(text: string | null): Contribution | null {
  const rows = linesOf(text).map(wordsOf);
  if (!rows.some(([word]) => word === 'end')) return null;
  // The table was walked to its end, so a state that is not listed has no socket.
  const sockets = Object.entries(FACTS).map(([state, fact]) => {
    const row = rows.find(([word, name]) => word === 'state' && name === state);
    return [fact, row === undefined ? 0 : count(row[2])] as const;
  });
  return { host: { sockets: Object.fromEntries(sockets) } };
}
