import { describe, expect, it } from 'vitest';
import { settingOwners } from '../../../../src/core/checklist/checks/setting-owners.ts';
import { factsOf } from './made.ts';

const section = (...lines: readonly string[]): string => `${['boot systemd', ...lines, 'end'].join('\n')}\n`;
const facts = (...lines: readonly string[]): Record<string, unknown> | null =>
  factsOf(settingOwners, section(...lines));
const SOMAXCONN = 'net.core.somaxconn';
const after = (value: string, from: string): Record<string, string> => ({
  [`setting.after_boot[${SOMAXCONN}]`]: value,
  [`setting.from[${SOMAXCONN}]`]: from,
});

describe('who owns a setting', () => {
  it('the winning file, with its value', () => {
    expect(
      facts(
        'file /etc/sysctl.d/10-a.conf',
        'file /etc/sysctl.d/b:c.conf',
        'line /etc/sysctl.d/10-a.conf:net.core.somaxconn = 128',
        'line /etc/sysctl.d/b:c.conf:net/core/somaxconn=256',
        'line /etc/sysctl.d/never-named.conf:net.core.somaxconn=1',
      ),
    ).toMatchObject({
      ...after('256', '/etc/sysctl.d/b:c.conf'),
      'setting.from[fs.file-max]': 'nothing',
    });
  });

  it('the profile of a running tuned, its parents before it', () => {
    const lines = [
      'tuned web',
      'tuned-profile web',
      'tuned-line include=throughput-performance',
      'tuned-line net.core.somaxconn=4096',
      'tuned-profile throughput-performance',
      'tuned-line net.core.somaxconn=2048',
      'tuned-line fs.file-max=>100',
    ];
    expect(facts('sets tuned', ...lines)).toMatchObject({
      'host.setting_daemons': 'tuned',
      'host.tuned_profile': 'web',
      ...after('4096', 'tuned profile web'),
      'setting.from[fs.file-max]': 'tuned profile web',
      'setting.from[fs.nr_open]': 'nothing',
    });
    // It does not run, so its profile is paper.
    const stopped = facts(...lines);
    expect(stopped?.[`setting.from[${SOMAXCONN}]`]).toBe('nothing');
    expect(stopped).not.toHaveProperty(['host.tuned_profile']);
  });

  it.each([
    ['two profiles', ['tuned a b', 'tuned-profile a', 'tuned-profile b']],
    ['several parents', ['tuned a', 'tuned-profile a', 'tuned-line include=b,c']],
    ['a profile nobody found', ['tuned a']],
    ['a profile nobody could read', ['tuned a', 'tuned-denied /etc/tuned/a/tuned.conf']],
    ['an active profile nobody could read', ['tuned-denied /etc/tuned/active_profile']],
  ])('is unknown with %s', (_, lines) => {
    const told = facts('sets tuned', ...lines) ?? {};
    expect(Object.keys(told).filter((name) => name.startsWith('setting.'))).toEqual([]);
  });

  it('other programs that set some', () => {
    expect(facts('sets cloud-init', 'sets bpftune', 'sets kube-proxy', 'sets bpftune')).toMatchObject({
      'host.setting_daemons': 'cloud-init, bpftune, kube-proxy',
    });
  });

  it('is not known from half a section', () => {
    const whole = section('file /etc/sysctl.d/a.conf', 'line /etc/sysctl.d/a.conf:net.core.somaxconn=1');
    expect(factsOf(settingOwners, whole)).not.toBeNull();
    for (let length = 0; length < whole.length - 2; length += 1) {
      expect(factsOf(settingOwners, whole.slice(0, length))).toBeNull();
    }
    expect(factsOf(settingOwners, null)).toBeNull();
    expect(factsOf(settingOwners, 'nonsense\nend\n')).toBeNull();
  });

  it('unreadable is unknown, never "not persisted"', () => {
    const told = facts('denied /etc/sysctl.d/', 'file /usr/lib/sysctl.d/a.conf') ?? {};
    expect(Object.keys(told).filter((name) => name.startsWith('setting.'))).toEqual([]);
  });
});
