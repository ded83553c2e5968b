import type { ErrorCode } from '../core/domain/error-catalogue.ts';
import type { Localized } from '../core/domain/locale.ts';

/** What a person reads, in an ephemeral answer, when something they asked for was not done. */
const ANSWERS = {
  REDIS_UNAVAILABLE: {
    en: 'I cannot reach my queue right now, so nothing was started. Please try again in a minute.',
    ko: '지금 작업 큐에 연결할 수 없어 아무것도 시작하지 않았습니다. 잠시 후 다시 시도해 주세요.',
  },
  REDIS_LOST: {
    en: 'I no longer have this proposal: the queue was emptied. Nothing was changed. Ask for a new diagnosis.',
    ko: '큐가 비워져 이 제안이 남아 있지 않습니다. 변경된 것은 없습니다. 진단을 다시 요청해 주세요.',
  },
  ACCESS_DENIED: {
    en: 'You are not an approver, so nothing was changed. Approvers are listed under `approvals:` in tcpcheck.yaml.',
    ko: '승인자가 아니므로 아무것도 변경하지 않았습니다. 승인자는 tcpcheck.yaml의 `approvals:`에 있습니다.',
  },
  CHANGE_EXPIRED: {
    en: 'This proposal is too old. Nothing was changed. Run the diagnosis again for a current one.',
    ko: '제안의 유효 기간이 지났습니다. 변경된 것은 없습니다. 진단을 다시 실행해 주세요.',
  },
  CHANGE_DECIDED: {
    en: 'Somebody has decided already; the message shows who and how.',
    ko: '이미 다른 사람이 결정했습니다. 메시지에서 결과를 볼 수 있습니다.',
  },
  CHANGE_STALE: {
    en: 'What this card shows is no longer true. Nothing was changed. Run the diagnosis again for a current proposal.',
    ko: '이 카드의 내용은 더 이상 현재 상태와 맞지 않습니다. 변경된 것은 없습니다. 진단을 다시 실행해 주세요.',
  },
} as const satisfies Partial<Record<ErrorCode, Localized>>;

const OTHER: Localized = {
  en: 'Something went wrong on my side and nothing was started. The operators can see it in my log.',
  ko: '내부 오류로 아무것도 시작하지 않았습니다. 운영자는 로그에서 원인을 확인할 수 있습니다.',
};

/** The answer for an error code, with a general one for codes nobody expects here. */
export function errorAnswer(code: ErrorCode): Localized {
  const known: Partial<Record<ErrorCode, Localized>> = ANSWERS;
  return known[code] ?? OTHER;
}
