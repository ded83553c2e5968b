import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadHelper } from '../../../src/host/helper/sent-helper.ts';
import { needs } from '../../support/machine.ts';
import {
  HELPER,
  OLD_VALUES,
  startNamespaceHost,
  WIDEN,
  WIDE_VALUES,
  type NamespaceHost,
} from '../../support/namespace-host.ts';

const gate = needs('lab', 'flock', 'busybox', 'dash', 'bash');

describe('the command that sends the helper', () => {
  it('is one word to any login shell: sh, csh and fish quote differently inside', async () => {
    const { sent, text } = await loadHelper();
    for (const verb of ['apply', 'revert', 'settle', 'journal', 'status'] as const) {
      const { command } = sent(verb, '');
      expect(command).toMatch(/^timeout -k 3 25 \/bin\/sh -c '[^'!\n]+'$/);
      expect(command).not.toMatch(/\\[\\']/);
    }
    expect(text).toBe(readFileSync(HELPER, 'utf8'));
  });

  it('counts bytes as the host does', async () => {
    const { text } = await loadHelper();
    expect(Buffer.byteLength(text)).toBe(text.length);
  });
});

describe.skipIf(gate.skip)(`the helper, sent ${gate.reason}`, () => {
  let host: NamespaceHost;
  beforeEach(async () => {
    host = await startNamespaceHost();
  });
  afterEach(async () => host.stop());

  const send = async (verb: 'apply' | 'revert', shell: string): Promise<unknown> => {
    const { command, stdin } = (await loadHelper()).sent(verb, host.order('c1', WIDEN));
    // As sshd does it: the account's shell gets the command after -c.
    const script = `cat >/run/input; cat >/run/command <<'END'\n${command}\nEND\n${shell} -c "$(cat /run/command)" </run/input`;
    const { stdout, stderr } = await host.sh(script, stdin);
    expect(stderr).toBe('');
    return JSON.parse(stdout);
  };

  it.each(['dash', 'busybox sh', 'bash', 'bash --posix'])('runs under %s', async (shell) => {
    expect(await send('apply', shell)).toHaveProperty('outcome', 'applied');
    expect(await host.values()).toBe(WIDE_VALUES);
    expect(await send('revert', shell)).toHaveProperty('outcome', 'rolled-back');
    expect(await host.values()).toBe(OLD_VALUES);
  });

  it('is refused when /run is full, unless it is there already', async () => {
    const small = `rm -rf /run/tcpcheck; mkdir -m 0700 /run/tcpcheck
mount -n -t tmpfs -o mode=0700,size=32k tmpfs /run/tcpcheck`;
    const fill = 'cat /dev/zero >/run/tcpcheck/ballast 2>/dev/null; :';
    await host.sh(`${small}\n${fill}`);
    expect(await send('apply', 'sh')).toHaveProperty('code', 'helper-damaged');
    expect(await host.values()).toBe(OLD_VALUES);
    await host.sh(`umount -n /run/tcpcheck\n${small}`);
    expect(await send('apply', 'sh')).toHaveProperty('outcome', 'applied');
    await host.sh(fill);
    expect(await send('revert', 'sh')).toHaveProperty('outcome', 'rolled-back');
    expect(await host.values()).toBe(OLD_VALUES);
  });

  it('replaces a file under its name that is something else', async () => {
    await send('apply', 'sh');
    await host.sh('for file in /run/tcpcheck/tcpcheck-host.*; do echo "touch /run/owned" >"$file"; done');
    expect(await send('revert', 'sh')).toHaveProperty('outcome', 'rolled-back');
    expect((await host.sh('ls /run')).stdout).not.toContain('owned');
  });
});
