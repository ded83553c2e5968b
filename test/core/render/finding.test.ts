import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/core/domain/report.ts';
import { threadOf } from '../../../src/core/render/thread.ts';
import type { ThreadView } from '../../../src/core/render/view.ts';
import { asText } from './as-text.ts';
import { acceptQueue, descriptors, diagnosis, run, shown, view } from './examples.ts';

function finding(parts: Partial<Finding>, rest: Partial<ThreadView> = {}): string {
  const findings = [{ ...acceptQueue, ...parts }];
  const wanted = view({ run: { ...run, diagnosis: { ...diagnosis, findings } }, changes: [], ...rest });
  const message = threadOf(wanted).find(({ key }) => key === 'finding:0');
  return message === undefined ? '' : asText(message);
}

const [advice, sysctl] = acceptQueue.fixes;
const only = (...fixes: readonly (Finding['fixes'][number] | undefined)[]): Partial<Finding> => ({
  fixes: fixes.filter((fix) => fix !== undefined),
});
const unoffered = sysctl?.kind === 'sysctl' ? { ...sysctl, offered: false } : undefined;

describe('why there is no button', () => {
  it.each<[string, Partial<Finding>, Partial<ThreadView>, string]>([
    ['only advice', only(advice), {}, 'no kernel setting would help'],
    ['not offered', only(advice, unoffered), {}, 'on this evidence the setting is not offered'],
    ['not enabled', {}, { changeAccess: 'not-enabled' }, 'changes are not enabled for web-1'],
    ['no root account', {}, { changeAccess: 'needs-enrolment' }, 'web-1 is not enrolled for changes'],
    ['no approvers', {}, { changeAccess: 'no-approvers' }, 'nobody is named under `approvals:`'],
    ['no proposal', {}, {}, 'no proposal could be prepared'],
    ['a consequence', { explainedBy: 'port-exhaustion' }, {}, 'the cause comes first'],
    [
      'proposed elsewhere',
      { subject: 'other' },
      { changes: [shown({ kind: 'proposed', approvals: [] })] },
      'No second button',
    ],
    [
      'another setting was asked for',
      {},
      { request: { ...view().request, onlySetting: 'net.ipv4.tcp_tw_reuse' } },
      'only a change of `net.ipv4.tcp_tw_reuse` was asked for',
    ],
  ])('%s', (_, parts, rest, words) => {
    const text = finding(parts, rest);
    expect(text).toContain(words);
    expect(text).not.toContain('change.approve');
    const korean = { ...(rest.request ?? view().request), locale: 'ko' as const };
    expect(finding(parts, { ...rest, request: korean })).toMatch(/버튼/);
  });

  it('says nothing of buttons where there is one, or nobody would look for one', () => {
    expect(finding({}, { changes: [shown({ kind: 'proposed', approvals: [] })] })).not.toMatch(/button/i);
    expect(finding({ severity: 'info', ...only(advice) })).not.toMatch(/button/i);
    expect(finding(only())).not.toMatch(/button/i);
  });
});

describe('a finding', () => {
  it('names its cause when it is a consequence of another', () => {
    const findings = [acceptQueue, descriptors];
    const messages = threadOf(view({ run: { ...run, diagnosis: { ...diagnosis, findings } } }));
    expect(messages.map(asText).find((text) => text.startsWith('[finding:1]'))).toContain(
      '↳ A consequence of “Accept queue overflow”: fix that first',
    );
  });

  it('shows the shortest sample, and names the other languages', () => {
    const samples = [
      { language: 'Java', code: 'a();\nb();\n' },
      { language: 'Go', code: 'c(1)\n' },
      { language: 'Node.js', code: 'c(1);\n' },
    ];
    const text = finding(only({ kind: 'advice', text: { en: 'x', ko: 'x' }, samples }));
    expect(text).toContain(
      '~ Example for Go; for Java, Node.js see the playbook `accept-queue-overflow`.\n| c(1)\n',
    );
    expect(text).not.toContain('a();');
  });

  it('shortens a long sample', () => {
    const code = Array.from({ length: 40 }, (_, row) => `line ${row}`).join('\n');
    const samples = ['Go', 'Java', 'Java', 'Python'].map((language) => ({ language, code }));
    const text = finding(only({ kind: 'advice', text: { en: 'x', ko: 'x' }, samples }));
    expect(text).toContain('| line 15\n| …\n');
    expect(text).not.toContain('line 16');
  });

  it('shows the companions of a setting', () => {
    const companions = [{ key: 'net.ipv4.ip_local_reserved_ports', from: '', to: '8080' }];
    const text = finding(only(sysctl?.kind === 'sysctl' ? { ...sysctl, companions } : undefined));
    expect(text).toContain('together with `net.ipv4.ip_local_reserved_ports`: `–` → `8080`');
  });

  it('keeps the number of its message when changes come and go', () => {
    const findings = Array.from({ length: 12 }, (_, n) => ({
      ...acceptQueue,
      subject: n === 11 ? '0.0.0.0:8080' : `:${n}`,
    }));
    const keys = (changes: ThreadView['changes']): readonly string[] =>
      threadOf(view({ run: { ...run, diagnosis: { ...diagnosis, findings } }, changes })).map(
        ({ key }) => key,
      );
    expect(keys([])).not.toContain('finding:11');
    expect(keys([shown({ kind: 'proposed', approvals: [] })])).toContain('finding:11');
    expect(keys([shown({ kind: 'proposed', approvals: [] })]).slice(0, 11)).toEqual(keys([]).slice(0, 11));
  });
});
