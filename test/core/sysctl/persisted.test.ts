import { describe, expect, it } from 'vitest';
import { assert, property, string } from 'fast-check';
import { persistedSettings, type BootSettings } from '../../../src/core/sysctl/persisted.ts';
import { assignmentsOf, globMatches } from '../../../src/core/sysctl/sysctl-line.ts';

const SOMAXCONN = 'net.core.somaxconn';
const set = (value: string): readonly string[] => [`${SOMAXCONN} = ${value}`];
const having = (
  files: Record<string, readonly string[] | null>,
  more: Partial<BootSettings> = {},
): BootSettings => ({
  boot: 'systemd',
  commandLine: [],
  files: Object.entries(files).map(([path, lines]) => ({ path, lines })),
  deniedFolders: [],
  tuned: null,
  ...more,
});
/** Who has the last word without a file of ours. */
function after(settings: BootSettings, key = SOMAXCONN): unknown {
  const owner = persistedSettings(settings, [key]).get(key);
  if (owner === undefined || owner.by === 'nothing') return owner;
  const { beatsKept: _beatsKept, ...known } = owner;
  return known;
}
/** Whether it would be somebody else's with our file as well. */
function beatsKept(settings: BootSettings): unknown {
  const owner = persistedSettings(settings, [SOMAXCONN]).get(SOMAXCONN);
  return owner === undefined || owner.by === 'nothing' ? owner : owner.beatsKept === true;
}
const file = (path: string, value: string): unknown => ({ by: 'file', value, file: path });
const NOTHING = { by: 'nothing' };

describe('a setting after the next boot', () => {
  it('is that of the file whose name comes last, whatever its folder', () => {
    expect(
      after(having({ '/usr/lib/sysctl.d/90-x.conf': set('2'), '/etc/sysctl.d/10-a.conf': set('1') })),
    ).toEqual(file('/usr/lib/sysctl.d/90-x.conf', '2'));
    // By bytes: capitals before small letters, 9 after 10.
    expect(after(having({ '/etc/sysctl.d/9.conf': set('9'), '/etc/sysctl.d/10.conf': set('10') }))).toEqual(
      file('/etc/sysctl.d/9.conf', '9'),
    );
    expect(after(having({ '/etc/sysctl.d/a.conf': set('1'), '/etc/sysctl.d/Z.conf': set('2') }))).toEqual(
      file('/etc/sysctl.d/a.conf', '1'),
    );
  });

  it('never comes from a file that a namesake in an earlier folder hides, even an empty one', () => {
    const hidden = { '/usr/lib/sysctl.d/50-x.conf': set('1') };
    expect(after(having({ ...hidden, '/etc/sysctl.d/50-x.conf': [] }))).toEqual(NOTHING);
    expect(after(having({ ...hidden, '/run/sysctl.d/50-x.conf': set('3') }))).toEqual(
      file('/run/sysctl.d/50-x.conf', '3'),
    );
    expect(after(having({ '/lib/sysctl.d/50-x.conf': set('4'), ...hidden }))).toEqual(
      file('/usr/lib/sysctl.d/50-x.conf', '1'),
    );
    expect(after(having({ '/etc/sysctl.d/50-x.conf': null, ...hidden }))).toBeUndefined();
  });

  it('is what /etc/sysctl.conf says only where something reads it', () => {
    const both = { '/etc/sysctl.conf': set('5'), '/etc/sysctl.d/99-zz.conf': set('1') };
    expect(after(having(both))).toEqual(file('/etc/sysctl.d/99-zz.conf', '1'));
    expect(after(having(both, { boot: 'procps' }))).toEqual(file('/etc/sysctl.conf', '5'));
    // Debian's link, which is read as any other file.
    expect(after(having({ '/etc/sysctl.conf': set('5'), '/etc/sysctl.d/99-sysctl.conf': set('5') }))).toEqual(
      file('/etc/sysctl.d/99-sysctl.conf', '5'),
    );
    expect(after(having({ '/etc/sysctl.conf': set('5') }))).toEqual(NOTHING);
  });

  it('is unknown where the last word may stand in a file nobody could read', () => {
    const read = { '/etc/sysctl.d/50-x.conf': set('1') };
    expect(after(having({ ...read, '/etc/sysctl.d/60-y.conf': null }))).toBeUndefined();
    expect(after(having({ ...read, '/etc/sysctl.d/40-y.conf': null }))).toEqual(
      file('/etc/sysctl.d/50-x.conf', '1'),
    );
    expect(after(having({ '/etc/sysctl.d/40-y.conf': null }))).toBeUndefined();
    expect(after(having(read, { deniedFolders: ['/run/sysctl.d/'] }))).toBeUndefined();
    expect(after(having({}, { deniedFolders: ['/run/sysctl.d/'] }))).toBeUndefined();
  });

  it('is the last line of a file', () => {
    expect(after(having({ '/etc/sysctl.d/x.conf': [...set('1'), ...set('2')] }))).toEqual(
      file('/etc/sysctl.d/x.conf', '2'),
    );
  });

  it('may stand in the kernel command line, which every file overrules', () => {
    const commandLine = ['sysctl.net.core.somaxconn=77', 'sysctl.net/ipv4/tcp_tw_reuse=1'];
    expect(after(having({}, { commandLine }))).toEqual(file('kernel command line', '77'));
    expect(after(having({}, { commandLine }), 'net.ipv4.tcp_tw_reuse')).toEqual(
      file('kernel command line', '1'),
    );
    expect(after(having({ '/etc/sysctl.d/x.conf': set('1') }, { commandLine }))).toEqual(
      file('/etc/sysctl.d/x.conf', '1'),
    );
  });

  it('comes from a glob only where no line names the key', () => {
    const glob = { '/etc/sysctl.d/99-z.conf': ['net.core.*max* = 7', 'net/core/somax???? = 8'] };
    expect(after(having(glob))).toEqual(file('/etc/sysctl.d/99-z.conf', '8'));
    expect(after(having({ ...glob, '/etc/sysctl.d/10-a.conf': set('1') }))).toEqual(
      file('/etc/sysctl.d/10-a.conf', '1'),
    );
    expect(after(having({ ...glob, '/etc/sysctl.d/10-a.conf': [`-${SOMAXCONN}`] }))).toEqual(NOTHING);
    // Older procps passes globs over, newer takes them in order.
    expect(after(having(glob, { boot: 'procps' }))).toBeUndefined();
    expect(after(having({ '/etc/sysctl.d/x.conf': ['net.ipv4.conf.*.rp_filter = 1'] }))).toEqual(NOTHING);
  });
});

