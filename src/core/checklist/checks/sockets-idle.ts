import type { Facts } from '../../domain/facts.ts';
import { MAX_SERVICES } from '../awk-services.ts';
import { endpointName } from '../endpoint.ts';
import type { Check, Contribution, GroupFacts, Samples } from '../check.ts';
import {
  serviceCounts,
  silences,
  withoutConnections,
  type ServiceCount,
  type Silence,
} from '../service-look.ts';

/**
 * Who is silent, by service: connections counted by timer in the walk of sockets-by-destination, and for some of those
 * without a timer, or with a keepalive timer, how long ago anything was sent or received.
 */
export const socketsIdle: Check = {
  id: 'sockets-idle',
  title: { en: 'silent connections', ko: '조용한 연결' },
  samples: 'both',
  core: false,
  capBytes: 32_768,
  timeoutS: null,
  cost: 'nothing: the lines of sockets-by-destination',
  script: `told=
IFS='
'
set -f
for line in $TC_INPUT; do
  case $line in
    'service '* | 'skipped '* | 'end '*) told=1; printf '%s\\n' "$line" ;;
    'silent '*) printf '%s\\n' "\${line#silent }" ;;
  esac
done
[ -n "$told" ]`,
  input: { of: 'sockets-by-destination', sample: 'same' },
  fillsWindow: false,
  linesHold: false,
  read,
};

const MINUTE_S = 60;
const HOUR_S = 3600;

function read({ first, second }: Samples, before: Facts): Contribution | null {
  const earlier = serviceCounts(first);
  const latest = serviceCounts(second) ?? earlier;
  if (latest === null) return null;
  const silent = silences(first);
  const services = new Map<string, GroupFacts<'service'>>();
  for (const [name, now] of [...latest, ...gone(earlier, latest)]) {
    const looks = silent.filter(({ service }) => service.name === name);
    services.set(name, {
      ...counted(now, second === null ? undefined : earlier?.get(name)),
      ...(now.inbound ? ofListener(now.port, before) : {}),
      ...(earlier === null ? {} : silence(earlier.get(name) ?? unseen(now, earlier), looks)),
    });
  }
  return { services };
}

/** Those that had connections in the first sample and have none now; where not all services are told, nobody knows. */
function gone(
  earlier: ReadonlyMap<string, ServiceCount> | null,
  latest: ReadonlyMap<string, ServiceCount>,
): readonly (readonly [string, ServiceCount])[] {
  if (earlier === null || latest.size >= MAX_SERVICES) return [];
  return [...earlier].flatMap(([name, service]) =>
    latest.has(name) ? [] : [[name, withoutConnections(service)]],
  );
}

function counted(now: ServiceCount, before: ServiceCount | undefined): GroupFacts<'service'> {
  const end = now.remote === null ? null : endpointName({ address: now.remote, port: now.port });
  return {
    name: end ?? `port ${now.port}`,
    filter: end === null ? `sport = :${now.port}` : `dst ${end}`,
    address: now.remote ?? undefined,
    port: now.port,
    inbound: now.inbound,
    established: now.established,
    established_first: before?.established,
    rows_seen: now.seen ?? undefined,
    keepalive: now.keepalive,
    untimed: now.untimed,
    lost: now.lost,
    lost_first: before?.lost,
    recv_queued: now.recvQueued,
    recv_queued_first: before?.recvQueued,
    send_queued: now.sendQueued,
    send_queued_first: before?.sendQueued,
  };
}

/** The process that listens on the port; where several do (SO_REUSEPORT, addresses of their own), one of them. */
function ofListener(port: number, { subjects }: Facts): GroupFacts<'service'> {
  const listeners = Object.values(subjects.listener).filter((each) => each['port'] === port);
  const known = listeners.find((each) => each['process'] !== undefined);
  return {
    process: known?.['process'],
    pid: known?.['pid'],
    process_state: known?.['process_state'],
    process_cpu_ratio: known?.['process_cpu_ratio'],
  };
}

/** A service that was not there in the first sample has nobody who is silent; unless not all of them were told. */
const unseen = (now: ServiceCount, earlier: ReadonlyMap<string, ServiceCount>): ServiceCount | undefined =>
  earlier.size >= MAX_SERVICES ? undefined : withoutConnections(now);

/** What some connections tell, put in proportion to all of them there were in the first sample. */
function silence(first: ServiceCount | undefined, looks: readonly Silence[]): GroupFacts<'service'> {
  if (first === undefined) return {};
  const { untimed, keepalive } = first;
  const bare = looks.find((look) => !look.keepalive);
  const kept = looks.find((look) => look.keepalive);
  const longest = [...(bare?.silentS ?? []), ...(kept?.silentS ?? [])];
  return {
    silence_looked: longest.length === 0 ? undefined : longest.length,
    silence_longest_s: longest.length === 0 ? undefined : Math.max(...longest),
    silent_1m: share(untimed, bare, MINUTE_S),
    silent_10m: share(untimed, bare, 10 * MINUTE_S),
    silent_1h: share(untimed, bare, HOUR_S),
    silent_keepalive_10m: share(keepalive, kept, 10 * MINUTE_S),
    silent_keepalive_1h: share(keepalive, kept, HOUR_S),
    keepalive_left_s: kept === undefined || kept.leftS.length === 0 ? undefined : Math.max(...kept.leftS),
  };
}

/** 0 where there is nobody to be silent; absent where some are and none was looked at. */
function share(all: number, look: Silence | undefined, fromS: number): number | undefined {
  if (all === 0) return 0;
  if (look === undefined || look.silentS.length === 0) return undefined;
  const silent = look.silentS.filter((seconds) => seconds >= fromS).length;
  return Math.round((all * silent) / look.silentS.length);
}
