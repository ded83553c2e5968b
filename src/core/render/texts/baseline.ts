import type { BaselineVerdict } from '../../baseline/judgement.ts';
import type { Localized } from '../../domain/locale.ts';
import { text, type Text } from './text.ts';

export const BASELINE_VERDICT: Readonly<Record<BaselineVerdict, Text>> = {
  harmful: text('harmful to apply', '적용하면 해로움'),
  'not-persisted': text('not persisted', '재부팅하면 사라짐'),
  worse: text('could help, with the symptom', '증상이 있다면 도움 가능'),
  'no-effect': text('no effect here', '효과 없음'),
  better: text('better than the template', '템플릿보다 나음'),
  same: text('same', '같음'),
  absent: text('absent', '없는 키'),
  unknown: text('unknown', '알 수 없음'),
};

/** `baseline`: the host beside the popular template. */
export const BASELINE = {
  title: text('{host} beside the popular production template', '{host}: 흔한 프로덕션 템플릿과 비교'),
  warning: text(
    'Raising values blindly only changes the form of the failure: memory, descriptors and queues grow, and it breaks elsewhere. Take a single setting, and only where symptom and cause fit it; the block as a whole is never offered.',
    '무작정 값을 올리면 메모리, 디스크립터, 큐가 늘어 장애의 형태만 바뀝니다. 증상과 원인이 맞는 설정 하나만 고르세요. 템플릿 전체를 적용하는 버튼은 없습니다.',
  ),
  counted: text('{count} {verdict}', '{verdict} {count}'),
  values: text(
    'live {live}, template {template}, after reboot {after}',
    '현재 {live}, 템플릿 {template}, 재부팅 후 {after}',
  ),
  absent: text('template {template}', '템플릿 {template}'),
  afterSame: text('the same ({by})', '같음({by})'),
  afterSet: text('{value} ({by})', '{value}({by})'),
  afterComputed: text('computed by {by}', '{by}에서 계산'),
  afterDefault: text('the kernel’s default', '커널 기본값'),
  afterDefaultOf: text('{value} (kernel’s default)', '{value}(커널 기본값)'),
  afterUnknown: text('unknown', '알 수 없음'),
  daemons: text(
    '{names} may set some of these again while the host runs.',
    '{names}이(가) 실행 중에 일부를 다시 바꿀 수 있습니다.',
  ),
  diagnose: text('What is wrong now: {command}', '지금의 문제: {command}'),
} as const satisfies Record<string, Localized>;