describe('our own file', () => {
  const OURS = '/etc/sysctl.d/99-tcpcheck.conf';
  it.each([
    ['/etc/sysctl.d/50-x.conf', false],
    ['/etc/sysctl.d/99-sysctl.conf', false],
    ['/usr/lib/sysctl.d/99-zz.conf', true],
    ['/etc/sysctl.d/zz-late.conf', true],
  ])('and %s: the later name has the last word', (path, beats) => {
    expect(beatsKept(having({ [path]: set('1') }))).toBe(beats);
    expect(beatsKept(having({ [OURS]: set('4096') }))).toBe(false);
    expect(beatsKept(having({ [path]: set('1'), [OURS]: ['net.ipv4.tcp_tw_reuse = 1'] }))).toBe(beats);
  });

  it('is overruled by /etc/sysctl.conf only where procps reads that last', () => {
    const both = { '/etc/sysctl.conf': set('5'), '/etc/sysctl.d/50-x.conf': set('1') };
    expect(beatsKept(having(both))).toBe(false);
    expect(beatsKept(having(both, { boot: 'procps' }))).toBe(true);
  });

  it('is never overruled by a glob, or by the kernel command line', () => {
    expect(beatsKept(having({ '/etc/sysctl.d/zz.conf': ['net.core.* = 7'] }))).toBe(false);
    expect(beatsKept(having({}, { commandLine: ['sysctl.net.core.somaxconn=7'] }))).toBe(false);
  });

  it('is overruled by tuned unless that applies the files again', () => {
    const tuned = { profile: 'latency', lines: set('2048'), reapplies: true };
    expect(beatsKept(having({}, { tuned }))).toBe(false);
    expect(beatsKept(having({}, { tuned: { ...tuned, reapplies: false } }))).toBe(true);
  });
});

