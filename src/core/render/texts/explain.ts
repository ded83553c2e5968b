import type { Localized } from '../../domain/locale.ts';
import { text } from './text.ts';

/** What stands around an explanation; the explanations themselves are in core/explain. */
export const EXPLAIN = {
  myths: text('Often read, but not so:', '흔히 보이지만 틀린 설명:'),
  myth: text('“{said}”: {truth}', '“{said}”: {truth}'),
  more: text('More: {command}', '이어서: {command}'),
  topics: text('Topics, for `{command}`:', '주제 목록(`{command}`):'),
  setting: text('{key}: {effect}. Risk when changed: {risk}.', '{key}: {effect}. 변경 위험: {risk}.'),
  source: text('Source: {source}', '출처: {source}'),
  unknown: text('there is no topic “{typed}”', '“{typed}” 주제가 없습니다'),
  near: text('Did you mean {names}? All topics: {command}', '혹시 {names}? 전체 주제: {command}'),
  all: text('All topics: {command}', '전체 주제: {command}'),
} as const satisfies Record<string, Localized>;
