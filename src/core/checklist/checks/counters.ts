import type { FactValue } from '../../domain/facts.ts';
import type { Check, Contribution, GroupFacts, Samples } from '../check.ts';
import { count, decimal, growth } from '../figures.ts';
import { linesOf, wordsOf } from '../lines.ts';
import { retransmissions } from '../retransmission-look.ts';

/** Rate facts and the counter of /proc/net/snmp or /proc/net/netstat each is the growth of. */
const RATES = {
  listen_overflows_per_s: 'TcpExt ListenOverflows',
  listen_drops_per_s: 'TcpExt ListenDrops',
  active_opens_per_s: 'Tcp ActiveOpens',
  passive_opens_per_s: 'Tcp PassiveOpens',
  attempt_fails_per_s: 'Tcp AttemptFails',
  syn_retrans_per_s: 'TcpExt TCPSynRetrans',
  out_rsts_per_s: 'Tcp OutRsts',
  syncookies_recv_per_s: 'TcpExt SyncookiesRecv',
  syncookies_failed_per_s: 'TcpExt SyncookiesFailed',
  tw_recycled_per_s: 'TcpExt TWRecycled',
  time_wait_overflow_per_s: 'TcpExt TCPTimeWaitOverflow',
  out_segs_per_s: 'Tcp OutSegs',
  retrans_segs_per_s: 'Tcp RetransSegs',
  syncookies_sent_per_s: 'TcpExt SyncookiesSent',
  req_q_full_do_cookies_per_s: 'TcpExt TCPReqQFullDoCookies',
  req_q_full_drop_per_s: 'TcpExt TCPReqQFullDrop',
  memory_pressures_per_s: 'TcpExt TCPMemoryPressures',
  abort_on_memory_per_s: 'TcpExt TCPAbortOnMemory',
  paws_passive_per_s: 'TcpExt PAWSPassive',
  timeouts_per_s: 'TcpExt TCPTimeouts',
  fast_retrans_per_s: 'TcpExt TCPFastRetrans',
  loss_probes_per_s: 'TcpExt TCPLossProbes',
  dsack_recv_per_s: 'TcpExt TCPDSACKRecv',
  spurious_timeouts_per_s: 'TcpExt TCPSpuriousRTOs',
  checksum_errors_per_s: 'Tcp InCsumErrors',
} as const satisfies { readonly [Name in keyof GroupFacts<'counters'>]?: string };

/** Rates that are one growth without others: what is left when everything that has a name of its own is taken away. */
const REMAINDERS = {
  // Each of these sends a reset that answers no connection attempt to a closed port.
  refused_per_s: {
    of: ['Tcp OutRsts'],
    without: [
      'TcpExt TCPAbortOnData',
      'TcpExt TCPAbortOnClose',
      'TcpExt TCPAbortOnLinger',
      'TcpExt TCPAbortOnMemory',
      'TcpExt TCPAbortOnTimeout',
      'TcpExt SyncookiesFailed',
      'TcpExt EmbryonicRsts',
    ],
  },
  // Since Linux 6.1 what the rate limit of one message a second and address held back is counted as well.
  icmp_rejects_per_s: {
    of: ['Icmp OutDestUnreachs', 'Icmp OutRateLimitHost', 'Icmp OutRateLimitGlobal'],
    without: ['Udp NoPorts'],
  },
} as const satisfies {
  readonly [Name in keyof GroupFacts<'counters'>]?: {
    readonly of: readonly string[];
    readonly without: readonly string[];
  };
};

/** Facts that are a counter as it stands. */
const SINCE_BOOT = {
  listen_overflows_since_boot: 'TcpExt ListenOverflows',
  time_wait_overflow_since_boot: 'TcpExt TCPTimeWaitOverflow',
} as const satisfies { readonly [Name in keyof GroupFacts<'counters'>]?: string };

/** The kernel's TCP counters; the same file in both samples, so the window is measured around them. */
export const counters: Check = {
  id: 'counters',
  title: { en: 'TCP counters', ko: 'TCP 카운터' },
  samples: 'both',
  core: true,
  capBytes: 32_768,
  timeoutS: null,
  cost: 'one short process, 8 KB; the same at any number of sockets',
  // The clock is read on both sides of the counters: their mean is right even when the host stalls in between.
  script: `[ -r /proc/net/netstat ] || exit 126
set -- /proc/uptime /proc/net/snmp /proc/net/netstat /proc/uptime
[ ! -r /proc/sys/kernel/random/boot_id ] || set -- /proc/sys/kernel/random/boot_id "$@"
cat "$@"`,
  input: null,
  fillsWindow: false,
  linesHold: false,
  read,
};

