import type { ErrorCode } from '../core/domain/error-catalogue.ts';
import type { TcpcheckError } from '../core/domain/errors.ts';
import type { Localized } from '../core/domain/locale.ts';
import type { Problem } from '../core/domain/problem.ts';

/** Clicks are redelivered within minutes, never later. */
export const CLICK_DEDUPE_S = 15 * 60;

/** What a person reads, in an ephemeral answer, when something they asked for was not done. */
const ANSWERS = {
  REDIS_UNAVAILABLE: {
    en: 'I cannot reach my queue right now, so nothing was started. Please try again in a minute.',
    ko: '지금 작업 큐에 연결할 수 없어 아무것도 시작하지 않았습니다. 잠시 후 다시 시도해 주세요.',
  },
  REDIS_LOST: {
    en: 'I no longer know this change: the queue was emptied. Your click did nothing. If the card says that it was applied, it may still be: the command on the card undoes it. Else ask for a new diagnosis.',
    ko: '큐가 비워져 이 변경의 기록이 남아 있지 않습니다. 지금 누른 버튼은 아무 동작도 하지 않았습니다. 카드에 적용되었다고 나와 있으면 아직 적용된 상태일 수 있으니 카드에 있는 명령으로 되돌려 주세요. 그렇지 않으면 진단을 다시 요청해 주세요.',
  },
  QUEUE_FULL: {
    en: 'Too many questions wait for an answer already, so nothing was started. Please try again in a few minutes.',
    ko: '대기 중인 요청이 너무 많아 아무것도 시작하지 않았습니다. 몇 분 뒤에 다시 시도해 주세요.',
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
  GLASS_UNHEARD: {
    en: 'No channel is known where everybody would hear of this, so nothing was changed. Name one in `slack.channel` of tcpcheck.yaml.',
    ko: '모두에게 알릴 채널이 없어 아무것도 변경하지 않았습니다. tcpcheck.yaml의 `slack.channel`에 채널을 지정해 주세요.',
  },
  AUDIT_UNWRITABLE: {
    en: 'I cannot write my audit log (AUDIT_UNWRITABLE), so nothing was changed. Rolling back works all the same. The operators must make room or mend the disk.',
    ko: '감사 로그를 쓸 수 없어(AUDIT_UNWRITABLE) 아무것도 변경하지 않았습니다. 되돌리기는 그대로 됩니다. 운영자가 디스크 공간을 확보하거나 디스크를 고쳐야 합니다.',
  },
  AUDIT_BROKEN: {
    en: 'My audit log is not what I have written (AUDIT_BROKEN), so nothing was changed. Rolling back works all the same. The operators can see where with `tcpcheck audit verify`.',
    ko: '감사 로그가 기록한 내용과 달라(AUDIT_BROKEN) 아무것도 변경하지 않았습니다. 되돌리기는 그대로 됩니다. 운영자는 `tcpcheck audit verify`로 어디가 달라졌는지 확인할 수 있습니다.',
  },
} as const satisfies Partial<Record<ErrorCode, Localized>>;

const OTHER: Localized = {
  en: 'Something went wrong on my side and nothing was started. The operators can see it in my log.',
  ko: '내부 오류로 아무것도 시작하지 않았습니다. 운영자는 로그에서 원인을 확인할 수 있습니다.',
};

interface Refused {
  readonly kind: 'refused';
  readonly code: string;
  readonly answer: Localized;
}

/** The refusal for a failure; the person reads a sentence, the operators what happened. */
export function refusedBy(error: TcpcheckError, what: string, report: (problem: Problem) => void): Refused {
  report({ what, code: error.code, fields: { said: error.message } });
  return { kind: 'refused', code: error.code, answer: errorAnswer(error.code) };
}

/** The answer for an error code, with a general one for codes nobody expects here. */
export function errorAnswer(code: ErrorCode): Localized {
  const known: Partial<Record<ErrorCode, Localized>> = ANSWERS;
  return known[code] ?? OTHER;
}
