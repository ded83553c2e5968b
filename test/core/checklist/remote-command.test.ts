import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REMOTE_COMMAND } from '../../../src/core/checklist/remote-command.ts';
import { needs } from '../../support/machine.ts';
import { feed } from './look.ts';

const gate = needs('dash', 'bash', 'busybox');

// sshd runs SHELL -c COMMAND.
describe.skipIf(gate.skip).concurrent(`remote command line ${gate.reason}`, () => {
  it.each([['dash'], ['bash'], ['bash', '--posix'], ['busybox', 'sh']])(
    'gives the script the same surroundings under %s %s',
    async (...shell) => {
      const login = shell.filter((word) => word !== undefined);
      const { output, exit } = await feed(
        [...login, '-c', REMOTE_COMMAND(20)],
        'echo "$LC_ALL $PATH $(nice)"; exit 7',
        {
          LC_ALL: 'ko_KR.UTF-8',
          LANG: 'ko_KR.UTF-8',
        },
      );
      expect(output).toBe('C /usr/sbin:/sbin:/usr/bin:/bin 10\n');
      expect(exit).toBe(7);
    },
  );

  it('ends a script that hangs, with what it started', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'tcpcheck-limit-'));
    try {
      const pidFile = join(dir, 'pid');
      const started = performance.now();
      const { exit } = await feed(
        ['sh', '-c', REMOTE_COMMAND(1)],
        `sleep 60 & echo $! >${pidFile}; sleep 60`,
      );
      expect(exit).toBe(124);
      expect(performance.now() - started).toBeLessThan(5000);
      // Gone, or waiting for whoever inherited it to take notice.
      const { output } = await feed(['sh', '-c', `cat "/proc/$(cat ${pidFile})/status"`], '');
      expect(output === '' || /^State:\s+Z/m.test(output)).toBe(true);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });

  it('ends also a script that ignores the first signal', async () => {
    const { exit } = await feed(['sh', '-c', REMOTE_COMMAND(1)], "trap '' TERM; while :; do sleep 1; done");
    // coreutils ends itself by the signal it had to send, busybox tells 137.
    expect([null, 137]).toContain(exit);
  });

  it('works where the login shell prints', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'tcpcheck-login-'));
    try {
      await writeFile(join(dir, 'profile'), 'echo "Welcome to Linux"\n');
      const argv = ['bash', '-c', `. ${join(dir, 'profile')}; ${REMOTE_COMMAND(20)}`];
      expect((await feed(argv, 'echo here')).output).toBe('Welcome to Linux\nhere\n');
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });

  it('is one line that every login shell reads alike', () => {
    const line = REMOTE_COMMAND(30);
    expect(line).toMatch(/^exec \/bin\/sh -c '[^'\\!\n]*'$/);
  });

  it('takes no time limit that is not whole seconds', () => {
    for (const timeoutS of [0, -1, 1.5, Number.NaN, 3_901])
      expect(() => REMOTE_COMMAND(timeoutS)).toThrow('bug:');
  });
});
