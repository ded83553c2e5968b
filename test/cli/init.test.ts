import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { init } from '../../src/cli/init.ts';
import { loadChangeKeys } from '../../src/config/keys.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { Locale } from '../../src/core/domain/locale.ts';
import { failureOf } from '../support/failure.ts';

const dir = mkdtempSync(join(tmpdir(), 'tcpcheck-init-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function run(file: string, keysDir: string | null = null, locale: Locale = 'en'): string {
  let out = '';
  const told = { out: (text: string) => void (out += text), err: () => undefined };
  init(
    { configFile: file, terminal: { ...told, locale, colour: false, width: 80, animated: false } },
    keysDir,
  );
  return out;
}

describe('init', () => {
  it.each(['en', 'ko'] as const)(
    'writes a file that can be used as it is, and with its example, in %s',
    (locale) => {
      const file = join(dir, `${locale}.yaml`);
      expect(run(file, null, locale)).toContain(file);
      expect(loadConfig(file).hosts.size).toBe(0);
      const text = readFileSync(file, 'utf8').replaceAll(/^# (hosts:$| {2}.*)/gm, '$1');
      writeFileSync(file, text);
      const host = loadConfig(file).hosts.get('web-1');
      expect(host).toMatchObject({
        user: 'tcpcheck',
        groups: ['web'],
        changes: { kind: 'account', user: 'tcpcheck-change' },
      });
    },
  );

  it('overwrites nothing', async () => {
    const file = join(dir, 'mine.yaml');
    writeFileSync(file, 'hosts: {}\n');
    expect((await failureOf(Promise.resolve().then(() => run(file)))).code).toBe('INIT_EXISTS');
    expect(readFileSync(file, 'utf8')).toBe('hosts: {}\n');
  });

  it('makes keys that fit together, the one that signs for its owner alone', async () => {
    const out = run(join(dir, 'keys.yaml'), join(dir, 'keys'));
    expect(out).toContain(`TCPCHECK_SIGNING_KEY_FILE=${join(dir, 'keys/signing.pem')}`);
    const [signingKeyPem, verifyKeyPem] = ['signing', 'verify'].map((name) =>
      readFileSync(join(dir, 'keys', `${name}.pem`), 'utf8'),
    );
    const given = {
      signingKeyPem: signingKeyPem ?? '',
      verifyKeyPem: verifyKeyPem ?? '',
      redis: { kind: 'url', url: 'redis://r' },
      dataDir: dir,
    } as const;
    expect(loadChangeKeys(given, 'bot')).toEqual({ signingKeyPem, verifyKeyPem });
    expect(statSync(join(dir, 'keys/signing.pem')).mode & 0o777).toBe(0o600);
    expect(
      (await failureOf(Promise.resolve().then(() => run(join(dir, 'other.yaml'), join(dir, 'keys'))))).code,
    ).toBe('INIT_EXISTS');
  });
});
