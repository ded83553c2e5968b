import { describe, expect, it } from 'vitest';
import { manualUndoCommand } from '../../../src/core/change/manual-undo.ts';
import type { ChangePlan } from '../../../src/core/domain/change.ts';
import { ALICE, RANGE_PLAN } from './arbitrary-change.ts';
import { statesAt } from './example-states.ts';

const STATES = statesAt({ by: ALICE, atMs: 1_000 });
const undo = (plan: ChangePlan, kind: keyof typeof STATES): string =>
  manualUndoCommand({ plan, state: STATES[kind] });

describe('manualUndoCommand', () => {
  it('gives the exact old values back, last key first', () => {
    expect(undo(RANGE_PLAN, 'judged')).toBe(
      `sudo sh -c 'echo "32768 60999" > /proc/sys/net/ipv4/ip_local_port_range && echo "" > /proc/sys/net/ipv4/ip_local_reserved_ports'`,
    );
  });

  it('leaves our file too where the change may be kept', () => {
    const mentions = Object.values(STATES)
      .filter((state) =>
        manualUndoCommand({ plan: RANGE_PLAN, state }).includes('/etc/sysctl.d/99-tcpcheck.conf'),
      )
      .map(({ kind }) => kind);
    expect(mentions.sort()).toEqual(['keeping', 'kept', 'needs-human']);
  });

  it('never prints anything but names and numbers', () => {
    const hostile = {
      ...RANGE_PLAN,
      settings: [{ key: 'net.core.somaxconn', from: '1"; reboot; "', to: '2' }],
    };
    expect(() => undo(hostile, 'judged')).toThrow('names and numbers');
    expect(() => undo({ ...RANGE_PLAN, id: 'a/d; e reboot' }, 'kept')).toThrow('letters, digits');
  });
});
