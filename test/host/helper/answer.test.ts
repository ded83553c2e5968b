import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../../src/host/helper/answer.ts';

const mismatch = { key: 'net.core.somaxconn', wanted: '128', found: '256' };

describe('readAnswer', () => {
  const values = [{ key: 'net.core.somaxconn', value: '4096' }];
  it.each([
    [
      { outcome: 'applied', fence: 3, values },
      { kind: 'applied', readBack: values },
    ],
    [
      { outcome: 'rolled-back', values },
      { kind: 'rolled-back', readBack: values },
    ],
    [
      { outcome: 'already', values: [] },
      { kind: 'already', readBack: [] },
    ],
    [
      { outcome: 'stale', ...mismatch },
      { kind: 'stale', ...mismatch },
    ],
    [
      { outcome: 'put-back', ...mismatch },
      { kind: 'put-back', ...mismatch },
    ],
    [
      { outcome: 'undo-failed', ...mismatch },
      { kind: 'undo-failed', ...mismatch },
    ],
    [
      { outcome: 'foreign', ...mismatch },
      { kind: 'foreign', ...mismatch },
    ],
    [{ outcome: 'busy' }, { kind: 'busy' }],
    [
      { outcome: 'refused', code: 'cap', message: 'too many' },
      { kind: 'refused', code: 'cap', message: 'too many' },
    ],
  ])('%j', (answer, outcome) => {
    expect(readAnswer(`${JSON.stringify(answer)}\n`)).toEqual(outcome);
    expect(readAnswer(`Welcome!\n{"outcome":"busy"}\n${JSON.stringify(answer)}\n`)).toEqual(outcome);
  });

  it.each([
    '',
    'Welcome!',
    '{"outcome":"applied"}',
    '{"outcome":"applied","values":[{"key":"net.core.somaxconn"}]}',
    '{"outcome":"stale","key":"net.core.somaxconn"}',
    '{"outcome":"kept"}',
    '{"outcome":"busy"}\nbye',
    '{"outcome":"bu',
    '[]',
    'null',
  ])('%j is no answer', (stdout) => {
    expect(readAnswer(stdout)).toBeNull();
  });
});
