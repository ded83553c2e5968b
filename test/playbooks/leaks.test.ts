import { describe, expect, it } from 'vitest';
import type { FactGroup } from '../../src/core/domain/facts.ts';
import type { Finding } from '../../src/core/domain/report.ts';
import { diagnoseCapture } from '../../src/core/playbook/diagnose.ts';
import { evaluate } from '../../src/core/playbook/evaluate.ts';
import { recordedHost } from '../support/captures.ts';
import { checksByHand, factsByHand, type FactsByHand } from '../support/facts.ts';
import { shippedPlaybooks } from '../support/playbooks.ts';

const playbooks = shippedPlaybooks();

function found(id: string, facts: FactsByHand, checks = checksByHand()): Finding | undefined {
  return evaluate(factsByHand(facts), checks, playbooks).find(({ playbook }) => playbook === id);
}

const matched = (name: string): readonly Finding[] =>
  diagnoseCapture(recordedHost(name), playbooks).findings.filter(({ status }) => status === 'matched');

/** All that is said to do, in English. */
const advice = (finding: Finding | undefined): string =>
  (finding?.fixes ?? []).flatMap((fix) => (fix.kind === 'advice' ? [fix.text.en] : [])).join('\n');

const PROCESS: FactGroup = {
  name: 'api',
  pid: 42,
  descriptors: 950,
  descriptors_first: 900,
  descriptor_limit: 1024,
  descriptor_ratio: 0.9277,
};

const exhausted = (more: FactGroup): Finding | undefined =>
  found('fd-exhaustion-process', { process: { 'pid 42': { ...PROCESS, ...more } } });

describe('fd-exhaustion-process', () => {
  it.each([
    [0.84, 'cleared', 'info'],
    [0.85, 'matched', 'warning'],
    [0.9499, 'matched', 'warning'],
    [0.95, 'matched', 'critical'],
    [1.0156, 'matched', 'critical'],
  ])('at %s of the limit: %s %s', (descriptor_ratio, status, severity) => {
    expect(exhausted({ descriptor_ratio })).toMatchObject({ status, severity });
  });

  it.each([
    ['low-limit', {}],
    [null, { descriptor_limit: 65_536, descriptors: 60_000 }],
    ['close-wait-leak', { close_wait_ratio: 0.5, close_wait: 475 }],
    ['low-limit', { close_wait_ratio: 0.49, close_wait: 460 }],
  ])('finds the cause %s', (cause, more) => {
    expect(exhausted(more)).toMatchObject({ status: 'matched', cause, missing: [] });
  });

  it('never advises the machine’s limit for a process’s own', () => {
    const { fixes, notAdvised } = exhausted({ descriptor_ratio: 1 }) ?? { fixes: [], notAdvised: [] };
    expect(fixes.every(({ kind }) => kind === 'advice')).toBe(true);
    expect(notAdvised.map(({ key }) => key)).toEqual(['fs.file-max', 'fs.nr_open']);
  });

  it('is unknown where other users’ processes stay hidden', () => {
    const checks = checksByHand({ 'process-descriptors': 'denied' });
    expect(found('fd-exhaustion-process', {}, checks)).toMatchObject({ status: 'unknown' });
  });

  it('sees a process that listens to nobody', () => {
    expect(matched('fd-limit-client-linux-6.18-ss-6.1').map(({ playbook }) => playbook)).toEqual([
      'fd-exhaustion-process',
    ]);
  });
});

describe('close-wait-leak', () => {
  const LEAK: FactGroup = {
    ...PROCESS,
    descriptor_ratio: 0.3,
    close_wait: 300,
    close_wait_first: 280,
    close_wait_ratio: 0.9,
    close_wait_stayed_ratio: 1,
  };
  const SERVER: FactGroup = {
    close_wait: 310,
    close_wait_first: 290,
    close_wait_port: 8080,
    close_wait_port_count: 305,
    close_wait_peer: '10.0.0.9:40000',
    close_wait_peer_count: 2,
  };
  const finding = (more: FactGroup, sockets: FactGroup = SERVER): Finding | undefined =>
    found('close-wait-leak', {
      process: { 'pid 42': { ...LEAK, ...more } },
      host: { sockets, host: { is_root: true } },
    });

  it.each([
    ['too few', { close_wait: 99 }],
    ['turning over, only slow to close', { close_wait_stayed_ratio: 0.79 }],
    ['steady, far from the limit', { close_wait_first: 300 }],
    ['shrinking', { close_wait_first: 301 }],
  ])('%s: cleared', (_, more) => {
    expect(finding(more)).toMatchObject({ status: 'cleared' });
  });

  it.each([
    ['growing', {}, 'warning'],
    ['full, so that it cannot grow', { close_wait_first: 300, descriptor_ratio: 0.99 }, 'critical'],
  ])('%s: matched', (_, more, severity) => {
    expect(finding(more)).toMatchObject({ status: 'matched', severity, cause: 'server' });
  });

  it('tells the client’s fault from the server’s', () => {
    const sockets = { ...SERVER, close_wait_port_count: 1, close_wait_peer_count: 300 };
    expect(finding({}, sockets)).toMatchObject({ cause: 'client' });
    expect(finding({}, { ...SERVER, close_wait_port_count: 100 })).toMatchObject({ cause: null });
  });

  it('says nothing of how many stayed over too short a window', () => {
    const host = { sockets: SERVER, run: { window_s: 2 } };
    expect(found('close-wait-leak', { process: { 'pid 42': LEAK }, host })).toMatchObject({
      status: 'unknown',
    });
  });

  it('offers no setting: none helps', () => {
    expect(finding({})?.fixes.every(({ kind }) => kind === 'advice')).toBe(true);
    expect(finding({})?.notAdvised.map(({ key }) => key)).toEqual([
      'net.ipv4.tcp_keepalive_time',
      'net.ipv4.tcp_fin_timeout',
    ]);
  });

  it('without root says what is known and that the program is not', () => {
    const sockets = { ...SERVER, close_wait_stayed_ratio: 1 };
    const checks = checksByHand({ 'process-descriptors': 'denied' });
    const seen = (is_root: boolean, more: FactGroup = {}): Finding | undefined =>
      found('close-wait-leak', { host: { sockets: { ...sockets, ...more }, host: { is_root } } }, checks);
    expect(seen(false)).toMatchObject({ status: 'matched', subject: null, severity: 'warning' });
    expect(seen(false)?.summary.en).toContain('may not see');
    expect(seen(false, { close_wait_first: 310 })).toMatchObject({ status: 'unknown' });
    expect(seen(true)).toMatchObject({ status: 'unknown' });
  });
});

