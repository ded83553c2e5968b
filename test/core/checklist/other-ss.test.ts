import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKLIST } from '../../../src/core/checklist/checklist.ts';
import { composeScript } from '../../../src/core/checklist/compose-script.ts';
import { readFacts, type Reading } from '../../../src/core/checklist/read-facts.ts';
import type { Capture } from '../../../src/core/domain/capture.ts';
import { needs } from '../../support/machine.ts';
import { feed, newNonce, textOf, toCapture } from './look.ts';
import { AWKS, GLUED, HEADER, MODERN, OLD, placeSs, type Awk, type OtherSs } from './other-ss.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tcpcheck-ss-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Runs the checklist's ss checks on this machine with another ss; its awk reads what that one prints. */
async function look(name: string, ss: OtherSs, awk: Awk = 'mawk'): Promise<Reading & { capture: Capture }> {
  const bin = await placeSs(dir, ss, awk);
  const nonce = newNonce();
  const PATH = `${bin}:/usr/sbin:/usr/bin:/sbin:/bin`;
  const { output } = await feed(['sh', '-s'], composeScript({ checks: CHECKLIST, windowS: 1, nonce }), {
    PATH,
  });
  const capture = toCapture(name, 1, { nonce, output });
  return { ...readFacts(capture), capture };
}

const to = (address: string, local: string, ports: number): string[] =>
  Array.from({ length: ports }, (_, k) => `ESTAB 0 0 ${local}:${33_000 + k} ${address}`);

const details = (row: string): string =>
  `\t ${row.includes('fe80') ? '' : 'ts '}sack cubic wscale:7,7 rto:204 rtt:0.03/0.01`;

const gate = needs(...AWKS);
describe.skipIf(gate.skip).concurrent(`other versions of ss ${gate.reason}`, () => {
  const versions = [
    { name: 'modern', ss: MODERN, listener: '0.0.0.0:8080' },
    { name: '3.10', ss: OLD, listener: '*:8080' },
    { name: '4.18', ss: GLUED, listener: '0.0.0.0:8080' },
  ];
  it.each(versions.flatMap((version) => AWKS.map((awk) => ({ ...version, awk }))))(
    '$name read by $awk is the same host',
    async ({ name, ss, awk, listener }) => {
      const { facts, checks, capture } = await look(name, ss, awk);
      expect(checks.filter(({ status }) => status !== 'ok')).toEqual([]);
      expect(facts.host.sockets).toMatchObject({
        established: 3,
        time_wait: 3,
        close_wait: 1,
        fin_wait_2: 1,
        syn_sent: 1,
        time_wait_inbound: 2,
        time_wait_outbound: 1,
      });
      expect(Object.keys(facts.subjects.destination).sort()).toEqual(['10.9.0.2:80', '[fe80::2]:80']);
      expect(facts.subjects.destination['10.9.0.2:80']).toMatchObject({
        ports_used: 3,
        established: 1,
        time_wait: 1,
        other: 1,
      });
      expect(Object.keys(facts.subjects.listener)).toHaveLength(3);
      expect(facts.subjects.listener[listener]).toMatchObject({
        backlog: 16,
        queue: 17,
        queue_first: 17,
        queue_peak: 17,
        waiting: 2,
        stayed_ratio: 1,
      });
      expect(textOf(capture, 'listeners', 1)).toContain('waiting 10.9.0.1:8080 10.9.0.2 50003 50004\n');
    },
  );

  it('a flood of waiting connections is listed up to 512, the same ones each time', async () => {
    const rows = Array.from(
      { length: 2000 },
      (_, n) => `ESTAB 0 0 10.9.0.1:8080 10.9.${n % 7}.2:${10_000 + n} ino:0`,
    );
    const shuffled = rows.toSorted((a, b) => (a.slice(-9) < b.slice(-9) ? -1 : 1));
    const one = await look('flood', { ...MODERN, ofPorts: rows.join('\n') });
    const two = await look('flood', { ...MODERN, ofPorts: shuffled.join('\n') }, 'busybox');
    expect(textOf(two.capture, 'listeners', 1)).toBe(textOf(one.capture, 'listeners', 1));
    expect(textOf(one.capture, 'listeners', 1)).toContain('\ncut 8080');
    expect(one.facts.subjects.listener['0.0.0.0:8080']).toMatchObject({ waiting: 512, stayed_ratio: 1 });
  });

  it('of many destinations the fullest fifty are told', async () => {
    const rows = Array.from({ length: 300 }, (_, n) =>
      Array.from(
        { length: 1 + (n % 100) },
        (_, k) => `ESTAB 0 0 10.9.0.1:${40_000 + k} 10.8.${n >> 8}.${n & 255}:80`,
      ),
    ).flat();
    for (const awk of ['mawk', 'busybox'] as const) {
      const { facts } = await look('many', { ...MODERN, all: [HEADER, ...rows].join('\n') }, awk);
      const used = Object.values(facts.subjects.destination).map((each) => Number(each['ports_used']));
      expect(used).toHaveLength(50);
      expect(Math.min(...used)).toBeGreaterThanOrEqual(84);
    }
  });

  it('the fullest destinations are told with their timestamps', async () => {
    const all = [
      ...to('10.9.0.2:80', '10.9.0.1', 5000),
      ...to('[fe80::2]:80', '[fe80::1]', 4000),
      ...to('10.9.0.4:80', '10.9.0.1', 50),
    ];
    const { facts, capture } = await look('timestamps', {
      ...MODERN,
      all: [HEADER, ...all].join('\n'),
      detailed: [HEADER, ...all.flatMap((row) => [row, details(row)])].join('\n'),
    });
    const told = textOf(capture, 'sockets-by-destination', 1);
    expect(told).toContain('\ntimestamps 10.9.0.2:80 20 20\ntimestamps [fe80::2]:80 20 0\n');
    expect(textOf(capture, 'sockets-by-destination', 2)).not.toContain('timestamps');
    const stamps = Object.entries(facts.subjects.destination).map(([name, each]) => [
      name,
      each['peer_timestamps'],
    ]);
    expect(Object.fromEntries(stamps)).toEqual({
      '10.9.0.2:80': true,
      '[fe80::2]:80': false,
      '10.9.0.4:80': undefined,
    });
  });

  it('that prints nothing it should is no healthy host', async () => {
    const { checks, coreComplete, facts } = await look('mute', { listening: '', all: '' });
    expect(coreComplete).toBe(false);
    expect(checks.find(({ id }) => id === 'listeners')?.status).toBe('unavailable');
    // The processes are the machine's own, and those of another test may be near their limit.
    const { listener, destination, service } = facts.subjects;
    expect({ listener, destination, service }).toEqual({ listener: {}, destination: {}, service: {} });
    expect(facts.host.sockets).not.toHaveProperty('established');
  });
});
