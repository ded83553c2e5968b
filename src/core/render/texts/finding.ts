import type { Localized } from '../../domain/locale.ts';
import { text, type Text } from './text.ts';

/** One finding: symptom, evidence, cause, fix. */
export const FINDING = {
  gone: text('Not found any more at the check of {when}.', '{when} 점검에서는 더 이상 발견되지 않았습니다.'),
  cause: text('Cause: {cause}', '원인: {cause}'),
  consequence: text(
    'A consequence of “{title}”: fix that first, then look again.',
    '“{title}”의 결과로 나타난 현상입니다. 그 문제를 먼저 해결한 뒤 다시 확인하세요.',
  ),
  evidence: text('Evidence (measured over {seconds} s)', '근거({seconds}초 동안 측정)'),
  missing: text('Could not be read: {facts}', '읽지 못한 값: {facts}'),
  application: text('Fix it in the application', '애플리케이션에서 해결'),
  sample: text('Example for {language}:', '{language} 예제:'),
  moreSamples: text(
    'Example for {language}; for {others} see the playbook {playbook}.',
    '{language} 예제 ({others}: 플레이북 {playbook} 참고)',
  ),
  sysctl: text('Kernel setting, as a stopgap', '임시방편: 커널 설정'),
  setting: text('{key}: {from} → {to}', '{key}: {from} → {to}'),
  companion: text('together with {key}: {from} → {to}', '함께 변경: {key}: {from} → {to}'),
  effectAndRisk: text('Risk {risk} · {effect}', '위험도 {risk} · {effect}'),
  doNotChange: text('Do not change', '바꾸지 마세요'),
} as const satisfies Record<string, Localized>;

/** Why a finding has no button. */
export const NO_BUTTON = {
  adviceOnly: text(
    'No button here: no kernel setting would help, this is fixed in the application.',
    '버튼이 없는 이유: 도움이 되는 커널 설정이 없으며 애플리케이션에서 해결해야 합니다.',
  ),
  notOffered: text(
    'No button here: on this evidence the setting is not offered.',
    '버튼이 없는 이유: 지금의 근거로는 이 설정 변경을 제안하지 않습니다.',
  ),
  consequence: text('No button here: the cause comes first.', '버튼이 없는 이유: 원인부터 해결해야 합니다.'),
  proposedElsewhere: text(
    'No second button: the same setting is proposed with another finding of this thread.',
    '같은 설정 변경이 이 스레드의 다른 진단 결과에 제안되어 있어 버튼을 따로 두지 않습니다.',
  ),
  onlyAsked: text(
    'No button here: only a change of {key} was asked for.',
    '버튼이 없는 이유: {key} 변경만 요청받았습니다.',
  ),
  noProposal: text(
    'No button here: no proposal could be prepared. Ask again for a fresh diagnosis.',
    '버튼이 없는 이유: 변경 제안을 준비하지 못했습니다. 진단을 다시 요청하세요.',
  ),
} as const satisfies Record<string, Localized>;

/** Why settings of the host cannot be changed from chat at all; `yes` when they can. */
export type ChangeAccessAnswer = 'yes' | 'not-enabled' | 'needs-enrolment' | 'no-approvers';

export const NO_ACCESS: Readonly<Record<Exclude<ChangeAccessAnswer, 'yes'>, Text<'host'>>> = {
  'not-enabled': text(
    'No button here: changes are not enabled for {host} (`changes:` in tcpcheck.yaml).',
    '버튼이 없는 이유: {host}에는 변경이 허용되어 있지 않습니다(tcpcheck.yaml의 `changes:`).',
  ),
  'needs-enrolment': text(
    'No button here: {host} is not enrolled for changes, or was by another version; `tcpcheck doctor {host}` says what to do.',
    '버튼이 없는 이유: {host}에 변경용 계정이 등록되지 않았거나 다른 버전으로 등록되어 있습니다. `tcpcheck doctor {host}`로 확인하세요.',
  ),
  'no-approvers': text(
    'No button here for {host}: nobody is named under `approvals:` in tcpcheck.yaml.',
    '{host}에 버튼이 없는 이유: tcpcheck.yaml의 `approvals:`에 승인자가 없습니다.',
  ),
};
