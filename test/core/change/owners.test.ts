import { describe, expect, it } from 'vitest';
import { ownersOf } from '../../../src/core/change/owners.ts';
import type { Facts, Persisted } from '../../../src/core/domain/facts.ts';
import type { ChangeState } from '../../../src/core/domain/change.ts';
import { threadOf } from '../../../src/core/render/thread.ts';
import { asText } from '../render/as-text.ts';
import { approvedAt, diagnosis, plan, shown, view } from '../render/examples.ts';
import { judgedAt } from './example-states.ts';

const KEY = 'net.core.somaxconn';
function facts(owner: Persisted | null, more: Partial<Facts['host']> = {}): Facts {
  if (diagnosis.facts === null) throw new Error('the example has facts');
  const persisted = owner === null ? {} : { [KEY]: owner };
  return { ...diagnosis.facts, persisted, host: { ...diagnosis.facts.host, ...more } };
}
const late: Persisted = { by: 'file', value: '512', file: '/etc/sysctl.d/zz-app.conf', beatsKept: true };
const early: Persisted = { by: 'file', value: '512', file: '/etc/sysctl.d/10-app.conf' };
const tuned: Persisted = { by: 'tuned', value: null, profile: 'latency', beatsKept: true };

const told = (state: ChangeState, owner: Persisted | null): string => {
  const one = shown(state);
  const card = { ...one.card, owners: ownersOf(plan, facts(owner)) };
  return threadOf(view({ changes: [{ ...one, card }] }))
    .map(asText)
    .join('\n');
};

describe('who else owns a setting', () => {
  it.each([
    ['nobody', { by: 'nothing' } as const, [], []],
    ['a file that ours overrules', early, ['file'], []],
    ['a file that is read after ours', late, ['file'], ['file']],
    ['a file that sets the very value', { ...late, value: '4096' }, [], []],
    ['tuned', tuned, ['tuned'], ['tuned']],
    ['somebody who could not be read', null, [], ['unknown']],
  ])('%s', (_, owner, now, lasting) => {
    const found = ownersOf(plan, facts(owner));
    expect(found.now.map(({ kind }) => kind)).toEqual(now);
    expect(found.lasting.map(({ kind }) => kind)).toEqual(lasting);
  });

  it('bpftune and containers, whose values are their own', () => {
    const host = { setting_daemons: 'kubelet, bpftune' };
    const sockets = { elsewhere: 40, elsewhere_namespaces: 3 };
    expect(ownersOf(plan, facts({ by: 'nothing' }, { host, sockets })).now).toEqual([
      { kind: 'bpftune' },
      { kind: 'containers', count: 3 },
    ]);
    const machineWide = { ...plan, settings: [{ key: 'net.core.rmem_max', from: '1', to: '2' }] };
    expect(ownersOf(machineWide, facts(null, { sockets })).now).toEqual([]);
  });

  it('stands on the card before the button is pressed', () => {
    const proposed: ChangeState = { kind: 'proposed', approvals: [] };
    expect(told(proposed, early)).toContain(
      '`/etc/sysctl.d/10-app.conf` sets `net.core.somaxconn` to `512` at boot',
    );
    expect(told(proposed, late)).not.toContain('Keep would not last');
    const judged = judgedAt(approvedAt);
    expect(told(judged, late)).toContain(
      'Keep would not last: `/etc/sysctl.d/zz-app.conf` is read after `/etc/sysctl.d/99-tcpcheck.conf`',
    );
    expect(told(judged, tuned)).toContain('Keep would not last: tuned (profile latency)');
    expect(told(judged, null)).toContain('Whether Keep would last is not known');
    expect(told(judged, early)).not.toContain('Keep would not last');
  });
});