function read({ first, second }: Samples): Contribution | null {
  const before = first === null ? null : parseCounters(first);
  const after = second === null ? null : parseCounters(second);
  const latest = after ?? before;
  if (latest === null) return null;
  const windowS = windowOf(before, after);
  const facts: Record<string, FactValue | undefined> = {};
  const rateOf = (name: string): number | undefined =>
    growth(before?.values.get(name), after?.values.get(name), windowS);
  for (const [fact, name] of Object.entries(RATES)) facts[fact] = rateOf(name);
  Object.assign(facts, retransmissions(rateOf));
  for (const [fact, { of, without }] of Object.entries(REMAINDERS)) {
    const grown = (names: readonly string[]): readonly (number | undefined | 'uncounted')[] =>
      names.map((name) =>
        latest.values.has(name)
          ? growth(before?.values.get(name), after?.values.get(name), windowS)
          : 'uncounted',
      );
    facts[fact] = remainder(grown(of), grown(without));
  }
  for (const [fact, name] of Object.entries(SINCE_BOOT)) facts[fact] = latest.values.get(name);
  return { host: { counters: facts, run: { window_s: windowS } } };
}

/** The first of `whole` must be counted; what a kernel does not count otherwise is nothing, what cannot be told is not. */
function remainder(
  whole: readonly (number | undefined | 'uncounted')[],
  parts: readonly (number | undefined | 'uncounted')[],
): number | undefined {
  const all = sum(whole);
  const named = sum(parts);
  if (whole[0] === 'uncounted' || all === undefined || named === undefined) return undefined;
  return Math.max(0, Math.round((all - named) * 1000) / 1000);
}

function sum(rates: readonly (number | undefined | 'uncounted')[]): number | undefined {
  let total = 0;
  for (const rate of rates) {
    if (rate === undefined) return undefined;
    if (rate !== 'uncounted') total += rate;
  }
  return total;
}

interface CounterSample {
  readonly bootId: string | null;
  readonly uptimeS: number | undefined;
  readonly values: ReadonlyMap<string, number>;
}

function parseCounters(text: string): CounterSample | null {
  const lines = linesOf(text);
  const values = new Map<string, number>();
  for (const [index, line] of lines.entries()) {
    const names = wordsOf(line);
    const numbers = wordsOf(lines[index + 1] ?? '');
    // Counters come as a line of names and a line of values; columns differ from kernel to kernel.
    if (!isPair(names, numbers)) continue;
    const prefix = names[0]?.slice(0, -1) ?? '';
    for (const [column, name] of names.entries()) {
      const value = count(numbers[column]);
      if (column > 0 && value !== undefined) values.set(`${prefix} ${name}`, value);
    }
  }
  if (values.size === 0) return null;
  return {
    bootId: lines.find((line) => /^[0-9a-f-]{36}$/.test(line)) ?? null,
    uptimeS: mean(lines.flatMap((line) => decimal(/^(\d+\.\d+) \d+\.\d+$/.exec(line)?.[1]) ?? [])),
    values,
  };
}

function isPair(names: readonly string[], numbers: readonly string[]): boolean {
  const prefix = names[0];
  if (prefix === undefined || !/^\w+:$/.test(prefix) || numbers[0] !== prefix) return false;
  return (
    names.length === numbers.length && /^[A-Za-z]/.test(names[1] ?? '') && /^-?\d/.test(numbers[1] ?? '')
  );
}

/** Undefined when the host was booted between the samples: then no counter can be compared. */
function windowOf(before: CounterSample | null, after: CounterSample | null): number | undefined {
  if (before?.uptimeS === undefined || after?.uptimeS === undefined) return undefined;
  if (before.bootId !== after.bootId) return undefined;
  const seconds = Math.round((after.uptimeS - before.uptimeS) * 1000) / 1000;
  return seconds > 0 ? seconds : undefined;
}

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