describe('a leak that ends in a full accept queue', () => {
  it('is told as one story, the leak first, and nothing is offered', () => {
    const story = matched('descriptors-leaked-linux-6.18-ss-6.1');
    expect(story.map(({ playbook, cause, explainedBy }) => [playbook, cause, explainedBy])).toEqual([
      ['close-wait-leak', 'server', null],
      ['fd-exhaustion-process', 'close-wait-leak', 'close-wait-leak'],
      ['accept-queue-overflow', 'fd-limit', 'fd-exhaustion-process'],
    ]);
    expect(story.flatMap(({ fixes }) => fixes).every((fix) => fix.kind === 'advice')).toBe(true);
  });

  it('without a leak begins with the limit', () => {
    const story = matched('fd-limit-linux-6.18-ss-6.1');
    expect(story.map(({ playbook, cause, explainedBy }) => [playbook, cause, explainedBy])).toEqual([
      ['fd-exhaustion-process', 'low-limit', null],
      ['accept-queue-overflow', 'fd-limit', 'fd-exhaustion-process'],
    ]);
  });

  it('of another process explains nothing', () => {
    const facts: FactsByHand = {
      process: {
        'pid 42': { ...PROCESS, descriptor_ratio: 1, descriptor_limit: 65_536 },
        'pid 7': { ...PROCESS, pid: 7, close_wait: 300, close_wait_first: 200, close_wait_stayed_ratio: 1 },
      },
      host: { sockets: { close_wait: 300 } },
    };
    expect(found('fd-exhaustion-process', facts)).toMatchObject({ explainedBy: null, subject: 'pid 42' });
  });
});

const machineAt = (used_ratio: number): Finding | undefined =>
  found('fd-exhaustion-system', {
    host: { descriptors: { allocated: used_ratio * 100_000, max: 100_000, used_ratio } },
  });

describe('fd-exhaustion-system', () => {
  it.each([
    [0.69, 'cleared', 'info'],
    [0.7, 'matched', 'warning'],
    [0.9, 'matched', 'critical'],
  ])('at %s: %s %s', (ratio, status, severity) => {
    expect(machineAt(ratio)).toMatchObject({ status, severity });
  });
  it('looks for the program first, and only then speaks of file-max', () => {
    expect(advice(machineAt(0.95))).toMatch(/^Find the program.*\n.*fs\.file-max/s);
  });
  it('is unknown where file-nr could not be read', () => {
    expect(found('fd-exhaustion-system', {})).toMatchObject({ status: 'unknown' });
  });
});

const overflowing = (rate: number, buckets: number, sockets: FactGroup = {}): Finding | undefined =>
  found('time-wait-overflow', {
    host: {
      counters: { time_wait_overflow_per_s: rate, time_wait_overflow_since_boot: 5000 },
      settings: { tcp_max_tw_buckets: buckets },
      sockets: { time_wait_inbound: 200, time_wait_outbound: 3, time_wait_tally: 203, ...sockets },
    },
  });
const advisedAgainst = (sockets: FactGroup): readonly string[] =>
  overflowing(50, 200, sockets)?.notAdvised.map(({ key }) => key) ?? [];

describe('time-wait-overflow', () => {
  it.each([
    [1, 200, 'cleared', null],
    [1.1, 200, 'matched', 'lowered'],
    [50, 4095, 'matched', 'lowered'],
    [50, 4096, 'matched', null],
    [50, 131_072, 'matched', null],
  ])('%s per second with %s places: %s %s', (rate, buckets, status, cause) => {
    expect(overflowing(rate, buckets)).toMatchObject({ status, cause });
  });
  it('warns off tcp_tw_reuse only where the connections are inbound', () => {
    expect(advisedAgainst({})).toContain('net.ipv4.tcp_tw_reuse');
    expect(advisedAgainst({ time_wait_outbound: 9000 })).not.toContain('net.ipv4.tcp_tw_reuse');
  });
});
