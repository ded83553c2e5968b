import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { needs } from '../../support/machine.ts';
import { RESET, startNamespaceHost, WIDEN, type NamespaceHost } from '../../support/namespace-host.ts';

const gate = needs('lab', 'flock', 'busybox', 'dash');

/** Entries `NAME-1` to `NAME-N` of that many days ago; `lines` is what they say at their end. */
const entries = (name: string, count: number, days: number, lines: string): string => `
mkdir -p -m 0700 /var/lib/tcpcheck
i=1
while [ $i -le ${count} ]; do
  printf 'tcpcheck-journal 1\\nchange ${name}-%s\\nfence 1\\nboot %s\\nnetns 1\\nbegan 1\\nkey net.core.somaxconn\\nold 128\\nnew 4096\\n${lines}\\n' $i "$boot" >/var/lib/tcpcheck/change.${name}-$i
  i=$((i + 1))
done
touch -d "@$(($(date +%s) - ${days} * 86400 - 3600))" /var/lib/tcpcheck/change.${name}-*`;
const THIS_BOOT = 'boot=$(cat /proc/sys/kernel/random/boot_id)';
const EARLIER_BOOT = 'boot=00000000-0000-0000-0000-000000000000';

describe.skipIf(gate.skip)(`old entries of the journal ${gate.reason}`, () => {
  let host: NamespaceHost;
  beforeAll(async () => {
    host = await startNamespaceHost();
  });
  afterAll(async () => host.stop());
  beforeEach(async () => {
    await host.sh(RESET);
  });

  const left = async (): Promise<Record<string, number>> => {
    const { stdout } = await host.sh('cd /var/lib/tcpcheck && ls');
    const names = [...stdout.matchAll(/^change\.([a-z]+)-/gm)].map((match) => match[1] ?? '');
    return Object.fromEntries(
      [...new Set(names)].map((name) => [name, names.filter((n) => n === name).length]),
    );
  };
  const apply = async (shell: string): Promise<unknown> =>
    (await host.helper('apply', host.order('now', WIDEN), shell)).json;

  it.each(['dash', 'busybox sh'])('go when nothing of them is in force or open, under %s', async (shell) => {
    await host.sh(
      [
        THIS_BOOT,
        entries('applied', 2, 400, 'state done'),
        entries('failed', 2, 400, 'state undo-failed'),
        entries('foreign', 2, 400, 'state foreign'),
        entries('damaged', 2, 400, 'nonsense'),
        entries('barred', 2, 120, 'state barred'),
        entries('reverted', 2, 120, 'state done\\nstate reverted'),
        EARLIER_BOOT,
        entries('kept', 2, 400, 'state done\\nkept yes'),
        entries('earlier', 2, 120, 'state done'),
        entries('young', 2, 89, 'state barred'),
        entries('newest', 500, 1, 'state barred'),
      ].join('\n'),
    );
    expect(await apply(shell)).toMatchObject({ outcome: 'applied' });
    expect(await left()).toEqual({
      applied: 2,
      failed: 2,
      foreign: 2,
      damaged: 2,
      kept: 2,
      young: 2,
      newest: 500,
    });
  });

  it('stay while they are few, whatever the clock says', async () => {
    await host.sh([THIS_BOOT, entries('old', 100, 4_000, 'state barred')].join('\n'));
    expect(await apply('dash')).toMatchObject({ outcome: 'applied' });
    expect(await left()).toEqual({ old: 100 });
  });

  it('are not let grow without end by whoever has a key', async () => {
    const many = `cd /var/lib/tcpcheck; seq -f 'change.flood-%.0f' 20000 | xargs touch`;
    await host.sh(`mkdir -p -m 0700 /var/lib/tcpcheck; ${many}`);
    const full = { outcome: 'refused', code: 'journal-full' };
    expect(await apply('dash')).toMatchObject(full);
    expect((await host.helper('settle', 'change other\nend\n')).json).toMatchObject(full);
  });
});
