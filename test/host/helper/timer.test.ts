import { afterAll, describe, expect, it, vi } from 'vitest';
import { needs } from '../../support/machine.ts';
import { loadHelper } from '../../../src/host/helper/sent-helper.ts';
import {
  HELPER,
  OLD_VALUES,
  startNamespaceHost,
  WIDEN,
  WIDE_VALUES,
  type NamespaceHost,
} from '../../support/namespace-host.ts';

const gate = needs('lab', 'flock', 'busybox', 'dash', 'bash');
const RANGE_PATH = '/proc/sys/net/ipv4/ip_local_port_range';
/** The shortest the helper takes. */
const HOLD_S = 5;
/** How long a busy machine may take beyond that. */
const PATIENCE_MS = 20_000;

const held = (host: NamespaceHost, id: string, hold: string): string =>
  host.order(id, WIDEN).replace('end\n', `hold ${hold}\nend\n`);

const confirm = (id: string, hold: string): string => `change ${id}\nhold ${hold}\nend\n`;

const soon = async (check: () => Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: PATIENCE_MS, interval: 250 });

const sleepS = async (host: NamespaceHost, seconds: number): Promise<unknown> => host.sh(`sleep ${seconds}`);

const becomes = async (host: NamespaceHost, values: string): Promise<void> =>
  soon(async () => expect(await host.values()).toBe(values));

