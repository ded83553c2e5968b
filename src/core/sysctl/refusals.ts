import { unreachable } from '../domain/errors.ts';
import type { Localized } from '../domain/locale.ts';

/** Why a setting is not planned. */
export type Refusal =
  | { readonly kind: 'unknown-key'; readonly key: string }
  | { readonly kind: 'bad-target'; readonly key: string; readonly value: string; readonly problem: string }
  | { readonly kind: 'unreadable-current'; readonly key: string; readonly value: string }
  | { readonly kind: 'current-out-of-bounds'; readonly key: string; readonly value: string }
  | { readonly kind: 'not-a-choice'; readonly key: string; readonly value: string }
  | { readonly kind: 'listeners-unknown' }
  | { readonly kind: 'reserved-unknown' }
  | { readonly kind: 'reserved-wrong'; readonly value: string }
  | { readonly kind: 'reserved-eat-it-up'; readonly before: number; readonly after: number };

/** The plan that plans nothing, with its reason for people. */
export const refuse = (refusal: Refusal): { readonly kind: 'refused'; readonly why: Localized } => ({
  kind: 'refused',
  why: words(refusal),
});

function words(refusal: Refusal): Localized {
  switch (refusal.kind) {
    case 'unknown-key':
      return {
        en: `${refusal.key} is not a setting tcpcheck changes.`,
        ko: `${refusal.key}은(는) tcpcheck가 변경하는 설정이 아닙니다.`,
      };
    case 'bad-target':
      return {
        en: `"${refusal.value}" is no value for ${refusal.key}: it ${refusal.problem}.`,
        ko: `"${refusal.value}"은(는) ${refusal.key}에 쓸 수 없는 값입니다 (${refusal.problem}).`,
      };
    case 'unreadable-current':
      return {
        en: `The current value "${refusal.value}" of ${refusal.key} is not understood, so it is left alone.`,
        ko: `${refusal.key}의 현재 값 "${refusal.value}"을(를) 해석할 수 없어 그대로 둡니다.`,
      };
    case 'current-out-of-bounds':
      return {
        en: `The current value "${refusal.value}" of ${refusal.key} is unusual; change it by hand if at all.`,
        ko: `${refusal.key}의 현재 값 "${refusal.value}"이(가) 일반적이지 않습니다. 필요하면 직접 변경하세요.`,
      };
    case 'not-a-choice':
      return {
        en: `${refusal.key} is ${refusal.value}; moving it there would make things worse.`,
        ko: `${refusal.key}의 현재 값은 ${refusal.value}입니다. 요청한 값으로 바꾸면 오히려 나빠집니다.`,
      };
    case 'listeners-unknown':
      return {
        en: 'The listening ports could not be read, so a wider range might take the port of a service.',
        ko: '리스닝 포트를 읽지 못했습니다. 범위를 넓히면 서비스의 포트를 차지할 수 있어 제안하지 않습니다.',
      };
    case 'reserved-unknown':
      return {
        en: 'net.ipv4.ip_local_reserved_ports could not be read, and writing it would replace the whole list.',
        ko: 'net.ipv4.ip_local_reserved_ports를 읽지 못했습니다. 쓰면 목록 전체가 바뀌므로 제안하지 않습니다.',
      };
    case 'reserved-wrong':
      return {
        en: `The configured reserved ports "${refusal.value}" are no list like 22,8000-8100.`,
        ko: `설정된 예약 포트 "${refusal.value}"이(가) 22,8000-8100 같은 목록 형식이 아닙니다.`,
      };
    case 'reserved-eat-it-up':
      return {
        en: `With the ports that must stay reserved it would leave ${refusal.after} ports instead of ${refusal.before}.`,
        ko: `예약해야 할 포트를 빼면 ${refusal.before}개였던 포트가 ${refusal.after}개가 되어 도움이 되지 않습니다.`,
      };
    default:
      return unreachable(refusal);
  }
}
