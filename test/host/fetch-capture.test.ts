import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CHECKLIST } from '../../src/core/checklist/checklist.ts';
import { readFacts } from '../../src/core/checklist/read-facts.ts';
import { CAPTURE_SCHEMA, type Section } from '../../src/core/domain/capture.ts';
import { fetchCapture, type Fetched, type FetchOptions } from '../../src/host/fetch-capture.ts';
import { failureOf } from '../support/failure.ts';
import { needs } from '../support/machine.ts';
import { startSshd, type Sshd } from '../support/sshd.ts';

const gate = needs('sshd', 'ssh-keygen');
const OPTIONS: FetchOptions = { jump: null, windowMs: 1_000, agentSocket: null };

const names = (sections: readonly Section[], sample: 1 | 2): readonly string[] =>
  sections
    .filter((section) => section.sample === sample)
    .map(({ id }) => id)
    .sort();
const wanted = (sample: 'first' | 'second'): readonly string[] =>
  CHECKLIST.filter(({ samples }) => samples === 'both' || samples === sample)
    .map(({ id }) => id)
    .sort();

describe.skipIf(gate.skip)(`fetchCapture ${gate.reason}`, () => {
  let sshd: Sshd;
  const cleanUps: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(async () => sshd.stop());
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0)) await cleanUp();
  });

  /** A host where something stands between the login and the checklist. */
  async function fetchWith(forceCommand: string, options: Partial<FetchOptions> = {}): Promise<Fetched> {
    const odd = await startSshd({ forceCommand });
    cleanUps.push(async () => odd.stop());
    return fetchCapture(odd.entry(), { ...OPTIONS, ...options });
  }

  it('records the whole checklist with one login and one command', async () => {
    const firstSamples: (readonly Section[])[] = [];
    const before = sshd.log().length;
    const { capture, hostKeyFingerprint, cut } = await fetchCapture(sshd.entry(), {
      ...OPTIONS,
      onFirstSample: (sections) => firstSamples.push(sections),
    });
    expect(cut).toBeNull();
    expect(hostKeyFingerprint).toBe(sshd.hostKeys[0]?.fingerprint);
    expect(capture).toMatchObject({ schema: CAPTURE_SCHEMA, host: 'web-1', windowMs: 1_000 });
    expect(names(capture.sections, 1)).toEqual(wanted('first'));
    expect(names(capture.sections, 2)).toEqual(wanted('second'));
    expect(capture.sections.filter(({ truncated, exit }) => truncated || exit === null)).toEqual([]);
    expect(firstSamples.map((sections) => names(sections, 1))).toEqual([wanted('first')]);
    expect(readFacts(capture).facts.host.host['system']).toBe('Linux');
    await sshd.idle();
    const log = sshd.log().slice(before);
    expect([
      log.match(/Accepted publickey/g)?.length,
      log.match(/Connection from|Connection closed/g),
    ]).toEqual([1, null]);
  });

  it('tells the first sample while the window is still open', async () => {
    let first = 0;
    await fetchCapture(sshd.entry(), {
      ...OPTIONS,
      windowMs: 2_000,
      onFirstSample: () => {
        first = performance.now();
      },
    });
    // The window begins with the first check, the first sample takes part of it.
    expect(performance.now() - first).toBeGreaterThan(500);
  });

  it('reads past what a login shell prints', async () => {
    const { capture, cut } = await fetchWith(`echo 'Welcome!'; printf 'no newline'; exec /bin/sh -s`);
    expect([cut, names(capture.sections, 2)]).toEqual([null, wanted('second')]);
  });

  it('says when the host is no Linux, without waiting for the window', async () => {
    const started = performance.now();
    const fetching = fetchWith(
      // Without Linux's /proc.
      `sed 's,/proc/sys/kernel/ostype,/nonexistent,; s/uname -s/echo FreeBSD/' | /bin/sh -s`,
      { windowMs: 20_000 },
    );
    const { code, message } = await failureOf(fetching);
    expect([code, message]).toEqual(['HOST_NOT_LINUX', expect.stringContaining('says FreeBSD')]);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('keeps what came whole when the output is cut', async () => {
    const { capture, cut } = await fetchWith(`/bin/sh -s | sed '/end identity 1/q'; exit 7`);
    expect([cut?.code, cut?.message]).toEqual([
      'HOST_OUTPUT_CUT',
      expect.stringContaining('ended early with exit 7'),
    ]);
    expect(capture.sections.map(({ id, truncated }) => [id, truncated])).toEqual([
      ['counters', false],
      ['sockstat', false],
      ['identity', false],
    ]);
  });

  it('marks the output that was cut in the middle', async () => {
    const { capture, cut } = await fetchWith(`/bin/sh -s | sed '/begin sockstat 1/{n;q}'`);
    expect(cut?.code).toBe('HOST_OUTPUT_CUT');
    const sections = capture.sections.map(({ id, truncated, exit }) => [id, truncated, exit]);
    expect(sections).toEqual([
      ['counters', false, 0],
      ['sockstat', true, null],
    ]);
  });

  it('says what came instead when nothing usable did', async () => {
    const { code, message } = await failureOf(fetchWith(`echo 'This account is not available.'; exit 1`));
    expect([code, message]).toEqual([
      'HOST_OUTPUT_CUT',
      expect.stringContaining('This account is not available.'),
    ]);
    expect(message).toContain('exit 1; 0 of the checklist');
    const partial = await failureOf(fetchWith(`/bin/sh -s | sed '/begin counters 1/{n;q}'`));
    expect(partial.code).toBe('HOST_OUTPUT_CUT');
  });

  it('says when the host stopped the checklist', async () => {
    expect((await failureOf(fetchWith('exit 124'))).code).toBe('SSH_COMMAND_TIMEOUT');
    const { cut } = await fetchWith(`timeout 1 /bin/sh -s`, { windowMs: 10_000 });
    expect([cut?.code, cut?.message]).toEqual([
      'SSH_COMMAND_TIMEOUT',
      expect.stringContaining('at its time limit'),
    ]);
  });

  it('keeps the first sample when the connection breaks in the window', async () => {
    const { capture, cut } = await fetchCapture(sshd.entry(), {
      ...OPTIONS,
      windowMs: 20_000,
      onFirstSample: () => {
        for (const pid of sshd.sessionPids()) process.kill(pid, 'SIGKILL');
      },
    });
    expect([cut?.code, cut?.message]).toEqual([
      'SSH_LOST',
      expect.stringContaining('broke during the checklist'),
    ]);
    expect(names(capture.sections, 1)).toEqual(wanted('first'));
    expect(readFacts(capture).coreComplete).toBe(false);
  });

  it('says when the connection breaks before anything came', async () => {
    expect((await failureOf(fetchWith('kill -9 $PPID; sleep 5'))).code).toBe('SSH_LOST');
  });

  it('ends with the abort of its caller', async () => {
    const controller = new AbortController();
    const reason = new Error('shutting down');
    const fetching = fetchCapture(sshd.entry(), {
      ...OPTIONS,
      windowMs: 20_000,
      signal: controller.signal,
      onFirstSample: () => controller.abort(reason),
    });
    await expect(fetching).rejects.toBe(reason);
  });
});
