import { text } from './text.ts';

/** By which rule an alert starts a diagnosis, or does not. */
export const START_RULE = {
  configured: text('rule {number}', '규칙 {number}'),
  named: text('rule {number} ({name})', '규칙 {number}({name})'),
  connections: text('the default rule: "{word}" is about connections', '기본 규칙: 연결 관련 단어 "{word}"'),
  other: text(
    'the default rule: "{word}" is not about connections',
    '기본 규칙: 연결과 무관한 단어 "{word}"',
  ),
  unusable: text(
    'the default rule: "{word}" may be the network',
    '기본 규칙: 네트워크 문제일 수 있는 단어 "{word}"',
  ),
  symptom: text('the default rule: it sounds like {playbook}', '기본 규칙: {playbook} 증상과 비슷함'),
  nothing: text('the default rule: nothing in it is about connections', '기본 규칙: 연결 관련 단어 없음'),
} as const;
