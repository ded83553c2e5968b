import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeKeyPair } from '../config/keys.ts';
import { say } from '../core/domain/locale.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import { INIT } from '../core/render/texts/enroll.ts';
import { fill } from '../core/render/texts/text.ts';
import { TEMPLATE } from './init-template.ts';
import { EXIT, type Terminal } from './terminal.ts';

/** The schema that came with this program, for editors. */
const SCHEMA = fileURLToPath(new URL('../../tcpcheck.schema.json', import.meta.url));

/** `init [--keys DIR]`: a commented tcpcheck.yaml, and a pair of keys for bot and workers. Never overwrites anything. */
export function init(
  { configFile, terminal }: { readonly configFile: string; readonly terminal: Terminal },
  keysDir: string | null,
): number {
  const { locale } = terminal;
  writeNew(configFile, say(TEMPLATE, locale).replace('SCHEMA', SCHEMA), 0o644);
  terminal.out(`${fill(locale, INIT.wrote, { file: configFile })}\n`);
  if (keysDir !== null) {
    const signing = join(resolve(keysDir), 'signing.pem');
    const verify = join(resolve(keysDir), 'verify.pem');
    const pair = makeKeyPair();
    writeNew(signing, pair.signing, 0o600);
    terminal.out(`${fill(locale, INIT.wrote, { file: signing })}\n`);
    writeNew(verify, pair.verify, 0o644);
    terminal.out(`${fill(locale, INIT.wrote, { file: verify })}\n`);
    terminal.out(`${fill(locale, INIT.nextKeys, { signing, verify })}\n`);
  }
  terminal.out(`${fill(locale, INIT.next, { file: configFile })}\n`);
  return EXIT.ok;
}

function writeNew(file: string, text: string, mode: number): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { flag: 'wx', mode });
  } catch (cause) {
    const there = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    const message = there ? `${file} is there already, and is left as it is` : `${file} cannot be written`;
    throw new TcpcheckError('INIT_EXISTS', message, { cause });
  }
}
