import { endpointName, parseEndpoint, type Endpoint } from './endpoint.ts';
import { count } from './figures.ts';
import { linesOf, wordsOf } from './lines.ts';
import { ssTimer, type SsTimer } from './ss-timer.ts';

/** One connection as `ss -tinoe` shows it; undefined is what this ss or kernel does not tell. */
export interface SocketDetail {
  /** `HERE THERE`; the same connection has the same name in both samples. */
  readonly name: string;
  readonly here: Endpoint;
  readonly there: Endpoint;
  /** False when one side has begun to close it: what was to be sent still has to go. */
  readonly established: boolean;
  readonly recvQ: number;
  readonly sendQ: number;
  readonly timer: SsTimer | null;
  /** No accept() has taken it yet: it has no inode. */
  readonly waiting: boolean;
  readonly ackedBytes: number | undefined;
  readonly receivedBytes: number | undefined;
  readonly sentSegments: number | undefined;
  readonly retransmits: number;
  readonly backoff: number;
  readonly rtoMs: number | undefined;
  readonly rttMs: number | undefined;
  readonly minRttMs: number | undefined;
  readonly cwnd: number | undefined;
  readonly mss: number | undefined;
  readonly pmtu: number | undefined;
  readonly unacked: number;
  readonly notSentBytes: number | undefined;
  /** Share of the time it had something to send in which the other end's window, or its own buffer, was full. */
  readonly rwndLimitedRatio: number | undefined;
  readonly sndbufLimitedRatio: number | undefined;
  readonly lastSentMs: number;
  readonly lastReceivedMs: number;
  readonly lastAckMs: number;
  readonly congestion: string | undefined;
}

/** Words of `ss -tinoe` that are kept; a host prints no others of a connection. */
const KEPT_WORDS = [
  'timer',
  'ino',
  'rto',
  'backoff',
  'rtt',
  'minrtt',
  'mss',
  'pmtu',
  'cwnd',
  'bytes_acked',
  'bytes_received',
  'segs_out',
  'data_segs_out',
  'unacked',
  'retrans',
  'lastsnd',
  'lastrcv',
  'lastack',
  'busy',
  'rwnd_limited',
  'sndbuf_limited',
  'notsent',
];

/**
 * awk program for `ss -tinoe`, to be put behind `row()`: a line `socket STATE RECV-Q SEND-Q HERE THERE word…` for each,
 * details on a line of their own (iproute2 before 5.2) joined. The congestion control stands before wscale or rto.
 */
export const AWK_SOCKETS = `
  function flush() { if (line != "") print line; line = ""; told = 0 }
  /^[^ \\t]/ { flush(); if (row()) line = "socket " state " " queue + 0 " " backlog + 0 " " here " " there }
  line != "" {
    for (i = 1; i <= NF; i++) {
      if (!told && $i ~ /^(wscale|rto):/ && $(i - 1) ~ /^[a-z][a-z0-9_]*$/) { told = 1; line = line " cc:" $(i - 1) }
      if ($i ~ /^(${KEPT_WORDS.join('|')}):/) line = line " " $i
    }
  }
  END { flush() }`;

const STATES: ReadonlySet<string> = new Set(['ESTAB', 'FIN-WAIT-1', 'CLOSE-WAIT', 'LAST-ACK', 'CLOSING']);

/** Reads such lines; connections that have nothing more to send or to read are passed over. */
export function socketDetails(text: string | null): ReadonlyMap<string, SocketDetail> {
  return new Map(linesOf(text).flatMap((line) => detail(wordsOf(line)).map((each) => [each.name, each])));
}

function detail([
  word,
  state = '',
  recvQ,
  sendQ,
  local = '',
  peer = '',
  ...rest
]: readonly string[]): readonly SocketDetail[] {
  const here = parseEndpoint(local);
  const there = parseEndpoint(peer);
  const queues = [count(recvQ), count(sendQ)];
  const [received, unsent] = queues;
  if (word !== 'socket' || !STATES.has(state) || received === undefined || unsent === undefined) return [];
  if (here === null || there === null) return [];
  const words = new Map(rest.map((each) => [each.split(':', 1)[0] ?? '', each]));
  const value = (name: string): string | undefined => words.get(name)?.slice(name.length + 1);
  const whole = (name: string): number | undefined => count(value(name));
  // ss leaves out what is 0; that it knows the word at all shows in one that is never 0 (both since iproute2 4.2).
  const tellsBytes = words.has('segs_out') || words.has('bytes_acked') || words.has('bytes_received');
  const bytes = (name: string): number | undefined => whole(name) ?? (tellsBytes ? 0 : undefined);
  const [rtt] = (value('rtt') ?? '').split('/');
  return [
    {
      name: `${endpointName(here)} ${endpointName(there)}`,
      here,
      there,
      established: state === 'ESTAB',
      recvQ: received,
      sendQ: unsent,
      timer: ssTimer(words.get('timer') ?? ''),
      waiting: value('ino') === '0',
      ackedBytes: bytes('bytes_acked'),
      receivedBytes: bytes('bytes_received'),
      sentSegments: whole('data_segs_out') ?? whole('segs_out'),
      retransmits: count(/^\d+\/(\d+)$/.exec(value('retrans') ?? '')?.[1]) ?? 0,
      backoff: whole('backoff') ?? 0,
      rtoMs: fraction(value('rto')),
      rttMs: fraction(rtt),
      minRttMs: fraction(value('minrtt')),
      cwnd: whole('cwnd'),
      mss: whole('mss'),
      pmtu: whole('pmtu'),
      unacked: whole('unacked') ?? 0,
      notSentBytes: bytes('notsent'),
      rwndLimitedRatio: share(value('rwnd_limited'), words),
      sndbufLimitedRatio: share(value('sndbuf_limited'), words),
      lastSentMs: whole('lastsnd') ?? 0,
      lastReceivedMs: whole('lastrcv') ?? 0,
      lastAckMs: whole('lastack') ?? 0,
      congestion: value('cc'),
    },
  ];
}

/** `5552ms(99.1%)`; left out when it is 0, and unknown to kernels before 4.9 (no `busy` either). */
function share(text: string | undefined, words: ReadonlyMap<string, string>): number | undefined {
  if (text === undefined) return words.has('busy') ? 0 : undefined;
  const percent = fraction(/\(([\d.]+)%\)$/.exec(text)?.[1]);
  return percent === undefined ? undefined : Math.round(Math.min(percent, 100) * 100) / 10_000;
}

const fraction = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,12}(\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
