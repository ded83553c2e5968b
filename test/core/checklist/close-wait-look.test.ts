import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { socketsByState } from '../../../src/core/checklist/checks/sockets-by-state.ts';
import { closeWaitLook, stayedRatio, type Held } from '../../../src/core/checklist/close-wait-look.ts';
import { factsOf } from './checks/made.ts';

const section = (lines: readonly string[], closeWait = 30): string =>
  ['state ESTAB 5', `state CLOSE-WAIT ${closeWait}`, 'end 32768 60999', ...lines, ''].join('\n');
const FIRST = section(['waits 25 1 11 12 13 14', 'port 8080 24', 'peer 10.0.0.9:443 2'], 25);
const holder = (count: number, inodes: string, name = 'web'): string =>
  `holder 64 1024 100 50 45 ${count} 1 ${inodes} name ${name}`;

describe('who holds sockets in CLOSE-WAIT', () => {
  it('is told with growth, share and what stayed', () => {
    const one = section(['waits 4 1 1 2 3 4', holder(4, '1 2 3 4')], 20);
    const two = section(['waits 5 1 2 3 4 5 6', 'port 8080 3', 'peer [::1]:80 2', holder(5, '2 3 4 5 6')]);
    expect(factsOf(socketsByState, one, two)).toMatchObject({
      'sockets.close_wait': 30,
      'sockets.close_wait_first': 20,
      'sockets.close_wait_stayed_ratio': 0.75,
      'sockets.close_wait_port': 8080,
      'sockets.close_wait_port_count': 3,
      'sockets.close_wait_peer': '[::1]:80',
      'sockets.close_wait_peer_count': 2,
      'process.name[pid 64]': 'web',
      'process.descriptors[pid 64]': 100,
      'process.descriptor_ratio[pid 64]': 0.0977,
      'process.sockets_ratio[pid 64]': 0.9,
      // Half of its descriptors were looked at.
      'process.close_wait[pid 64]': 10,
      'process.close_wait_first[pid 64]': 8,
      'process.close_wait_ratio[pid 64]': 0.1,
      'process.close_wait_stayed_ratio[pid 64]': 0.75,
    });
  });

  it('of one sample alone nothing is known to have stayed or grown', () => {
    const facts = factsOf(socketsByState, section([holder(4, '1 2'), 'waits 4 1 1 2']), null);
    expect(facts).toMatchObject({ 'process.close_wait[pid 64]': 8 });
    expect(Object.keys(facts ?? {}).filter((name) => name.includes('stayed'))).toEqual([]);
  });

  it('is not asked for where there are few', () => {
    expect(Object.keys(factsOf(socketsByState, section([], 3)) ?? {}).join(' ')).not.toMatch(
      /process|port|peer|stayed/,
    );
  });

  it('may have any name', () => {
    expect(closeWaitLook(`${FIRST}\n${holder(1, '11', 'a name  b 5')}`)?.holders.get(64)).toMatchObject({
      name: 'a name  b 5',
      count: 1,
    });
  });

  it.each([
    'holder 64 1024 100 50 45 46 1 1 name more waits than sockets',
    'holder 64 1024 100 50 51 1 1 1 name more sockets than descriptors',
    'holder x 1024 100 50 45 1 1 1 name web',
    'holder 64 1024 100 50 45 1 0 1 name web',
    'holder 64 1024 100 50 45 1 1 1',
    'holder name',
  ])('%s: is nobody', (line) => {
    expect(closeWaitLook(`${FIRST}\n${line}`)?.holders.size).toBe(0);
  });

  it('is nobody where the lines were not taken', () => {
    expect(closeWaitLook('state CLOSE-WAIT 25\nend 1 2\n')).toBeNull();
    expect(closeWaitLook(null)).toBeNull();
  });

  it('never throws and never counts more than it was told', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.nat(), (words, at) => {
        const text = `${FIRST}${holder(4, '1 2')} ${words.join(' ')}`.slice(0, at % 300);
        for (const each of closeWaitLook(text)?.holders.values() ?? []) {
          expect(each.count).toBeLessThanOrEqual(each.sockets);
        }
      }),
    );
  });
});

const held = (inodes: readonly number[], step = 1): Held => ({
  count: inodes.length * step,
  step,
  inodes: new Set(inodes),
});

describe('what stayed', () => {
  it.each([
    [held([1, 2, 3, 4]), held([1, 2, 3, 4, 5]), 1],
    [held([1, 2, 3, 4]), held([5, 6]), 0],
    [held([7, 14, 15, 16]), held([7, 21], 7), 0.5],
    [held([7, 14], 7), held([1, 7, 14, 15]), 1],
    [held([1, 2]), held([7], 7), undefined],
    [held([]), held([]), undefined],
  ])('%#', (first, second, stayed) => {
    expect(stayedRatio(first, second)).toBe(stayed);
  });
});
