import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { composeWatch } from '../../../src/core/watch/compose-watch.ts';
import { needs } from '../../support/machine.ts';
import { feed } from '../checklist/look.ts';
import { NONCE } from './samples.ts';

const gate = needs('shellcheck');

describe('the loop on the host', () => {
  it('refuses what it was not made for', () => {
    for (const seconds of [0, 3601, 1.5]) {
      expect(() => composeWatch({ seconds, port: null, nonce: NONCE })).toThrow(/a watch of/);
    }
    for (const port of [0, 65_536, 8080.5]) {
      expect(() => composeWatch({ seconds: 5, port, nonce: NONCE })).toThrow(/port/);
    }
    expect(() => composeWatch({ seconds: 5, port: null, nonce: "'; reboot; '" })).toThrow(/nonce/);
  });

  it.skipIf(gate.skip)(`is clean POSIX sh ${gate.reason}`, async () => {
    const script = composeWatch({ seconds: 5, port: 8080, nonce: NONCE });
    expect(await feed(['shellcheck', '-s', 'sh', '-S', 'warning', '-'], script)).toEqual({
      output: '',
      exit: 0,
    });
  });

  it('does nothing when it arrives in part', () => {
    const script = composeWatch({ seconds: 1, port: null, nonce: NONCE });
    for (const part of [0.3, 0.6, 0.99]) {
      const input = script.slice(0, Math.floor(script.length * part));
      expect(spawnSync('sh', ['-s'], { input, encoding: 'utf8' }).stdout).toBe('');
    }
  });
});
