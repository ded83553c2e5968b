import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { needs } from '../../support/machine.ts';
import {
  HELPER,
  OLD_VALUES,
  RESET,
  startNamespaceHost,
  WIDEN,
  WIDE_VALUES,
  type NamespaceHost,
} from '../../support/namespace-host.ts';

const gate = needs('lab', 'flock');
const RANGE = 'net.ipv4.ip_local_port_range';
const RESERVED = 'net.ipv4.ip_local_reserved_ports';
const RANGE_PATH = '/proc/sys/net/ipv4/ip_local_port_range';
const RESERVED_PATH = '/proc/sys/net/ipv4/ip_local_reserved_ports';

/** A key the kernel shows and does not let anybody write, as on hosts with a locked-down /proc. */
const readOnly = (path: string): string =>
  `mount -n --bind ${path} ${path} && mount -n -o remount,bind,ro ${path}`;

/** Room for so many pages; each file of the journal takes one. */
const fill = (pages: number): string => `umount -n /var/lib/tcpcheck 2>/dev/null
rm -rf /var/lib/tcpcheck; mkdir -m 0700 /var/lib/tcpcheck
mount -n -t tmpfs -o mode=0700,size=64k tmpfs /var/lib/tcpcheck
head -c ${(16 - pages) * 4096} /dev/zero >/var/lib/tcpcheck/ballast`;

