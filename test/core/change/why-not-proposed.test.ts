import { describe, expect, it } from 'vitest';
import {
  neverProposed,
  whyNotProposed,
  type NotProposed,
} from '../../../src/core/change/why-not-proposed.ts';
import type { Diagnosis, Finding, SysctlFix } from '../../../src/core/domain/report.ts';
import { smallPlaybook } from '../../support/playbooks.ts';
import { acceptQueue, diagnosis } from '../render/examples.ts';

const SOMAXCONN = 'net.core.somaxconn';
const REUSE = 'net.ipv4.tcp_tw_reuse';
const RANGE = 'net.ipv4.ip_local_port_range';
const RESERVED = 'net.ipv4.ip_local_reserved_ports';
const RECYCLE = 'net.ipv4.tcp_tw_recycle';
const ABORT = 'net.ipv4.tcp_abort_on_overflow';
const text = (en: string) => ({ en, ko: `${en} (ko)` });

/** Wants one setting to a value of its own, one to a calculated, and advises against a third. */
const PLAYBOOKS = [
  smallPlaybook(`for_each: listeners
requires: [listener.backlog]
causes:
  - id: it
    when: "true"
    text: {en: It., ko: 그것.}
    fix:
      sysctl:
        - {key: ${REUSE}, to: 1, why: {en: Helps., ko: 도움.}}
        - {key: ${SOMAXCONN}, to_at_least: {value: listener.backlog * 2, min: 128, max: 4096}, why: {en: Helps., ko: 도움.}}
      not_advised: [{key: ${ABORT}, why: {en: It hides it., ko: 가립니다.}}]`),
];
const finding: Finding = { ...acceptQueue, playbook: 'small', cause: 'it', fixes: [], notAdvised: [] };
const fix: SysctlFix = {
  kind: 'sysctl',
  key: REUSE,
  from: '2',
  to: '1',
  takesEffect: 'now',
  risk: 'medium',
  offered: false,
  why: text('timestamps are off'),
  companions: [],
};
const looked = (parts: Partial<Finding>, sysctl: Readonly<Record<string, string>> = {}): Diagnosis => ({
  ...diagnosis,
  findings: [{ ...finding, ...parts }],
  facts: diagnosis.facts === null ? null : { ...diagnosis.facts, sysctl },
});

describe('why a setting is not proposed', () => {
  const cases: readonly [string, string, Diagnosis, NotProposed][] = [
    [
      'a finding does not offer it on this evidence',
      REUSE,
      looked({ fixes: [fix] }),
      { kind: 'not-offered', why: text('timestamps are off') },
    ],
    [
      'a finding says that it would not help',
      ABORT,
      looked({ notAdvised: [{ key: ABORT, why: text('it hides the fault') }] }),
      { kind: 'not-advised', why: text('it hides the fault') },
    ],
    [
      'it is a part of another change',
      RESERVED,
      looked({
        fixes: [{ ...fix, key: RANGE, offered: true, companions: [{ key: RESERVED, from: '', to: '80' }] }],
      }),
      { kind: 'goes-with', key: RANGE },
    ],
    ['it is so already', REUSE, looked({}, { [REUSE]: '1' }), { kind: 'already', value: '1' }],
    ['it could not be read', REUSE, looked({ missing: [REUSE] }), { kind: 'not-read', facts: [REUSE] }],
    [
      'the value that would help could not be told',
      SOMAXCONN,
      looked({ missing: ['listener.backlog'] }, { [SOMAXCONN]: '128' }),
      { kind: 'not-read', facts: ['listener.backlog'] },
    ],
    [
      'what would want it could not be judged',
      REUSE,
      looked({ status: 'unknown' }, { [REUSE]: '2' }),
      { kind: 'not-judged', titles: [finding.title] },
    ],
    [
      'nothing that was found wants it',
      RANGE,
      looked({}, { [RANGE]: '1 2' }),
      { kind: 'no-finding', value: '1 2' },
    ],
    [
      'the same, with nothing found',
      REUSE,
      looked({ status: 'cleared' }),
      { kind: 'no-finding', value: null },
    ],
    ['no bounds are known for it', 'vm.swappiness', looked({}), { kind: 'not-in-catalogue' }],
  ];
  it.each(cases)('%s', (_, key, found, reason) => {
    expect(whyNotProposed(key, found, PLAYBOOKS)).toEqual(reason);
  });

  it('is known without a look only where no finding could say more', () => {
    expect(neverProposed(REUSE, PLAYBOOKS)).toBeNull();
    expect(neverProposed(ABORT, PLAYBOOKS)).toBeNull();
    expect(neverProposed('vm.swappiness', PLAYBOOKS)).toEqual({ kind: 'not-in-catalogue' });
    expect(neverProposed(RECYCLE, PLAYBOOKS)).toMatchObject({ kind: 'never' });
    expect(whyNotProposed(ABORT, looked({}), PLAYBOOKS)).toMatchObject({ kind: 'never' });
  });
});
