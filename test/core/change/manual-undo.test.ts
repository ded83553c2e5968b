import { describe, expect, it } from 'vitest';
import { manualUndoCommand } from '../../../src/core/change/manual-undo.ts';
import { RANGE_PLAN } from './arbitrary-change.ts';

describe('manualUndoCommand', () => {
  it('gives the exact old values back, last key first', () => {
    expect(manualUndoCommand(RANGE_PLAN)).toBe(
      `sudo sh -c 'echo "32768 60999" > /proc/sys/net/ipv4/ip_local_port_range && echo "" > /proc/sys/net/ipv4/ip_local_reserved_ports'`,
    );
  });

  it('never prints anything but names and numbers', () => {
    const hostile = {
      ...RANGE_PLAN,
      settings: [{ key: 'net.core.somaxconn', from: '1"; reboot; "', to: '2' }],
    };
    expect(() => manualUndoCommand(hostile)).toThrow('names and numbers');
  });
});
