import type { Localized } from '../../domain/locale.ts';
import { text } from './text.ts';

/** What people read while nothing may be changed. */
export const FREEZE = {
  until: text('Changes are frozen until {until}.', '{until}까지 변경이 동결되어 있습니다.'),
  open: text('Changes are frozen until somebody lifts it.', '해제할 때까지 변경이 동결되어 있습니다.'),
  emptied: text(
    'Redis was found empty, so changes are frozen until an approver or an operator lifts it.',
    'Redis가 비어 있어 변경을 동결했습니다. 승인자나 운영자가 해제해야 합니다.',
  ),
  by: text('Frozen by {who}.', '동결한 사람: {who}.'),
  reason: text('Reason: {reason}', '사유: {reason}'),
  refused: text(
    'Nothing was changed. Rolling back is possible all the same.',
    '변경된 것은 없습니다. 되돌리기는 그대로 할 수 있습니다.',
  ),
} as const satisfies Record<string, Localized>;