describe('tuned', () => {
  const tuned = { profile: 'latency', lines: set('2048'), reapplies: true };
  const unread = { ...tuned, lines: null };
  it('overrules files of the distribution, and is overruled by those it applies again', () => {
    const ours = { by: 'tuned', value: '2048', profile: 'latency' };
    expect(after(having({}, { tuned }))).toEqual(ours);
    expect(after(having({ '/usr/lib/sysctl.d/x.conf': set('1') }, { tuned }))).toEqual(ours);
    expect(after(having({ '/etc/sysctl.d/x.conf': set('1') }, { tuned }))).toEqual(
      file('/etc/sysctl.d/x.conf', '1'),
    );
    expect(
      after(having({ '/etc/sysctl.d/x.conf': set('1') }, { tuned: { ...tuned, reapplies: false } })),
    ).toEqual(ours);
  });
  it('leaves what it does not name', () => {
    expect(after(having({}, { tuned }), 'net.ipv4.tcp_tw_reuse')).toEqual(NOTHING);
  });
  it('makes unknown what a profile nobody could read may set', () => {
    expect(after(having({}, { tuned: unread }))).toBeUndefined();
    expect(after(having({ '/usr/lib/sysctl.d/x.conf': set('1') }, { tuned: unread }))).toBeUndefined();
    expect(after(having({ '/etc/sysctl.d/x.conf': set('1') }, { tuned: unread }))).toEqual(
      file('/etc/sysctl.d/x.conf', '1'),
    );
    expect(after(having({ '/etc/sysctl.d/x.conf': null }, { tuned }))).toBeUndefined();
  });
  it.each(['>2048', '${own_variable}', '${f:calc:1}'])('writes %s, an expression and no value', (value) => {
    expect(after(having({}, { tuned: { ...tuned, lines: set(value) } }))).toEqual({
      by: 'tuned',
      value: null,
      profile: 'latency',
    });
  });
});

describe('a line', () => {
  it.each([
    ['net.core.somaxconn=128', { pattern: SOMAXCONN, value: '128' }],
    ['  net/core/somaxconn =  128 ', { pattern: SOMAXCONN, value: '128' }],
    ['-net.core.somaxconn = 128', { pattern: SOMAXCONN, value: '128' }],
    ['- net.core.somaxconn', { pattern: SOMAXCONN, value: null }],
    [
      'net.ipv4.tcp_rmem = 4096\t131072  6291456\r',
      { pattern: 'net.ipv4.tcp_rmem', value: '4096 131072 6291456' },
    ],
    ['net/ipv4/conf/eth0.100/rp_filter=1', { pattern: 'net.ipv4.conf.eth0/100.rp_filter', value: '1' }],
    ['net.ipv4.ip_local_reserved_ports=', { pattern: 'net.ipv4.ip_local_reserved_ports', value: '' }],
  ])('%j', (line, read) => {
    expect(assignmentsOf([line])).toEqual([read]);
  });
  it.each(['# net.core.somaxconn=1', '; net.core.somaxconn=1', 'net.core.somaxconn', '', 'a b=1', '=1', '-'])(
    '%j sets nothing',
    (line) => {
      expect(assignmentsOf([line])).toEqual([]);
    },
  );
  it('never throws, whatever it holds', () => {
    assert(
      property(string(), (line) => {
        expect(assignmentsOf([line]).length).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('a glob', () => {
  it.each([
    ['net.core.*', true],
    ['net.*.somaxconn', true],
    ['net.core.somax[a-d]onn', true],
    ['net.core.somax[!a]onn', true],
    ['net.core.s*n*n', true],
    ['net.core.somaxcon?', true],
    ['net.*', false],
    ['net.core.somax[!c]onn', false],
    ['net.core.somaxcon[', false],
    ['net.core.*x', false],
    [SOMAXCONN, false],
  ])('%s', (pattern, matches) => {
    expect(globMatches(pattern, SOMAXCONN)).toBe(matches);
  });
  it('takes no time that grows with its stars', () => {
    const started = process.cpuUsage();
    expect(globMatches(`${'*a'.repeat(90)}.x`, `${'a'.repeat(20_000)}.y`)).toBe(false);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(500);
  });
});
