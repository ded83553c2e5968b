import type { GroupFacts } from './check.ts';

/** Fewer segments in a window prove nothing about a path: one of them lost is two percent. */
const LEAST_SEGMENTS = 50;
/** From here on a path loses; the playbook about retransmissions begins at the same share. */
const LOSSY_RATIO = 0.01;

interface Path {
  readonly peer: string | undefined;
  readonly ratio: number;
  readonly minRttMs: number | undefined;
  readonly congestion: string | undefined;
}

/** Which of the services that were looked at lose, by the one connection of each that was followed. */
export function lossyPaths(services: Iterable<GroupFacts<'service'>>): GroupFacts<'sockets'> {
  const paths = [...services].flatMap(pathOf);
  if (paths.length === 0) return {};
  const lossy = paths.filter(({ ratio }) => ratio >= LOSSY_RATIO).toSorted((a, b) => b.ratio - a.ratio);
  const [worst] = lossy;
  return {
    lossy_services: lossy.length,
    clean_services: paths.length - lossy.length,
    lossy_peer: worst?.peer,
    lossy_peer_ratio: worst?.ratio,
    lossy_min_rtt_ms: worst?.minRttMs,
    lossy_congestion: worst?.congestion,
  };
}

function pathOf(service: GroupFacts<'service'>): readonly Path[] {
  const segments = numberOf(service.send_segments);
  const ratio = numberOf(service.send_retrans_ratio);
  if (segments === undefined || segments < LEAST_SEGMENTS || ratio === undefined) return [];
  const { send_peer, send_congestion } = service;
  return [
    {
      peer: typeof send_peer === 'string' ? send_peer : undefined,
      ratio,
      minRttMs: numberOf(service.send_min_rtt_ms),
      congestion: typeof send_congestion === 'string' ? send_congestion : undefined,
    },
  ];
}

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
