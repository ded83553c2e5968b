import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkCapture } from '../../src/cli/check.ts';
import { readCommandLine } from '../../src/cli/command-line.ts';
import { PLAYBOOKS, shippedPlaybooks } from '../support/playbooks.ts';

const playbooks = shippedPlaybooks();
const Report = z.object({
  verdict: z.string(),
  findings: z.array(z.object({ playbook: z.string(), status: z.string() })),
});

function check(name: string, symptom: string, json: boolean): { code: number; out: string } {
  let out = '';
  const terminal = {
    locale: 'en' as const,
    out: (text: string) => void (out += text),
    err: () => undefined,
    colour: false,
    width: 200,
    animated: false,
  };
  const dir = join(PLAYBOOKS, '../test/fixtures/captures', `${name}-linux-6.18-ss-6.1`);
  return { code: checkCapture({ playbooks, thresholds: new Map(), terminal }, { dir, symptom, json }), out };
}

describe('check --symptom', () => {
  it('is read from the command line', () => {
    expect(readCommandLine(['check', 'web-1', '--symptom', 'connection refused']).command).toMatchObject({
      name: 'check',
      symptom: 'connection refused',
    });
    expect(readCommandLine(['check', 'web-1']).command).toMatchObject({ symptom: '' });
    expect(() => readCommandLine(['hosts', '--symptom', 'x'])).toThrow('hosts takes no --symptom');
  });

  it('answers the words at the terminal', () => {
    const { out } = check('healthy-busy', 'connection refused', false);
    expect(out).toContain('You said “connection refused”:\n    • Refused here now: 0 connections');
    expect(check('healthy-busy', '', false).out).not.toContain('You said');
  });

  it.each(['healthy-busy', 'somaxconn', 'no-root'])(
    'changes neither verdict, findings nor exit code: %s',
    (name) => {
      const [plain, worded] = ['', 'too many open files'].map((symptom) => check(name, symptom, true));
      const [before, after] = [plain, worded].map((each) => Report.parse(JSON.parse(each?.out ?? '')));
      expect(worded?.code).toBe(plain?.code);
      expect(after?.verdict).toBe(before?.verdict);
      expect(after?.findings).toHaveLength(before?.findings.length ?? 0);
      expect(after?.findings).toEqual(expect.arrayContaining(before?.findings ?? []));
      expect(after?.findings).not.toEqual(before?.findings);
    },
  );
});
