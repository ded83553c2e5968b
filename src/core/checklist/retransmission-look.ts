import type { GroupFacts } from './check.ts';
import { ratio } from './figures.ts';

/** Growth of one counter per second; undefined where it is not known. */
type RateOf = (counter: string) => number | undefined;

/**
 * What was sent again, and why. RetransSegs holds everything: connection requests (TCPSynRetrans counts those again),
 * data that was lost, and data that was not, which the other end tells by a duplicate SACK (RFC 2883). OutSegs is
 * without what is sent again (net/ipv4/tcp_output.c tcp_write_xmit(), __tcp_retransmit_skb()).
 */
export function retransmissions(rateOf: RateOf): GroupFacts<'counters'> {
  const sent = rateOf('Tcp OutSegs');
  const again = rateOf('Tcp RetransSegs');
  const requests = rateOf('TcpExt TCPSynRetrans');
  const needless = rateOf('TcpExt TCPDSACKRecv');
  const data = less(again, requests);
  return {
    retrans_ratio: ratio(again, sent),
    lost_ratio: ratio(less(data, needless), sent),
    data_retrans_per_s: data,
    syn_retrans_ratio: again === 0 ? 0 : capped(ratio(requests, again)),
    needless_retrans_ratio: data === 0 ? 0 : capped(ratio(needless, data)),
  };
}

/** Counters are read one after the other, so that a part may be ahead of the whole by a few. */
function less(whole: number | undefined, part: number | undefined): number | undefined {
  if (whole === undefined || part === undefined) return undefined;
  return Math.max(0, Math.round((whole - part) * 1000) / 1000);
}

const capped = (share: number | undefined): number | undefined =>
  share === undefined ? undefined : Math.min(1, share);
