import type { Localized } from '../../domain/locale.ts';
import type { Mark, Risk, Severity, TakesEffect, Verdict } from '../../domain/report.ts';
import { text, type Text } from './text.ts';

/** Always a word beside the colour: not everybody sees colours, and terminals may have none. */
export const VERDICT_WORDS: Readonly<Record<Verdict, Text>> = {
  critical: text('critical', '심각'),
  warning: text('warning', '경고'),
  ok: text('ok', '정상'),
  unknown: text('unknown', '판단 불가'),
};

export const SEVERITY_WORDS: Readonly<Record<Severity, Text>> = {
  critical: VERDICT_WORDS.critical,
  warning: VERDICT_WORDS.warning,
  info: text('info', '참고'),
};

export const VERDICT_EMOJI: Readonly<Record<Verdict, string>> = {
  critical: '🔴',
  warning: '🟠',
  ok: '🟢',
  unknown: '⚪',
};

export const SEVERITY_EMOJI: Readonly<Record<Severity, string>> = {
  critical: '🔴',
  warning: '🟠',
  info: '🔵',
};

export const MARK_TOPICS: Readonly<Record<Mark['topic'], Text>> = {
  'time-wait': text('TIME_WAIT', 'TIME_WAIT'),
  'accept-queue': text('accept queue', 'accept 큐'),
  descriptors: text('descriptors', '파일 디스크립터'),
  connections: text('connections', '연결'),
};

export const MARK_SIGNS: Readonly<Record<Mark['state'], string>> = {
  good: '✓',
  bad: '✗',
  unknown: '?',
  pending: '…',
};

export const RISK_WORDS: Readonly<Record<Risk, Text>> = {
  low: text('low', '낮음'),
  medium: text('medium', '중간'),
  high: text('high', '높음'),
};

export const TAKES_EFFECT: Readonly<Record<TakesEffect, Text>> = {
  now: text('takes effect at once', '즉시 적용'),
  'new-sockets': text('takes effect for new sockets only', '새로 여는 소켓부터 적용'),
  relisten: text(
    'takes effect when the application calls listen() again, usually a restart',
    '애플리케이션이 listen()을 다시 호출해야(보통 재시작) 적용',
  ),
};

export const COMMON = {
  quiet: text('quiet now', '현재는 증상 없음'),
  more: text('… and {count} more', '… 외 {count}건'),
  notSeen: text('Not seen: {what}', '확인하지 못한 항목: {what}'),
  coverage: text('Coverage {seen} of {of}', '점검 범위 {seen}/{of}'),
  window: text('measured over {seconds} s', '{seconds}초 동안 측정'),
  notJudged: text('Could not be judged: {what}', '판단하지 못한 항목: {what}'),
  seconds: text('{seconds} s', '{seconds}초'),
  minutes: text('{minutes} min {seconds} s', '{minutes}분 {seconds}초'),
  wholeMinutes: text('{minutes} min', '{minutes}분'),
  hours: text('{hours} h {minutes} min', '{hours}시간 {minutes}분'),
  nextStep: text('What to do: {hint}', '조치: {hint}'),
  yes: text('yes', '예'),
  no: text('no', '아니요'),
} as const satisfies Record<string, Localized>;
