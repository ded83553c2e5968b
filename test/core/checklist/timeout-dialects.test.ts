import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { softnet } from '../../../src/core/checklist/checks/softnet.ts';
import { composeScript } from '../../../src/core/checklist/compose-script.ts';
import type { Section } from '../../../src/core/domain/capture.ts';
import { feed, newNonce, toCapture } from './look.ts';

/** timeout(1) of other systems, in front of the one of this machine. */
const DIALECTS = {
  'coreutils, busybox since 1.34': 'exec /usr/bin/timeout "$@"',
  'busybox 1.30 to 1.33, which has no -k': 'case $1 in -*) exit 1 ;; esac\nexec /usr/bin/timeout "$@"',
  'busybox before 1.30, which wants -t': '[ "$1" = -t ] || exit 1\nshift\nexec /usr/bin/timeout "$@"',
};
const MISSING = 'exit 127';

describe('a time limit by timeout', () => {
  let dir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tcpcheck-timeout-'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  const run = async (timeout: string, script: string): Promise<Section | undefined> => {
    const bin = await mkdtemp(join(dir, 'bin-'));
    await writeFile(join(bin, 'timeout'), `#!/bin/sh\n${timeout}\n`);
    await chmod(join(bin, 'timeout'), 0o755);
    const nonce = newNonce();
    const checks = [{ ...softnet, samples: 'first' as const, timeoutS: 1, script }];
    const PATH = `${bin}:/usr/sbin:/usr/bin:/sbin:/bin`;
    const { output } = await feed(['sh', '-s'], composeScript({ checks, windowS: 1, nonce }), { PATH });
    return toCapture('here', 1, { nonce, output }).sections[0];
  };

  it.concurrent.each(Object.entries(DIALECTS))(
    'of %s ends what hangs, and nothing else',
    async (_, timeout) => {
      expect(await run(timeout, 'echo begun; sleep 30')).toMatchObject({ exit: 124, text: 'begun\n' });
      expect(await run(timeout, 'echo all; exit 3')).toMatchObject({ exit: 3, text: 'all\n' });
    },
  );

  it('is left out where there is none', async () => {
    expect(await run(MISSING, 'echo all; exit 3')).toMatchObject({ exit: 3, text: 'all\n' });
  });
});
