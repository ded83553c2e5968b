import { describe, expect, it } from 'vitest';
import { assert, property, string } from 'fast-check';
import { findNamespaceScript, foundNamespace } from '../../../src/core/checklist/find-namespace.ts';
import { insideScript } from '../../../src/core/checklist/inside-script.ts';
import { needs } from '../../support/machine.ts';
import { feed } from './look.ts';

const answer = (...lines: readonly string[]): string => `${lines.join('\n')}\nend\n`;

describe('what the search found', () => {
  it.each([
    [answer('uid 0', 'match 42 net:[5]', 'match 40 net:[5]'), { kind: 'one', pid: 40, netns: 'net:[5]' }],
    [answer('uid 0'), { kind: 'none', isRoot: true }],
    [answer('uid 1000'), { kind: 'none', isRoot: false }],
    [answer('uid 0', 'match 42 net:[5]', 'match 43 net:[6]'), { kind: 'several', pids: [42, 43] }],
    [answer('uid 1000', 'match 42 hidden'), { kind: 'denied' }],
    [answer('uid 1000', 'match 42 net:[5]'), { kind: 'denied' }],
    [answer('uid 0', 'missing nsenter', 'match 42 net:[5]'), { kind: 'no-tool' }],
    ['uid 0\nmatch 42 net:[5]\n', { kind: 'unreadable' }],
    ['', { kind: 'unreadable' }],
    [answer('uid 0', 'match 42 net:[5]; rm', 'match x net:[5]'), { kind: 'none', isRoot: true }],
  ])('%j', (text, found) => {
    expect(foundNamespace(text)).toEqual(found);
  });

  it('is never more than the text says', () => {
    assert(
      property(string(), (text) => {
        expect(foundNamespace(text)).toEqual({ kind: 'unreadable' });
      }),
    );
  });
});

describe('a name from outside', () => {
  it.each(["a'; touch x; '", '$(id)', '`id`', '-f', '../x', 'a b', '', 'a\nb', 'x'.repeat(129)])(
    '%j never gets into a script',
    (name) => {
      expect(() => findNamespaceScript({ kind: 'container', name })).toThrow('bug:');
    },
  );
  it.each([0, -1, 1.5, Number.NaN, 4_194_305])('process %s does not exist', (pid) => {
    expect(() => findNamespaceScript({ kind: 'pid', pid })).toThrow('bug:');
    expect(() => insideScript('true', { target: 'x', pid, netns: 'net:[1]' })).toThrow('bug:');
  });
  it('nor does a namespace that is none', () => {
    expect(() => insideScript('true', { target: 'x', pid: 1, netns: "net:[1]'; id" })).toThrow('bug:');
  });
});

const linter = needs('shellcheck', 'dash', 'busybox');
describe.skipIf(linter.skip)(`the scripts ${linter.reason}`, () => {
  const scripts = [
    findNamespaceScript({ kind: 'container', name: 'web.1_a-b' }),
    findNamespaceScript({ kind: 'pid', pid: 42 }),
    insideScript('echo "a b" $HOME', { target: 'x', pid: 42, netns: 'net:[5]' }),
  ];
  it('please shellcheck', async () => {
    for (const script of scripts) {
      expect(await feed(['shellcheck', '-s', 'sh', '-e', 'SC2016', '-'], script)).toEqual({
        output: '',
        exit: 0,
      });
    }
  });
  it.each([['dash'], ['busybox', 'sh']])('find this process under %s %s', async (...shell) => {
    const argv = shell.filter((word) => word !== undefined);
    const script = findNamespaceScript({ kind: 'pid', pid: process.pid });
    const { output } = await feed([...argv, '-s'], script);
    expect(foundNamespace(output)).toMatchObject({ kind: 'one', pid: process.pid });
    const nobody = findNamespaceScript({ kind: 'container', name: 'no-such-container' });
    expect(foundNamespace((await feed([...argv, '-s'], nobody)).output)).toEqual({
      kind: 'none',
      isRoot: true,
    });
  });
});
