import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../../src/cli/command-line.ts';
import { runProgram } from '../support/program.ts';

describe('explain', () => {
  it.each([
    [['explain'], { name: 'explain', topic: null }],
    [['explain', 'time', 'wait'], { name: 'explain', topic: 'time wait' }],
  ])('%j', (args, command) => {
    expect(readCommandLine(args).command).toEqual(command);
  });

  it('needs no configuration, and leads from the overview to every topic', async () => {
    const { code, stdout, stderr } = await runProgram(['explain', '--locale', 'ko']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('\n    half-open, 좀비          Half-open: 한쪽이');
    const korean = await runProgram(['explain', '좀비', '--locale', 'ko']);
    expect(korean.stdout).toMatch(/^Half-open: 한쪽이/);
  });

  it.each([
    [['explain', 'quues'], '“quues”\n  Did you mean queues, queue?'],
    [['explain', '큐우', '--locale', 'ko'], '“큐우” 주제가 없습니다\n  혹시 큐'],
    [['explain', 'zzzzzzzzzzzzzz'], '“zzzzzzzzzzzzzz”\n  All topics: tcpcheck explain'],
    [['explain', '--json'], 'explain takes no --json'],
  ])('%j is a mistake of usage', async (args, message) => {
    const { code, stdout, stderr } = await runProgram(args);
    expect([code, stdout]).toEqual([64, '']);
    expect(stderr).toContain(message);
  });
});
