import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { confirmPlan, executePlan, settlePlan } from '../../../src/host/execute-plan.ts';
import { askHelperStatus } from '../../../src/host/helper/helper-status.ts';
import { loadHelper } from '../../../src/host/helper/sent-helper.ts';
import type { HostConnection } from '../../../src/host/open-host.ts';
import { needs } from '../../support/machine.ts';
import { NARROW, NEW, NO_DELAYS, OLD, orderOf, unreachable, WIDE } from '../plan-host.ts';
import { CHANGER, READER, startEnrolledHost, type EnrolledHost } from './enrolled-host.ts';

const gate = needs('lab', 'flock', 'sudo');
/** `same`, `did`, `would`: the first word of every line. */
const firstWords = (text: string): readonly string[] =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(' ')[0] ?? '');
const sixTimes = (word: string): readonly string[] => Array.from({ length: 6 }, () => word);
const LIMITS = { timeoutMs: 20_000, maxStdoutBytes: 10_000, maxStderrBytes: 10_000 };

describe.skipIf(gate.skip)(`an enrolled host ${gate.reason}`, () => {
  let on: EnrolledHost;
  let changer: HostConnection;
  beforeAll(async () => {
    on = await startEnrolledHost();
    const { exit, stdout } = await on.enrol();
    if (exit !== 0) throw new Error(stdout);
    changer = await on.open(on.changer());
  });
  afterAll(() => on.lab.stop());
  beforeEach(() => on.reset());

  const say = async (command: string, stdin: string): Promise<string> =>
    (await changer.exec(command, { ...LIMITS, stdin })).stdout.toString();
  const asChanger = async (command: string) => on.host.exec(['su', '-s', '/bin/sh', CHANGER, '-c', command]);

  const untouched = async (): Promise<void> => {
    expect(await on.values()).toEqual(OLD);
    const traces = await on.host.exec(['find', '/tmp/owned', '/var/lib/tcpcheck', '-type', 'f']);
    expect(traces.stdout).toBe('');
  };

  const traces = async (): Promise<string> => {
    const find =
      'find /home /usr/local/sbin /etc/sudoers.d /var/lib/tcpcheck -printf "%M %u %g %p\\n" | sort';
    const { stdout } = await on.host.exec(['sh', '-c', `${find}; cat /etc/passwd /etc/group /etc/shadow`]);
    return stdout;
  };

  it('lives through a change with an account that is not root', async () => {
    const plan = on.newPlan();
    const execute = async (action: 'apply' | 'rollback') =>
      executePlan(changer, orderOf(action, plan), unreachable, NO_DELAYS);
    expect(await execute('apply')).toEqual({ kind: 'applied', readBack: WIDE });
    expect(await on.values()).toEqual(NEW);
    expect(await execute('apply')).toEqual({ kind: 'already', readBack: WIDE });
    expect(await confirmPlan(changer, plan, 'reboot')).toEqual({ kind: 'confirmed', readBack: WIDE });
    expect(await askHelperStatus(changer)).toMatchObject({ kind: 'ready', open: null, standing: 1 });
    expect(await executePlan(changer, { action: 'keep', plan }, unreachable, NO_DELAYS)).toMatchObject({
      kind: 'kept',
    });
    expect(await on.host.readFile('/etc/sysctl.d/99-tcpcheck.conf')).toContain(`# change ${plan.id}`);
    expect(await execute('rollback')).toEqual({ kind: 'rolled-back', readBack: NARROW });
    expect(await on.values()).toEqual(OLD);
    expect(await settlePlan(changer, plan)).toMatchObject({ kind: 'refused', code: 'taken-back' });
  });

  it('takes a change back by itself when the login that made it is long gone', async () => {
    const other = await on.open(on.changer());
    const plan = on.newPlan();
    const order = { action: 'apply', plan, holdS: 5 } as const;
    expect(await executePlan(other, order, unreachable, NO_DELAYS)).toMatchObject({ kind: 'applied' });
    other.close();
    await vi.waitFor(async () => expect(await on.values()).toEqual(OLD), { timeout: 30_000, interval: 300 });
  }, 40_000);

  it('is refused with another helper, and takes back all the same', async () => {
    const plan = on.newPlan();
    expect(await executePlan(changer, orderOf('apply', plan), unreachable, NO_DELAYS)).toMatchObject({
      kind: 'applied',
    });
    await on.host.exec(['sh', '-c', 'echo "# newer" >>/usr/local/sbin/tcpcheck-host']);
    const next = orderOf('apply', on.newPlan());
    const refused = await executePlan(changer, next, unreachable, NO_DELAYS);
    expect(refused).toMatchObject({ kind: 'refused', code: 'other-helper' });
    expect(JSON.stringify(refused)).toContain('run `tcpcheck enroll web-1`');
    expect(await askHelperStatus(changer)).toMatchObject({ kind: 'not-ready', code: 'other-helper' });
    expect(await confirmPlan(changer, plan, 'reboot')).toMatchObject({ code: 'other-helper' });
    const back = await executePlan(changer, orderOf('rollback', plan), unreachable, NO_DELAYS);
    expect(back).toMatchObject({ kind: 'rolled-back' });
    expect(await on.values()).toEqual(OLD);
    expect((await on.enrol()).stdout).toContain('did    write /usr/local/sbin/tcpcheck-host');
    expect(await askHelperStatus(changer)).toMatchObject({ kind: 'ready' });
  });

  describe('lets its key do nothing else:', () => {
    it('whatever it asks sshd for, nothing of it is run', async () => {
      const words = ['id', 'sh', ';', '$(touch /tmp/owned)', '`touch /tmp/owned`', '|', '>/tmp/owned', '\n'];
      const more = [
        'sudo -n touch /tmp/owned',
        '-c',
        '--',
        "'",
        '"',
        '\\',
        'apply',
        'scp -t /tmp',
        '*',
        '&&',
      ];
      const command = fc
        .array(fc.oneof(fc.constantFrom(...words, ...more), fc.string({ maxLength: 20 })), { maxLength: 6 })
        .map((parts) => parts.join(' ').replaceAll('\0', ''));
      await fc.assert(
        fc.asyncProperty(command, async (line) => {
          expect(await say(line, 'end\n')).toContain('"code":"usage"');
        }),
        { numRuns: 40 },
      );
      await untouched();
    });

    it('whatever it says on standard input, short of an order', async () => {
      const { hash } = await loadHelper();
      const lines = [
        '',
        'end',
        'apply',
        'do apply',
        `do  apply ${hash}`,
        `do apply  ${hash}`,
        `do apply ${hash} ${hash}`,
        `do apply ${hash.toUpperCase()}`,
        `do watch ${hash}`,
        `do due ${hash}`,
        `do ordered ${hash}`,
        `do by_key ${hash}`,
        `do apply;touch\t/tmp/owned ${hash}`,
        `do $(touch /tmp/owned) ${hash}`,
        `do settle;id ${hash}`,
        `do ../../bin/sh ${hash}`,
        `do -c ${hash}`,
        `do \`id\` ${hash}`,
        `do apply $(cat /usr/local/sbin/tcpcheck-host)`,
        `do apply ${'0'.repeat(64)}`,
        'x'.repeat(1_000_000),
        `do ${'x'.repeat(1_000_000)} ${hash}`,
      ];
      const taken: string[] = [];
      for (const line of lines) {
        const answer = await say('', `${line}\n${on.newPlan().id}\n`);
        if (!/"code":"(?:usage|other-helper)"/.test(answer)) taken.push(`${line.slice(0, 60)}: ${answer}`);
      }
      expect(taken).toEqual([]);
      await untouched();
    });

    it('an order of any size takes no more than its bound', async () => {
      const { stdin } = (await loadHelper()).installed(
        'apply',
        `change c1\nnetns 1\n${'old 1 '.repeat(1e6)}`,
      );
      expect(await say('', stdin)).toContain('"code":"order"');
      await untouched();
    });

    it('sudo runs one program for the account, without arguments', async () => {
      const asked = [
        'id',
        'sysctl -w net.core.somaxconn=9',
        'sh',
        '/usr/local/sbin/tcpcheck-host apply',
        '-s',
      ];
      const more = [
        '/usr/local/sbin/tcpcheck-host watch a 1',
        '-u root /bin/sh',
        'SHELL=/bin/sh -i',
        '-e /etc/passwd',
      ];
      for (const words of [...asked, ...more]) {
        const { exit, stderr } = await asChanger(`sudo -n ${words} </dev/null`);
        expect({ words, exit, refused: /^sudo: /m.test(stderr) }).toEqual({ words, exit: 1, refused: true });
      }
      expect((await asChanger('sudo -n /usr/local/sbin/tcpcheck-host </dev/null')).stdout).toContain('usage');
      await untouched();
    });

    it('the reading account may not use sudo at all, and neither owns what lets it in', async () => {
      const reader = await on.open(on.enrolled());
      const result = await reader.exec(
        'id -u; sudo -n id; sudo -n /usr/local/sbin/tcpcheck-host; ls -la ~/.ssh; touch ~/x ~/.ssh/x',
        {
          ...LIMITS,
          stdin: '',
        },
      );
      reader.close();
      expect(result.stdout.toString()).not.toMatch(/uid=0|outcome/);
      expect(result.stdout.toString()).toMatch(/-rw-r--r-- .* root root .* authorized_keys/);
      expect(result.stderr.toString()).toMatch(/cannot touch[^]*cannot touch/);
      const { stdout } = await on.host.exec([
        'find',
        `/home/${READER}`,
        `/home/${CHANGER}`,
        '!',
        '-user',
        'root',
      ]);
      expect(stdout).toBe('');
    });
  });

  describe('is changed by the script', () => {
    it('once: the second time everything is as it should be, and a dry run does nothing', async () => {
      const before = await traces();
      const again = await on.enrol();
      expect(firstWords(again.stdout)).toEqual(sixTimes('same'));
      const dry = await on.enrol({ action: 'remove', dryRun: true });
      expect(firstWords(dry.stdout)).toEqual(sixTimes('would'));
      expect(await traces()).toBe(before);
    });

    it('not into a folder that anybody may write to; where a group may, it says so', async () => {
      const folder = '/usr/local/sbin';
      const enrolWith = async (group: string, mode: string) => {
        await on.host.exec(['sh', '-c', `chgrp ${group} ${folder} && chmod ${mode} ${folder}`]);
        return on.enrol();
      };
      expect(await enrolWith('0', '1777')).toMatchObject({
        exit: 1,
        stdout: expect.stringContaining(`fail   anybody may write to ${folder}`) as unknown,
      });
      // As Debian has it where its group `staff` is in use.
      expect(await enrolWith('50', '2775')).toMatchObject({
        exit: 0,
        stdout: expect.stringContaining(`warn   a group may write to ${folder}`) as unknown,
      });
      for (const mode of ['0775', '0755']) {
        expect(firstWords((await enrolWith('0', mode)).stdout)).toEqual(sixTimes('same'));
      }
    });

    it('not while a timer runs, and not what is needed to take back', async () => {
      const plan = on.newPlan();
      await executePlan(changer, orderOf('apply', plan), unreachable, NO_DELAYS);
      const refused = await on.enrol({ action: 'remove' });
      expect(refused).toMatchObject({
        exit: 1,
        stdout: expect.stringContaining('the timer of a change still runs') as unknown,
      });
      expect(await askHelperStatus(changer)).toMatchObject({ kind: 'ready' });
      await executePlan(changer, orderOf('rollback', plan), unreachable, NO_DELAYS);
    });

    it('back to what it was', async () => {
      changer.close();
      const { exit, stdout } = await on.enrol({ action: 'remove' });
      expect({ exit, stdout }).toMatchObject({ exit: 0 });
      expect(await traces()).not.toMatch(/tcpcheck/);
      const dry = await on.enrol({ dryRun: true });
      expect(firstWords(dry.stdout)).toEqual(sixTimes('would'));
      expect(await traces()).not.toMatch(/tcpcheck/);
    });
  });
});
