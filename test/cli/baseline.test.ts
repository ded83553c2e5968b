import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { baselineCapture } from '../../src/cli/baseline.ts';
import { readCommandLine } from '../../src/cli/command-line.ts';
import { TcpcheckError } from '../../src/core/domain/errors.ts';
import { runProgram } from '../support/program.ts';

const CAPTURES = resolve(import.meta.dirname, '../fixtures/captures');
const captureOf = (name: string): string => {
  const found = readdirSync(CAPTURES).find((each) => each.startsWith(name));
  return join(CAPTURES, found ?? name);
};

describe('baseline', () => {
  it.each([
    [['baseline', 'web-1'], { target: { kind: 'inventory', name: 'web-1', target: null }, json: false }],
    [['baseline', '--capture', 'rec', '--json'], { target: { kind: 'capture', dir: 'rec' }, json: true }],
  ])('%j', (args, command) => {
    expect(readCommandLine(args).command).toEqual({ name: 'baseline', ...command });
  });

  it.each([
    [['baseline'], 64, 'tcpcheck: baseline wants a HOST'],
    [['baseline', 'a', 'b'], 64, 'tcpcheck: baseline wants one HOST; "b" is too many'],
    [['baseline', 'a', '--capture', 'rec'], 64, 'tcpcheck: baseline --capture wants nothing after it'],
    [['baseline', 'a', '--apply'], 64, "tcpcheck: Unknown option '--apply'"],
    [['baseline', 'a', '--window', '5s'], 64, 'tcpcheck: baseline takes no --window'],
    [
      ['baseline', '--capture', '/nonexistent'],
      2,
      'tcpcheck: the capture folder /nonexistent cannot be read',
    ],
  ])('%j: exit %i', async (args, code, message) => {
    const ended = await runProgram(args);
    expect([ended.code, ended.stdout, ended.stderr.slice(0, message.length)]).toEqual([code, '', message]);
  });

  it('judges a recorded host, offline and without a configuration', async () => {
    const { code, stdout, stderr } = await runProgram(['baseline', '--capture', captureOf('healthy-busy')]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^recorded beside the popular production template\n\n {2}Raising values blindly/);
    expect(stdout).toContain(
      '\nNO EFFECT HERE\n  net.ipv4.tcp_fin_timeout\n    live 60, template 30, after reboot ',
    );
  });

  it('says when no setting could be read, instead of calling all of them absent', () => {
    let caught: unknown = null;
    try {
      baselineCapture(
        {
          locale: 'en',
          out: () => expect.unreachable('nothing is printed'),
          err: () => undefined,
          colour: false,
          width: 80,
          animated: false,
        },
        { dir: captureOf('made-by-hand-unseen'), json: false },
      );
    } catch (error) {
      caught = error;
    }
    expect(caught instanceof TcpcheckError && caught.code).toBe('HOST_OUTPUT_CUT');
  });
});
