import type { Localized } from '../../domain/locale.ts';
import { text } from './text.ts';

/** What only the terminal says; the rest comes from the other topics. */
export const TERMINAL = {
  offered: text('offered in Slack with approval and roll back', 'Slack에서 승인 후 적용하고 되돌릴 수 있음'),
  notOffered: text('not offered as a button', '버튼으로는 제안하지 않음'),
  cleared: text('Ruled out: {what}', '해당 없음: {what}'),
} as const satisfies Record<string, Localized>;
