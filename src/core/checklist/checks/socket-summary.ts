import type { Check, Contribution, Samples } from '../check.ts';
import { count } from '../figures.ts';

/** What people look at first: `ss -s`. */
export const socketSummary: Check = {
  id: 'socket-summary',
  title: { en: 'socket summary', ko: '소켓 요약' },
  samples: 'first',
  core: false,
  capBytes: 4096,
  timeoutS: null,
  cost: 'ss -s reads a few files of /proc; below 10 ms at 70,000 sockets',
  script: 'ss -s',
  input: null,
  fillsWindow: false,
  linesHold: false,
  read,
};

/**
 * Of its line only `estab` is worth a fact: total, closed and orphaned count the whole machine, and timewait
 * includes orphaned FIN-WAIT-2. It is CurrEstab of RFC 1213, hence two states in one number.
 */
function read({ first, second }: Samples): Contribution | null {
  const open = openConnections(second) ?? openConnections(first);
  if (open === undefined) return null;
  return { host: { sockets: { established_or_close_wait: open } } };
}

function openConnections(text: string | null): number | undefined {
  return count(/^TCP:\s{1,20}\d{1,10} \(estab (\d{1,10}),/m.exec((text ?? '').slice(0, 4096))?.[1]);
}
