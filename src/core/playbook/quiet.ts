import type { Facts } from '../domain/facts.ts';
import type { LastLook } from '../domain/last-look.ts';
import type { Localized } from '../domain/locale.ts';
import type { Note } from '../domain/report.ts';
import { formatNumber } from './format-fact.ts';

type Words = (count: string) => Localized;

/** A counter since boot that tells of trouble that is over. */
interface Watched {
  readonly group: 'counters' | 'kernel';
  readonly rate: string;
  readonly total: string;
  /** Told since boot as well. What every busy host has a little of is told since the last look only. */
  readonly sinceBoot: boolean;
  readonly words: Words;
}

const WATCHED: readonly Watched[] = [
  {
    group: 'counters',
    rate: 'listen_overflows_per_s',
    total: 'listen_overflows_since_boot',
    sinceBoot: true,
    words: (count) => ({ en: `${count} accept queue overflows`, ko: `accept 큐 오버플로우 ${count}회` }),
  },
  {
    group: 'counters',
    rate: 'time_wait_overflow_per_s',
    total: 'time_wait_overflow_since_boot',
    sinceBoot: true,
    words: (count) => ({
      en: `${count} connections closed without TIME_WAIT (tcp_max_tw_buckets reached)`,
      ko: `TIME_WAIT 없이 닫힌 연결 ${count}개(tcp_max_tw_buckets 도달)`,
    }),
  },
  {
    group: 'kernel',
    rate: 'conntrack_drops_per_s',
    total: 'conntrack_drops_since_boot',
    sinceBoot: true,
    words: (count) => ({
      en: `${count} packets dropped by connection tracking`,
      ko: `연결 추적이 버린 패킷 ${count}개`,
    }),
  },
  {
    group: 'kernel',
    rate: 'softnet_drops_per_s',
    total: 'softnet_drops_since_boot',
    sinceBoot: false,
    words: (count) => ({
      en: `${count} packets dropped on their way into the kernel (softnet)`,
      ko: `커널 수신 과정(softnet)에서 버린 패킷 ${count}개`,
    }),
  },
  {
    group: 'kernel',
    rate: 'neighbour_overflows_per_s',
    total: 'neighbour_overflows_since_boot',
    sinceBoot: false,
    words: (count) => ({ en: `${count} neighbour table overflows`, ko: `이웃 테이블 오버플로우 ${count}회` }),
  },
];

/** The watched counters as they stand, by full name. */
export function totalsOf({ host }: Facts): Readonly<Record<string, number>> {
  const totals: Record<string, number> = {};
  for (const { group, total } of WATCHED) {
    const count = host[group][total];
    if (typeof count === 'number') totals[`${group}.${total}`] = count;
  }
  return totals;
}

/**
 * What happened since the last look, or since boot, and does not happen now. It triggers nothing, but people want
 * to know.
 */
export function quietNotes(facts: Facts, last: LastLook | null): readonly Note[] {
  const before = last !== null && isSameCounting(facts, last) ? last : null;
  return WATCHED.flatMap((watched) => noteOf(watched, facts, before));
}

/** After a reboot, or in another network namespace, the counters are others. */
const isSameCounting = ({ host }: Facts, last: LastLook): boolean =>
  host.host['boot_id'] === last.bootId && host.host['netns'] === last.netns;

function noteOf(
  { group, rate, total, sinceBoot, words }: Watched,
  { host }: Facts,
  last: LastLook | null,
): readonly Note[] {
  const count = host[group][total];
  if (host[group][rate] !== 0 || typeof count !== 'number' || count <= 0) return [];
  const before = last?.totals[`${group}.${total}`];
  // A counter that went backwards was set back: what it had before says nothing.
  if (last === null || before === undefined || before > count)
    return sinceBoot ? [bootNote(words(formatNumber(count)))] : [];
  if (count > before) return [{ ...sinceNote(words(formatNumber(count - before))), atMs: last.atMs }];
  return sinceBoot ? [{ ...olderNote(words(formatNumber(count))), atMs: last.atMs }] : [];
}

const bootNote = ({ en, ko }: Localized): Localized => ({
  en: `Quiet now; ${en} since boot.`,
  ko: `지금은 조용합니다. 부팅 이후: ${ko}.`,
});

const sinceNote = ({ en, ko }: Localized): Localized => ({
  en: `Quiet now; ${en} since the last look ({at}).`,
  ko: `지금은 조용합니다. 마지막 점검({at}) 이후: ${ko}.`,
});

const olderNote = ({ en, ko }: Localized): Localized => ({
  en: `Quiet now; ${en} since boot, none of it since the last look ({at}).`,
  ko: `지금은 조용합니다. 부팅 이후: ${ko}. 마지막 점검({at}) 이후에는 없습니다.`,
});
