import type { Localized } from '../domain/locale.ts';

/** Why the rules of approval do not count at this moment. */
export type Unsound =
  /** Somebody is writing them. */
  { readonly kind: 'changing' } | { readonly kind: 'wrong'; readonly said: string };

/** A list of mistakes is for whoever corrects it. */
const MAX_SAID = 200;

/** For whoever wants to approve or keep something meanwhile. */
export function unsoundAnswer(unsound: Unsound): Localized {
  if (unsound.kind === 'changing') {
    return {
      en: 'tcpcheck.yaml was changed this very moment, so nothing was decided. Please press again in a second.',
      ko: 'tcpcheck.yaml이 방금 바뀌어 아무것도 결정하지 않았습니다. 잠시 후 다시 눌러 주세요.',
    };
  }
  const [line = ''] = unsound.said.split('\n');
  const said = line.length > MAX_SAID ? `${line.slice(0, MAX_SAID)}…` : line;
  return {
    en: `tcpcheck.yaml has changed and cannot be used as it is, so nobody can approve or keep anything until it is corrected: ${said}. Rolling back works.`,
    ko: `tcpcheck.yaml이 바뀌었지만 지금 상태로는 사용할 수 없어, 바로잡기 전에는 승인하거나 유지할 수 없습니다: ${said}. 되돌리기는 가능합니다.`,
  };
}