describe.skipIf(gate.skip)(`the helper on a host where things go wrong ${gate.reason}`, () => {
  let host: NamespaceHost;
  beforeEach(async () => {
    host = await startNamespaceHost();
  });
  afterEach(async () => host.stop());

  it('does the work once when forty calls come at once', { timeout: 60_000 }, async () => {
    const order = host.order('c1', WIDEN);
    const answers = await Promise.all(Array.from({ length: 40 }, async () => host.helper('apply', order)));
    const outcomes = answers.map(({ json }) => JSON.stringify(json).slice(0, 22));
    expect(outcomes.filter((text) => text === '{"outcome":"applied","')).toHaveLength(1);
    expect(outcomes.filter((text) => text === '{"outcome":"already","')).toHaveLength(39);
    expect(await host.values()).toBe(WIDE_VALUES);
    const { stdout } = await host.sh(
      'cd /var/lib/tcpcheck; ls; cat fence; grep -c "^state writing" change.c1',
    );
    expect(stdout.split('\n')).toEqual(['change.c1', 'fence', 'recent', '1', '2', '']);
  });

  it('lets one of two different changes win, and tells the other', async () => {
    const orders = [
      host.order('c1', [[RANGE, '32768 60999', '1024 65535']]),
      host.order('c2', [[RANGE, '32768 60999', '20000 65000']]),
    ];
    const answers = await Promise.all(orders.map(async (order) => host.helper('apply', order)));
    const outcomes = answers.map(({ json }) => /"outcome":"(\w+)"/.exec(JSON.stringify(json))?.[1]);
    expect(new Set(outcomes)).toEqual(new Set(['applied', 'stale']));
    expect(await host.values()).toBe(outcomes[0] === 'applied' ? '2/128/1024 65535/' : '2/128/20000 65000/');
  });

  it('puts the first key back when the second cannot be written', async () => {
    await host.sh(readOnly(RANGE_PATH));
    const order = host.order('c1', WIDEN);
    const putBack = {
      exit: 13,
      json: { outcome: 'put-back', key: RANGE, wanted: '1024 65535', found: '32768 60999' },
    };
    expect(await host.helper('apply', order)).toEqual(putBack);
    expect(await host.values()).toBe(OLD_VALUES);
    expect((await host.sh('cat /var/lib/tcpcheck/change.c1')).stdout).toContain('state undone 1');
    // A repeated order does not try again, even when it would work now.
    await host.sh(`umount -n ${RANGE_PATH}`);
    expect(await host.helper('apply', order)).toEqual(putBack);
    expect(await host.helper('settle', order)).toEqual(putBack);
    expect(await host.helper('revert', order)).toHaveProperty('json.outcome', 'already');
    expect(await host.values()).toBe(OLD_VALUES);
  });

  it('puts everything back when the kernel makes something else of a value', async () => {
    // The kernel joins neighbours: it shows 8080-8081.
    const order = host.order('c1', [
      ['net.core.somaxconn', '128', '4096'],
      [RESERVED, '', '8080,8081'],
    ]);
    expect(await host.helper('apply', order)).toEqual({
      exit: 13,
      json: { outcome: 'put-back', key: RESERVED, wanted: '8080,8081', found: '8080-8081' },
    });
    expect(await host.values()).toBe(OLD_VALUES);
  });

  it('says so when a value cannot be put back, and can do it later', async () => {
    const order = host.order('c1', WIDEN);
    await host.helper('apply', order);
    await host.sh(readOnly(RANGE_PATH));
    const failed = {
      exit: 14,
      json: { outcome: 'undo-failed', key: RANGE, wanted: '32768 60999', found: '1024 65535' },
    };
    expect(await host.helper('revert', order)).toEqual(failed);
    // The reserved port protects a listener from the range that is still wide: it stays.
    expect(await host.values()).toBe(WIDE_VALUES);
    expect(await host.helper('settle', order)).toEqual(failed);
    await host.sh(`umount -n ${RANGE_PATH}`);
    expect(await host.helper('revert', order)).toHaveProperty('json.outcome', 'rolled-back');
    expect(await host.values()).toBe(OLD_VALUES);
  });

  it('leaves alone what somebody else has changed since, and what it leans on', async () => {
    const order = host.order('c1', WIDEN);
    await host.helper('apply', order);
    await host.sh(`echo '2000 65000' >${RANGE_PATH}`);
    const foreign = {
      exit: 15,
      json: { outcome: 'foreign', key: RANGE, wanted: '1024 65535', found: '2000 65000' },
    };
    expect(await host.helper('revert', order)).toEqual(foreign);
    expect(await host.values()).toBe('2/128/2000 65000/8080');
    expect(await host.helper('revert', order)).toEqual(foreign);
    expect(await host.helper('apply', order)).toHaveProperty('json.outcome', 'foreign');
    expect(await host.values()).toBe('2/128/2000 65000/8080');
    // The person decides for the old value: now nothing stands in the way.
    await host.sh(`echo '32768 60999' >${RANGE_PATH}`);
    expect(await host.helper('revert', order)).toHaveProperty('json.outcome', 'rolled-back');
    expect(await host.values()).toBe(OLD_VALUES);
  });

  it('takes back the rest when an earlier key is foreign', async () => {
    const order = host.order('c1', WIDEN);
    await host.helper('apply', order);
    await host.sh(`echo 8080,9090 >${RESERVED_PATH}`);
    expect(await host.helper('revert', order)).toEqual({
      exit: 15,
      json: { outcome: 'foreign', key: RESERVED, wanted: '8080', found: '8080,9090' },
    });
    expect(await host.values()).toBe('2/128/32768 60999/8080,9090');
    // The range is done with. Whoever widens it now has reasons of their own.
    await host.sh(`echo 8080 >${RESERVED_PATH}; echo '1024 65535' >${RANGE_PATH}`);
    expect(await host.helper('revert', order)).toHaveProperty('json.outcome', 'rolled-back');
    expect(await host.values()).toBe('2/128/1024 65535/');
  });

  it('never takes the same key back twice', async () => {
    const order = host.order('c1', WIDEN);
    await host.helper('apply', order);
    await host.helper('revert', order);
    // By chance somebody wants the same values.
    await host.sh(`echo 8080 >${RESERVED_PATH}; echo '1024 65535' >${RANGE_PATH}`);
    expect(await host.helper('revert', order)).toHaveProperty('json.outcome', 'already');
    expect(await host.values()).toBe(WIDE_VALUES);
  });

  it('says when an applied change is not in force any more', async () => {
    const order = host.order('c1', WIDEN);
    await host.helper('apply', order);
    await host.sh(`echo 8081 >${RESERVED_PATH}`);
    const foreign = { outcome: 'foreign', key: RESERVED, wanted: '8080', found: '8081' };
    expect((await host.helper('apply', order)).json).toEqual(foreign);
    expect((await host.helper('settle', order)).json).toEqual(foreign);
    expect(await host.values()).toBe('2/128/1024 65535/8081');
  });

  describe('after a reboot', () => {
    const reboot = `echo 00000000-0000-4000-8000-000000000001 >/run/boot
mount -n --bind /run/boot /proc/sys/kernel/random/boot_id`;
    const keepJournal = RESET.replace('rm -rf /run/tcpcheck /var/lib/tcpcheck', 'rm -rf /run/tcpcheck');

    it('a change is history: taking it back touches nothing', async () => {
      const order = host.order('c1', WIDEN);
      await host.helper('apply', order);
      await host.sh(`${keepJournal}\n${reboot}`);
      expect(await host.helper('apply', order)).toHaveProperty('json.code', 'rebooted');
      expect(await host.helper('confirm', order.replace('end', 'hold reboot\nend'))).toHaveProperty(
        'json.code',
        'rebooted',
      );
      expect(await host.helper('revert', order)).toHaveProperty('json.outcome', 'already');
      await host.sh(`echo 8080 >${RESERVED_PATH}`);
      expect(await host.helper('revert', order)).toEqual({
        exit: 15,
        json: { outcome: 'foreign', key: RESERVED, wanted: '', found: '8080' },
      });
      expect(await host.values()).toBe('2/128/32768 60999/8080');
    });

    it('a half-done change is history too', async () => {
      const order = host.order('c1', WIDEN);
      await host.helper('apply', order);
      await host.sh(
        `cd /var/lib/tcpcheck; sed '/^state written 1/,$d' change.c1 >open; rm change.c1\n${keepJournal}\n${reboot}
echo 8080 >${RESERVED_PATH}`,
      );
      expect(await host.helper('settle', order)).toHaveProperty('json.outcome', 'put-back');
      expect(await host.values()).toBe('2/128/32768 60999/8080');
    });
  });

  it('does not settle what another network namespace left half done', async () => {
    const order = host.order('c1', WIDEN);
    await host.helper('apply', order);
    await host.sh("cd /var/lib/tcpcheck; sed '/^state written 1/,$d; s/^netns .*/netns 1/' change.c1 >open");
    expect(await host.helper('apply', host.order('c2', WIDEN))).toHaveProperty('json.code', 'open-elsewhere');
    expect(await host.values()).toBe(WIDE_VALUES);
  });

  describe('on a full disk', () => {
    it('changes nothing unless it can write down everything', async () => {
      const outcomes: string[] = [];
      for (const pages of [0, 1, 2, 3, 4, 5]) {
        await host.sh(`${fill(pages)}\n${RESET.replace('rm -rf /run/tcpcheck /var/lib/tcpcheck', ':')}`);
        const { json } = await host.helper('apply', host.order('c1', WIDEN));
        const outcome = /"outcome":"(.*?)"/.exec(JSON.stringify(json))?.[1] ?? '';
        outcomes.push(outcome);
        expect(await host.values()).toBe(outcome === 'applied' ? WIDE_VALUES : OLD_VALUES);
      }
      expect([outcomes.at(0), outcomes.at(-1)]).toEqual(['refused', 'applied']);
    });

    it('takes back all the same', async () => {
      const order = host.order('c1', WIDEN);
      await host.sh(fill(8));
      await host.helper('apply', order);
      // The last byte of the entry's own page is taken too.
      await host.sh(`cd /var/lib/tcpcheck; head -c 65536 /dev/zero >more
head -c $((4096 - $(wc -c <change.c1))) /dev/zero | tr '\\0' '\\n' >>change.c1`);
      expect(await host.helper('revert', order)).toHaveProperty('json.outcome', 'rolled-back');
      expect(await host.values()).toBe(OLD_VALUES);
      // Nothing could be marked, so the next call looks again, and finds that there is nothing left to do.
      expect((await host.sh('grep -c -e undo -e reverted /var/lib/tcpcheck/open')).stdout).toBe('0\n');
      expect(await host.helper('revert', order)).toHaveProperty('exit', 0);
      expect(await host.values()).toBe(OLD_VALUES);
    });
  });

  describe('while somebody holds the lock', () => {
    let dir = '';
    beforeEach(() => {
      dir = mkdtempSync(join(tmpdir(), 'tcpcheck-lock-'));
    });
    afterEach(() => rmSync(dir, { recursive: true, force: true }));

    it('says busy after its patience, and nothing is changed', async () => {
      const impatient = join(dir, 'impatient.sh');
      writeFileSync(impatient, readFileSync(HELPER, 'utf8').replace('LOCK_WAIT_S=15', 'LOCK_WAIT_S=1'));
      await host.sh(
        'mkdir -m 0700 /run/tcpcheck; flock /run/tcpcheck/lock sleep 60 >/dev/null 2>&1 & echo $! >/run/pid',
      );
      for (const shell of ['dash', 'busybox sh', 'bash --posix']) {
        const answer = await host.helper('apply', host.order('c1', WIDEN), shell, impatient);
        expect(answer).toEqual({ exit: 11, json: { outcome: 'busy' } });
      }
      expect(await host.values()).toBe(OLD_VALUES);
      await host.sh('kill "$(cat /run/pid)"; pkill -P "$(cat /run/pid)"');
    });

    it('waits for its turn', async () => {
      await host.sh('mkdir -m 0700 /run/tcpcheck; flock /run/tcpcheck/lock sleep 0.5 >/dev/null 2>&1 &');
      expect(await host.helper('apply', host.order('c1', WIDEN))).toHaveProperty('json.outcome', 'applied');
    });
  });
});
