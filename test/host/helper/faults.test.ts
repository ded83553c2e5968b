import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { problemOf } from '../../../src/core/change/outcome.ts';
import { readAnswer } from '../../../src/host/helper/answer.ts';
import { needs } from '../../support/machine.ts';
import {
  HELPER,
  OLD_VALUES,
  RESET,
  startNamespaceHost,
  WIDEN,
  WIDE_VALUES,
  type Answer,
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

/** What the thread of a change would say of this answer. */
function told({ json }: Answer): string {
  const outcome = readAnswer(JSON.stringify(json));
  if (outcome?.kind !== 'put-back' && outcome?.kind !== 'refused') return JSON.stringify(json);
  const { code, message } = problemOf(outcome, { host: 'web-1' });
  return `${code} ${message}`;
}

const notTaken = (key: string, why: string) => (from: string, to: string) =>
  `CHANGE_NOT_TAKEN web-1: ${key} should be "${to}" and is "${from}" (${why}); every key has its old value again`;

/** Room for so many pages; each file of the journal takes one. */
const fill = (pages: number): string => `umount -n /var/lib/tcpcheck 2>/dev/null
rm -rf /var/lib/tcpcheck; mkdir -m 0700 /var/lib/tcpcheck
mount -n -t tmpfs -o mode=0700,size=64k tmpfs /var/lib/tcpcheck
head -c ${(16 - pages) * 4096} /dev/zero >/var/lib/tcpcheck/ballast`;

describe.skipIf(gate.skip)(`the helper on a host where things go wrong ${gate.reason}`, () => {
  let host: NamespaceHost;
  let dir = '';
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'tcpcheck-faults-'));
    host = await startNamespaceHost();
  });
  afterEach(async () => {
    await host.stop();
    rmSync(dir, { recursive: true, force: true });
  });
  /** The same helper but for this. */
  function helperWith(from: string, to: string): string {
    const path = join(dir, 'helper.sh');
    writeFileSync(path, readFileSync(HELPER, 'utf8').replace(from, to));
    return path;
  }
  const live = async (name: string): Promise<string> =>
    (await host.sh(`cat /proc/sys/net/${name}`)).stdout.trim();

  it('does the work once when forty calls come at once', { timeout: 120_000 }, async () => {
    const order = host.order('c1', WIDEN);
    // As patient as a busy machine takes.
    const patient = helperWith('LOCK_WAIT_S=15', 'LOCK_WAIT_S=100');
    const calls = Array.from({ length: 40 }, async () => host.helper('apply', order, 'sh', patient));
    const answers = await Promise.all(calls);
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
      json: {
        outcome: 'put-back',
        key: RANGE,
        wanted: '1024 65535',
        found: '32768 60999',
        why: 'Read-only file system',
      },
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

  describe('when the third key of a plan', () => {
    interface Case {
      readonly key: string;
      /** A value that it does not take; undefined where this machine's kernel has no such one. */
      readonly to: () => Promise<string | undefined>;
      /** What procps answers to `sysctl -w` of the same. */
      readonly sysctlExit: number;
      readonly says: (from: string, to: string) => string;
    }
    const CASES: readonly (readonly [what: string, third: Case])[] = [
      [
        'is read-only, about which `sysctl -w` reports success',
        {
          key: 'net.core.rmem_max',
          to: async () => {
            const bytes = Number(await live('core/rmem_max'));
            return bytes === 0 ? undefined : String(bytes * 2);
          },
          sysctlExit: 0,
          says: notTaken('net.core.rmem_max', 'Permission denied'),
        },
      ],
      [
        'is a congestion control that namespaces must not have',
        {
          key: 'net.ipv4.tcp_congestion_control',
          to: async () => {
            const allowed = (await live('ipv4/tcp_allowed_congestion_control')).split(' ');
            const available = (await live('ipv4/tcp_available_congestion_control')).split(' ');
            return [...available, 'bbr'].find((name) => !allowed.includes(name));
          },
          sysctlExit: 1,
          says: notTaken('net.ipv4.tcp_congestion_control', 'Operation not permitted'),
        },
      ],
      [
        'is one that namespaces do not have',
        {
          key: 'net.core.default_qdisc',
          to: async () => 'fq',
          sysctlExit: 1,
          says: () =>
            'CHANGE_REFUSED web-1: this kernel has no net.core.default_qdisc (no-such-key); nothing was written',
        },
      ],
    ];

    it.each(CASES)('%s: nothing of it stays, and it says which and why', async (_, third) => {
      const { key, sysctlExit, says } = third;
      const name = key.slice('net.'.length).replace('.', '/');
      const [from, to] = [await live(name), await third.to()];
      if (to === undefined) return;
      expect(await host.sh(`sysctl -w ${key}=${to}`)).toHaveProperty('exit', sysctlExit);
      // With three more keys on its list: a namespace takes each of those that it offers.
      const longer = `case $1 in ${CASES.map(([, one]) => one.key).join(' | ')}) return 0 ;; esac`;
      const helper = helperWith('allowed() {', `allowed() { ${longer}`);
      for (const [n, shell] of ['dash', 'busybox sh', 'bash --posix'].entries()) {
        const order = host.order(`c${n}`, [...WIDEN, [key, from, to]]);
        expect(told(await host.helper('apply', order, shell, helper))).toBe(says(from, to));
        expect([await host.values(), await live(name)]).toEqual([OLD_VALUES, from]);
      }
      // The second time from the journal, in the same words.
      const again = host.order('c0', [...WIDEN, [key, from, to]]);
      expect(told(await host.helper('apply', again, 'sh', helper))).toBe(says(from, to));
    });
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
    expect(await host.helper('revert', order)).toEqual({
      ...failed,
      json: { ...failed.json, why: 'Read-only file system' },
    });
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
    it('says busy after its patience, and nothing is changed', async () => {
      const impatient = helperWith('LOCK_WAIT_S=15', 'LOCK_WAIT_S=1');
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
