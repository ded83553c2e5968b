import type { ErrorCode } from '../domain/error-catalogue.ts';
import type { GroupChange, GroupState } from '../domain/group.ts';
import type { Localized } from '../domain/locale.ts';
import { problem } from './outcome.ts';
import type { Refusal } from './refusals.ts';

/** The event is not possible in this state of the group plan. */
export function refuseGroup(
  { plan, state }: GroupChange,
  event: string,
  code: ErrorCode = codeOf(state, event),
): { readonly refused: Refusal } {
  const message = `group plan ${plan.id} is ${state.kind}: ${event} is not possible`;
  return { refused: { ...problem(code, message), answer: answerTo(state, { event, code }) } };
}

function codeOf(state: GroupState, event: string): ErrorCode {
  if (state.kind === 'expired') return 'CHANGE_EXPIRED';
  if (event !== 'roll-back' && event !== 'keep') return 'CHANGE_DECIDED';
  if (state.kind === 'rolling-back' || (event === 'keep' && state.kind === 'running')) return 'CHANGE_BUSY';
  return 'begun' in state ? 'CHANGE_DECIDED' : 'CHANGE_NOT_APPLIED';
}

function answerTo(
  state: GroupState,
  { event, code }: { readonly event: string; readonly code: ErrorCode },
): Localized {
  if (code === 'CHANGE_EXPIRED') return ANSWERS.expired;
  if (code === 'CHANGE_SECOND_PERSON') return SECOND_PERSON;
  return event === 'keep' && state.kind === 'stopped' ? NOT_KEPT_IN_PART : ANSWERS[state.kind];
}

const SECOND_PERSON: Localized = {
  en: 'Your approval is there already, or does not count since you asked for this diagnosis; it takes another approver.',
  ko: '이미 승인하셨거나, 진단을 직접 요청하셔서 승인 인원에 포함되지 않습니다. 다른 승인자의 승인이 필요합니다.',
};

const NOT_KEPT_IN_PART: Localized = {
  en: 'It was not verified on every host, so it cannot be kept as a whole. Keep single hosts in their own threads.',
  ko: '모든 호스트에서 효과가 확인되지 않아 한꺼번에 저장할 수 없습니다. 필요한 호스트는 각 스레드에서 저장하세요.',
};

const ANSWERS: Readonly<Record<GroupState['kind'], Localized>> = {
  proposed: { en: 'Nothing has been decided yet.', ko: '아직 결정되지 않은 변경입니다.' },
  running: {
    en: 'This was approved already, and is being applied host by host.',
    ko: '이미 승인되어 호스트별로 차례대로 적용하는 중입니다.',
  },
  stopped: {
    en: 'This has stopped: the message shows where, and what can be done.',
    ko: '중단된 변경입니다. 중단된 위치와 가능한 조치는 메시지에 있습니다.',
  },
  done: { en: 'This is in force on every host.', ko: '모든 호스트에 적용되어 있습니다.' },
  keeping: { en: 'This is being kept right now.', ko: '지금 영구 설정으로 저장하는 중입니다.' },
  kept: { en: 'This was kept already.', ko: '이미 영구 설정으로 저장된 변경입니다.' },
  'rolling-back': { en: 'This is being rolled back right now.', ko: '지금 되돌리는 중입니다.' },
  'rolled-back': { en: 'This was rolled back already.', ko: '이미 되돌린 변경입니다.' },
  rejected: { en: 'This was rejected; nothing was changed.', ko: '거절된 변경입니다. 바뀐 것은 없습니다.' },
  expired: {
    en: 'This is too old. Ask for a new diagnosis of the group.',
    ko: '유효 기간이 지났습니다. 그룹 진단을 다시 요청해 주세요.',
  },
  void: {
    en: 'What was shown is no longer true, so nothing was changed.',
    ko: '제안할 때와 현재 상태가 달라 아무것도 바꾸지 않았습니다.',
  },
};
