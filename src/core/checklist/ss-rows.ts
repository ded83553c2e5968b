import { parseEndpoint, type Endpoint } from './endpoint.ts';
import { count } from './figures.ts';
import { wordsOf } from './lines.ts';

/** One socket as `ss` lists it. */
export interface SsRow {
  readonly state: SsState;
  /** For a listener: connections waiting for accept(). */
  readonly recvQ: number;
  /** For a listener: how many may wait; null where that was read without ss and nobody tells. */
  readonly sendQ: number | null;
  readonly local: Endpoint;
  readonly peer: Endpoint;
  /** What follows the addresses, continuation lines included. */
  readonly details: string;
}

/** The states `ss` knows for TCP, spelled its way. */
export const SS_STATES = [
  'ESTAB',
  'SYN-SENT',
  'SYN-RECV',
  'FIN-WAIT-1',
  'FIN-WAIT-2',
  'TIME-WAIT',
  'CLOSE-WAIT',
  'LAST-ACK',
  'CLOSING',
  'LISTEN',
] as const;
export type SsState = (typeof SS_STATES)[number];

/** iproute2 4.15 to 4.19 prints the state and Recv-Q of narrow tables without a blank between them: `LISTEN5`. */
const GLUED = new RegExp(`^(${SS_STATES.join('|')})(\\d+)$`);
const STATES: ReadonlySet<string> = new Set(SS_STATES);

/**
 * Reads the rows of `ss` of any age. Columns are counted from the left, never taken from the header, since
 * some versions glue its words; header and junk are passed over.
 */
export function ssRows(lines: readonly string[]): readonly SsRow[] {
  const rows: SsRow[] = [];
  let open = false;
  for (const line of lines) {
    // Before -O (5.2) details stand on a line of their own that starts with a blank.
    if (/^\s/.test(line)) {
      const last = rows.at(-1);
      if (open && last !== undefined)
        rows[rows.length - 1] = { ...last, details: `${last.details} ${line.trim()}` };
      continue;
    }
    const row = ssRow(line);
    open = row !== null;
    if (row !== null) rows.push(row);
  }
  return rows;
}

function ssRow(line: string): SsRow | null {
  const [state, ...rest] = splitState(wordsOf(line));
  const recvQ = count(rest[0]);
  const sendQ = rest[1] === '-' ? null : count(rest[1]);
  const local = parseEndpoint(rest[2] ?? '');
  const peer = parseEndpoint(rest[3] ?? '');
  if (recvQ === undefined || sendQ === undefined || local === null || peer === null) return null;
  const known = isState(state) ? state : inferred(state, peer);
  if (known === null) return null;
  return { state: known, recvQ, sendQ, local, peer, details: rest.slice(4).join(' ') };
}

/** A filter by state drops the State column; only a listener has no peer. */
function inferred(state: string | undefined, peer: Endpoint): SsState | null {
  return state === '' && peer.port === null ? 'LISTEN' : null;
}

function splitState(words: readonly string[]): readonly string[] {
  const first = words[0] ?? '';
  const glued = GLUED.exec(first);
  if (glued !== null) return [glued[1] ?? '', glued[2] ?? '', ...words.slice(1)];
  return /^\d+$/.test(first) ? ['', ...words] : words;
}

function isState(text: string | undefined): text is SsState {
  return text !== undefined && STATES.has(text);
}
