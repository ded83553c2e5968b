import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../../src/cli/command-line.ts';
import { USAGE } from '../../src/cli/usage.ts';

const targetOf = (...args: readonly string[]): unknown => {
  const { command } = readCommandLine(args);
  return command.name === 'check' ? command.target : command;
};

describe('check --container and --pid', () => {
  it('name what is looked into', () => {
    expect(targetOf('check', 'web-1', '--container', 'shop_1.a-b')).toEqual({
      kind: 'inventory',
      name: 'web-1',
      target: { kind: 'container', name: 'shop_1.a-b' },
    });
    expect(targetOf('check', 'web-1', '--pid', '42')).toMatchObject({ target: { kind: 'pid', pid: 42 } });
    expect(targetOf('check', 'web-1')).toMatchObject({ target: null });
    expect(targetOf('capture', 'web-1', '--out', 'x', '--pid', '42')).toMatchObject({
      name: 'capture',
      target: { kind: 'pid', pid: 42 },
    });
    expect(USAGE).toContain('--container NAME | --pid N');
  });

  it.each([
    ['both', ['check', 'web-1', '--container', 'a', '--pid', '1'], /either --container or --pid/],
    ['a shell text', ['check', 'web-1', '--container', 'a;id'], /letters, digits/],
    ['a path', ['check', 'web-1', '--container', '../a'], /letters, digits/],
    ['nothing', ['check', 'web-1', '--container', ''], /letters, digits/],
    ['too much', ['check', 'web-1', '--container', 'a'.repeat(129)], /letters, digits/],
    ['no number', ['check', 'web-1', '--pid', '4x'], /number of a process/],
    ['zero', ['check', 'web-1', '--pid', '0'], /number of a process/],
    ['beyond all', ['check', 'web-1', '--pid', '9999999'], /number of a process/],
    ['a recording', ['check', '--capture', 'x', '--pid', '1'], /was recorded where it was/],
    ['a watch', ['watch', 'web-1', '--pid', '1'], /takes no --pid/],
  ])('take no %s', (_, args, message) => {
    expect(() => readCommandLine(args)).toThrow(message);
  });
});
