import type { Localized } from '../../domain/locale.ts';
import { text } from './text.ts';

/**
 * The facts that lock-screen lines and the tables of changes name, without their units. Short: the tables
 * have to fit into a narrow thread. A fact that is not here is told by its name.
 */
export const FACT_WORDS = {
  'destination.used_ratio': text('local ports in use', '로컬 포트 사용률'),
  'listener.overflows_per_s': text('drops', '버려진 연결'),
  'counters.listen_overflows_per_s': text('drops', '버려진 연결'),
  'listener.backlog': text('listener backlog', '리스너 backlog'),
  'counters.active_opens_per_s': text('new connections', '새 연결'),
  'counters.tw_recycled_per_s': text('TIME_WAIT reused', '재사용한 TIME_WAIT'),
} as const satisfies Record<string, Localized>;