describe.skipIf(gate.skip).concurrent(`a change that nobody confirms ${gate.reason}`, () => {
  const opened: NamespaceHost[] = [];
  const newHost = async (): Promise<NamespaceHost> => {
    const host = await startNamespaceHost();
    opened.push(host);
    return host;
  };
  afterAll(async () => {
    await Promise.all(opened.map(async (host) => host.stop()));
  });

  it.each(['dash', 'busybox sh', 'bash --posix'])(
    'is taken back by the host alone, under %s',
    async (shell) => {
      const host = await newHost();
      const order = held(host, 'c1', String(HOLD_S));
      expect(await host.helper('apply', order, shell)).toHaveProperty('json.hold', HOLD_S);
      expect(await host.values()).toBe(WIDE_VALUES);
      await becomes(host, OLD_VALUES);
      const timedOut = { outcome: 'refused', code: 'timed-out' };
      expect((await host.helper('settle', order, shell)).json).toMatchObject(timedOut);
      expect((await host.helper('confirm', confirm('c1', '60'), shell)).json).toMatchObject(timedOut);
      expect((await host.helper('apply', order, shell)).json).toMatchObject(timedOut);
      expect((await host.helper('journal', order, shell)).json).toMatchObject({
        state: 'reverted',
        by: 'timer',
      });
      expect(await host.values()).toBe(OLD_VALUES);
    },
    60_000,
  );

  it('stays as long as somebody confirms, and ends when nobody does any more', async () => {
    const host = await newHost();
    await host.helper('apply', held(host, 'c1', String(HOLD_S)));
    expect(await host.helper('confirm', confirm('c1', '8'))).toEqual({
      exit: 0,
      json: {
        outcome: 'confirmed',
        values: [
          { key: 'net.ipv4.ip_local_reserved_ports', value: '8080' },
          { key: 'net.ipv4.ip_local_port_range', value: '1024 65535' },
        ],
      },
    });
    await sleepS(host, HOLD_S + 1);
    expect(await host.values()).toBe(WIDE_VALUES);
    await becomes(host, OLD_VALUES);
  }, 60_000);

  it('stays until the next boot once that is confirmed, and can still be taken back', async () => {
    const host = await newHost();
    const order = held(host, 'c1', String(HOLD_S));
    await host.helper('apply', order);
    for (const again of [1, 2]) {
      expect(await host.helper('confirm', confirm('c1', 'reboot')), `time ${again}`).toHaveProperty(
        'json.outcome',
        'confirmed',
      );
    }
    // More time than all of it is no reason to arm it again.
    expect(await host.helper('confirm', confirm('c1', String(HOLD_S)))).toHaveProperty('exit', 0);
    await sleepS(host, HOLD_S + 2);
    expect(await host.values()).toBe(WIDE_VALUES);
    expect((await host.helper('status')).json).toMatchObject({
      standing: [{ change: 'c1', state: 'applied', armed: false, kept: false }],
    });
    expect(await host.helper('revert', order)).toHaveProperty('json.outcome', 'rolled-back');
    expect(await host.values()).toBe(OLD_VALUES);
    expect((await host.helper('journal', order)).json).toMatchObject({ state: 'reverted', by: '' });
  }, 60_000);

  it('leaves alone what an administrator has changed meanwhile', async () => {
    const host = await newHost();
    await host.helper('apply', held(host, 'c1', String(HOLD_S)));
    await host.sh(`echo '2000 65000' >${RANGE_PATH}`);
    await soon(async () =>
      expect((await host.helper('journal', 'change c1\nend\n')).json).toMatchObject({ state: 'foreign' }),
    );
    expect(await host.values()).toBe('2/128/2000 65000/8080');
    expect((await host.helper('confirm', confirm('c1', 'reboot'))).json).toMatchObject({
      outcome: 'foreign',
      key: 'net.ipv4.ip_local_port_range',
    });
  }, 60_000);

  it('is taken back although the lock is held when it is due', async () => {
    const host = await newHost();
    await host.helper('apply', held(host, 'c1', String(HOLD_S)));
    await host.sh(`flock /run/tcpcheck/lock sleep ${HOLD_S + 3} >/dev/null 2>&1 &`);
    expect(await host.values()).toBe(WIDE_VALUES);
    await becomes(host, OLD_VALUES);
  }, 60_000);

  it('is taken back although the helper was killed half-way, and nobody comes again', async () => {
    const host = await newHost();
    const order = held(host, 'c1', String(HOLD_S));
    // Killed before its second value: as if the power of that process had failed.
    await host.sh(`sed 's/^    put "$new"$/    [ "$n" = 1 ] || kill -9 $$\\n&/' ${HELPER} >/run/killed.sh`);
    await host.sh('sh /run/killed.sh apply', order);
    expect(await host.values()).toBe('2/128/32768 60999/8080');
    await becomes(host, OLD_VALUES);
    expect((await host.helper('settle', order)).json).toMatchObject({ outcome: 'put-back' });
  }, 60_000);

  it('gets a new timer with the confirmation, in case the first was killed', async () => {
    const host = await newHost();
    await host.helper('apply', held(host, 'c1', String(HOLD_S)));
    const watchers = 'pgrep -f "[w]atch c1"';
    expect((await host.sh(`${watchers} | wc -l`)).stdout.trim()).toBe('1');
    await host.sh(`kill -9 $(${watchers})`);
    await host.helper('confirm', confirm('c1', String(HOLD_S)));
    await becomes(host, OLD_VALUES);
    // Nothing of it stays behind.
    await soon(async () => expect((await host.sh(watchers)).stdout).toBe(''));
  }, 60_000);

  it('ends with the login that made it, and the timer does not', async () => {
    const host = await newHost();
    const order = held(host, 'c1', String(HOLD_S));
    // A session of its own that is killed as a whole, as when a terminal or a connection goes away.
    await host.sh(
      `cat >/run/order; setsid sh -c 'echo $$ >/run/session; sh ${HELPER} apply </run/order; sleep 60' >/run/answer & sleep 2
kill -HUP -"$(cat /run/session)"; kill -9 -"$(cat /run/session)"; cat /run/answer`,
      order,
    );
    expect(await host.values()).toBe(WIDE_VALUES);
    await becomes(host, OLD_VALUES);
  }, 60_000);

  it('holds neither the lock nor the answer open while it waits', async () => {
    const host = await newHost();
    await host.helper('apply', held(host, 'c1', '600'));
    const [key, , to] = ['net.ipv4.tcp_tw_reuse', '2', '1'] as const;
    expect(await host.helper('apply', host.order('c2', [[key, '2', to]]))).toHaveProperty('exit', 0);
  });

  it('is not begun where no timer can be started', async () => {
    const host = await newHost();
    await host.sh('mount -n --bind /dev/null "$(command -v setsid)"');
    expect(await host.helper('apply', host.order('c1', WIDEN))).toEqual({
      exit: 13,
      json: { outcome: 'put-back', key: 'timer', wanted: 'running', found: 'not started' },
    });
    expect(await host.values()).toBe(OLD_VALUES);
  });

  it.each(['4', '3601', 'reboot', '-1', '1e3', '060', '5 5', ''])('does not hold for %j', async (hold) => {
    const host = await newHost();
    expect(await host.helper('apply', held(host, 'c1', hold))).toMatchObject({
      exit: 64,
      json: { outcome: 'refused', code: 'order' },
    });
    expect(await host.values()).toBe(OLD_VALUES);
  });

  it('is a unit of its own where systemd runs, since logind may end all that a login leaves', async () => {
    const host = await newHost();
    // Proved by its arguments: no systemd may be started in a test.
    await host.sh(`mkdir -p /run/systemd/system
printf '#!/bin/sh\nprintf "%%s\\n" "$@" >/run/arguments\n' >/run/systemd-run && chmod 755 /run/systemd-run
mount -n --bind /run/systemd-run "$(command -v systemd-run)"`);
    await host.helper('apply', held(host, 'c1', '60'));
    const { stdout } = await host.sh('cat /run/arguments; pgrep -f "[w]atch c1"');
    expect(stdout.trim().split('\n')).toEqual([
      '--quiet',
      '--collect',
      '--unit=tcpcheck-c1-1',
      '/bin/sh',
      HELPER,
      'watch',
      'c1',
      '60',
    ]);
  });

  it('is watched by a process where systemd-run fails', async () => {
    const host = await newHost();
    await host.sh('mkdir -p /run/systemd/system && mount -n --bind /bin/false "$(command -v systemd-run)"');
    await host.helper('apply', held(host, 'c1', String(HOLD_S)));
    expect(await host.values()).toBe(WIDE_VALUES);
    await becomes(host, OLD_VALUES);
  }, 60_000);

  it('can be ordered through a forced command, which passes no arguments', async () => {
    const host = await newHost();
    const { stdin } = (await loadHelper()).installed('apply', held(host, 'c1', '60'));
    const { stdout } = await host.sh(`sh ${HELPER}`, stdin);
    const answer: unknown = JSON.parse(stdout);
    expect(answer).toMatchObject({ outcome: 'applied' });
    expect(await host.values()).toBe(WIDE_VALUES);
  });
});
