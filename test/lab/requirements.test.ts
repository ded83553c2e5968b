import { describe, expect, it } from 'vitest';
import { labRequirements, missingFrom, type MachineSide } from '../../src/demo/lab/requirements.ts';

const GOOD: MachineSide = {
  platform: 'linux',
  uid: 0,
  status: 'Name:\tnode\nCapEff:\t000001ffffffffff\nSeccomp:\t0\n',
  has: () => true,
};

describe('what the lab requires', () => {
  it.each<[string, Partial<MachineSide>, readonly string[]]>([
    ['nothing is missing', {}, []],
    [
      'another system',
      { platform: 'darwin', uid: 501 },
      ['The lab needs Linux: it makes hosts out of network namespaces (this is darwin).'],
    ],
    [
      'a plain user',
      { uid: 1000 },
      ['The lab needs root to make network namespaces: start it with sudo (now uid 1000).'],
    ],
    [
      'root of a usual container',
      { status: 'CapEff:\t00000000a80425fb\n' },
      [
        'The lab needs CAP_NET_ADMIN, which this root does not have: start the container privileged.',
        'The lab needs CAP_SYS_ADMIN, which this root does not have: start the container privileged.',
      ],
    ],
    [
      'a machine without sshd and Python',
      { has: (tool) => tool !== 'sshd' && tool !== 'python3' },
      [
        'The lab needs the program sshd: install the package openssh-server.',
        'The lab needs the program python3: install the package python3.',
      ],
    ],
  ])('%s', (_, side, missing) => {
    expect(missingFrom({ ...GOOD, ...side })).toEqual(missing);
  });

  it('says ok exactly when it has nothing to say', () => {
    const { ok, missing } = labRequirements();
    expect(ok).toBe(missing.length === 0);
  });
});
