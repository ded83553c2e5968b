import type { FactGroup } from '../domain/facts.ts';
import type { Localized } from '../domain/locale.ts';
import { formatNumber } from './format-fact.ts';

/** Counters since boot that tell of trouble that is over. */
const WATCHED: readonly {
  readonly rate: string;
  readonly total: string;
  readonly words: (count: string) => Localized;
}[] = [
  {
    rate: 'listen_overflows_per_s',
    total: 'listen_overflows_since_boot',
    words: (count) => ({
      en: `Quiet now; ${count} accept queue overflows since boot.`,
      ko: `지금은 조용합니다. 부팅 이후 accept 큐 오버플로우 ${count}회가 있었습니다.`,
    }),
  },
  {
    rate: 'time_wait_overflow_per_s',
    total: 'time_wait_overflow_since_boot',
    words: (count) => ({
      en: `Quiet now; ${count} connections went without TIME_WAIT since boot (tcp_max_tw_buckets was reached).`,
      ko: `지금은 조용합니다. 부팅 이후 tcp_max_tw_buckets에 도달해 TIME_WAIT 없이 닫힌 연결이 ${count}개 있었습니다.`,
    }),
  },
];

/** What happened since boot and does not happen now; it triggers nothing, but people want to know. */
export function quietNotes(counters: FactGroup): readonly Localized[] {
  return WATCHED.flatMap(({ rate, total, words }) => {
    const count = counters[total];
    if (counters[rate] !== 0 || typeof count !== 'number' || count <= 0) return [];
    return [words(formatNumber(count))];
  });
}
