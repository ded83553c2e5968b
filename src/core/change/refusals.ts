import type { Change, ChangeProblem, ChangeState, Person } from '../domain/change.ts';
import type { ErrorCode } from '../domain/error-catalogue.ts';
import type { Localized } from '../domain/locale.ts';
import { problem } from './outcome.ts';
import { countsFor } from './people.ts';
import { NOT_THE_REQUESTER } from './policy.ts';

/** Why an event changes nothing, with the sentence for the person who caused it. */
export interface Refusal extends ChangeProblem {
  readonly answer: Localized;
}

/** The event is not possible in this state. */
export function refuse(
  { plan, state }: Change,
  event: { readonly kind: string; readonly by?: Person },
  code = refusalCode(state, event.kind),
): { readonly refused: Refusal } {
  const message = `change ${plan.id} of ${plan.host} is ${state.kind}: ${event.kind} is not possible`;
  const asked = event.by !== undefined && !countsFor(event.by, plan);
  const answer = code === 'CHANGE_SECOND_PERSON' && asked ? NOT_THE_REQUESTER : answerTo(state, code);
  return { refused: { ...problem(code, message), answer } };
}

function answerTo(state: ChangeState, code: ErrorCode): Localized {
  if (code === 'CHANGE_EXPIRED') return ANSWERS.expired;
  if (code === 'CHANGE_SECOND_PERSON') return SECOND_PERSON;
  return ANSWERS[state.kind];
}

function refusalCode(state: ChangeState, event: string): ErrorCode {
  if (state.kind === 'expired') return 'CHANGE_EXPIRED';
  if (event !== 'roll-back' && event !== 'keep') return 'CHANGE_DECIDED';
  if (state.kind === 'rolled-back' || state.kind === 'reverted') return 'CHANGE_DECIDED';
  if (event === 'keep' && state.kind === 'kept') return 'CHANGE_DECIDED';
  return MOVING.has(state.kind) ? 'CHANGE_BUSY' : 'CHANGE_NOT_APPLIED';
}

/** A worker has it in hand; for keep also while the effect is not known yet. */
const MOVING: ReadonlySet<ChangeState['kind']> = new Set([
  'queued',
  'approved',
  'applying',
  'applied',
  'confirmed',
  'keeping',
  'rolling-back',
]);

const SECOND_PERSON: Localized = {
  en: 'You have approved this already; it takes a second person.',
  ko: '이미 승인하셨습니다. 다른 한 사람의 승인이 더 필요합니다.',
};

const ANSWERS: Readonly<Record<ChangeState['kind'], Localized>> = {
  proposed: { en: 'Nothing has been decided yet.', ko: '아직 결정되지 않은 변경입니다.' },
  queued: {
    en: 'This was approved with other hosts and waits for its turn; decide about it on the card for all of them.',
    ko: '다른 호스트와 함께 승인되어 차례를 기다리고 있습니다. 일괄 변경 카드에서 결정해 주세요.',
  },
  approved: { en: 'This was approved already.', ko: '이미 승인된 변경입니다.' },
  applying: { en: 'This is being applied right now.', ko: '지금 적용하는 중입니다.' },
  applied: { en: 'This was applied already.', ko: '이미 적용된 변경입니다.' },
  confirmed: {
    en: 'This is in force, and its effect is being measured.',
    ko: '적용되어 있으며 효과를 측정하는 중입니다.',
  },
  judged: { en: 'This is in force already.', ko: '이미 적용되어 있는 변경입니다.' },
  'left-until-reboot': {
    en: 'This is in force until the next boot.',
    ko: '다음 재부팅까지 적용되어 있는 변경입니다.',
  },
  keeping: { en: 'This is being kept right now.', ko: '지금 영구 설정으로 저장하는 중입니다.' },
  kept: { en: 'This was kept already.', ko: '이미 영구 설정으로 저장된 변경입니다.' },
  'rolling-back': { en: 'This is being rolled back right now.', ko: '지금 되돌리는 중입니다.' },
  'rolled-back': { en: 'This was rolled back already.', ko: '이미 되돌린 변경입니다.' },
  reverted: {
    en: 'This is not in force any more: the host has its old values.',
    ko: '더 이상 적용되어 있지 않습니다. 호스트는 이전 값을 쓰고 있습니다.',
  },
  rejected: { en: 'This was rejected; nothing was changed.', ko: '거절된 변경입니다. 바뀐 것은 없습니다.' },
  expired: {
    en: 'This proposal is too old. Ask for a new diagnosis.',
    ko: '제안이 만료되었습니다. 진단을 다시 요청해 주세요.',
  },
  void: {
    en: 'What was shown is no longer true, so nothing was changed. Ask for a new diagnosis.',
    ko: '제안할 때와 현재 상태가 달라 아무것도 바꾸지 않았습니다. 진단을 다시 요청해 주세요.',
  },
  failed: {
    en: 'This was tried and failed; nothing is left changed.',
    ko: '적용에 실패했으며, 남아 있는 변경은 없습니다.',
  },
  'needs-human': {
    en: 'A person must look at the host first.',
    ko: '먼저 담당자가 호스트를 직접 확인해야 합니다.',
  },
};
