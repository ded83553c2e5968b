import type { Localized } from '../../domain/locale.ts';
import { text } from './text.ts';

/** What is answered to somebody's own words. */
export const SYMPTOM = {
  said: text('You said “{words}”:', '“{words}”라고 하셨습니다.'),
  alertSaid: text('The alert says “{words}”:', '알림 내용: “{words}”'),
} as const satisfies Record<string, Localized>;
