import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AWK_DEVICE_LOSSES, deviceLosses, worstDevice } from '../../../src/core/checklist/device-losses.ts';

const HEAD = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
`;
/** Damaged on arrival, not sent for an error, not sent for want of room. */
type Lost = readonly [string, string, string];
const device = (name: string, [damaged, failed, dropped]: Lost, blank = ' '): string =>
  `${name.padStart(6)}:${blank}9 9 ${damaged} 7777 0 0 0 0 9 9 ${failed} ${dropped} 0 0 0 0\n`;

describe('device losses', () => {
  let dir = '';
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'tcpcheck-test-devices-'));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  /** The program as the host runs it, on a table of ours. */
  const printed = (table: string): readonly string[] => {
    const file = join(dir, 'dev');
    writeFileSync(file, table);
    return execFileSync('sh', ['-c', 'awk "$0" "$1"', AWK_DEVICE_LOSSES, file], { encoding: 'utf8' })
      .trim()
      .split('\n');
  };
  const losses = (table: string) => deviceLosses(printed(table).slice(1));

  it('are what could not be sent or came in damaged, for each device that has any; not lo, not what was meant for nobody', () => {
    const table =
      HEAD +
      device('lo', ['5', '5', '5']) +
      device('eth0', ['1', '2', '3']) +
      device('eth1', ['0', '0', '0']) +
      device('veth9', ['0', '0', '4000000000'], '');
    expect(printed(table)).toEqual(['devices', 'eth0 6', 'veth9 4000000000', 'all']);
    expect(losses(table)).toEqual(
      new Map([
        ['eth0', 6],
        ['veth9', 4_000_000_000],
      ]),
    );
    expect(losses(HEAD)).toEqual(new Map());
  });

  it('are nothing where there are too many to tell, or the table is cut', () => {
    const many = Array.from({ length: 501 }, (_, at) => device(`v${at}`, ['1', '0', '0'])).join('');
    expect(losses(HEAD + many)).toBeNull();
    expect(deviceLosses(['eth0 6'])).toBeNull();
    expect(deviceLosses(['eth0 many', 'all'])).toBeNull();
    expect(deviceLosses(['eth0; reboot 6', 'all'])).toBeNull();
    expect(deviceLosses(null)).toBeNull();
  });

  it('name the device that lost the most meanwhile; one that appears with its first loss counts', () => {
    const before = new Map([
      ['eth0', 100],
      ['bond0', 50],
    ]);
    const after = new Map([
      ['eth0', 120],
      ['bond0', 50],
      ['eth7', 300],
    ]);
    expect(worstDevice(before, after, 10)).toEqual({ device: 'eth7', device_losses_per_s: 30 });
    expect(worstDevice(before, before, 10)).toEqual({ device: undefined, device_losses_per_s: 0 });
    expect(worstDevice(null, after, 10)).toEqual({});
    expect(worstDevice(before, after, undefined)).toEqual({});
  });
});
