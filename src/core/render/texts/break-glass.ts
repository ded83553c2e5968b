import type { Localized } from '../../domain/locale.ts';
import { text } from './text.ts';

/** Approving without the second person, or in a freeze. */
export const BREAK_GLASS = {
  button: text('Break glass', '비상 승인'),
  title: text('Break glass', '비상 승인'),
  what: text(
    '{host}: {settings}. You approve this alone, at once, whatever stands in the way. Everybody in the channel is told, with your reason, and it stays on record.',
    '{host}: {settings}. 다른 승인이나 동결 해제를 기다리지 않고 혼자 즉시 승인합니다. 사유와 함께 채널 전체에 알리고 감사 기록에 남습니다.',
  ),
  reason: text('Why it cannot wait', '기다릴 수 없는 이유'),
  submit: text('Approve', '승인'),
  cancel: text('Cancel', '취소'),
  tooShort: text('Say in a sentence why.', '이유를 한 문장으로 적어 주세요.'),
  late: text(
    'That took too long, so Slack would not open the form. Please press again.',
    '시간이 오래 걸려 입력 창을 열지 못했습니다. 다시 눌러 주세요.',
  ),
  news: text('{host}: break-glass approval, {settings}', '{host}: 비상 승인, {settings}'),
  who: text(
    '{who} has approved this alone. Reason: {reason}',
    '{who} 님이 혼자 승인했습니다. 사유: {reason}',
  ),
  card: text('Break-glass by {who}. Reason: {reason}', '비상 승인: {who}. 사유: {reason}'),
} as const satisfies Record<string, Localized>;
