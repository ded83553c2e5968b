import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditStep } from '../../../src/core/domain/audit.ts';
import { AuditLog, auditFile } from '../../../src/state/audit/audit-log.ts';
import { verifyLog } from '../../../src/state/audit/verify-log.ts';
import { failureOf } from '../../support/failure.ts';
import { needs } from '../../support/machine.ts';

const step = (n: number): AuditStep => ({
  step: 'approve',
  change: `c${n}`,
  host: 'web-1',
  by: ['T1/U2'],
  detail: { text: 'a line\nbreak, 한국어, "quotes"', n },
});

const gate = needs('lab');

describe('the audit log', () => {
  let dir = '';
  let path = '';
  const said: string[] = [];
  const open = (log = 'bot'): AuditLog =>
    new AuditLog({
      dataDir: dir,
      log,
      nowMs: () => 1_700_000_000_000,
      report: ({ code }) => said.push(code),
    });
  const write = async (count: number): Promise<void> => {
    const log = open();
    for (let n = 1; n <= count; n += 1) await log.record(step(n));
    await log.close();
  };
  const lines = (): string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1);
  const put = (all: readonly string[]): void => writeFileSync(path, all.map((line) => `${line}\n`).join(''));

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'tcpcheck-audit-'));
    path = auditFile(dir, 'bot');
    said.length = 0;
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('puts every record on disk before it says so, chained to the one before, over restarts', async () => {
    const log = open();
    const mark = await log.record(step(1));
    expect(mark).toMatchObject({ log: 'bot', seq: 1 });
    expect(lines()).toHaveLength(1);
    await log.close();
    await write(3);
    expect(lines()).toHaveLength(4);
    expect(await verifyLog(path, [mark])).toMatchObject({ kind: 'whole', records: 4 });
    expect(JSON.parse(lines()[1] ?? '')).toMatchObject({ seq: 2, prev: mark.hash, by: ['T1/U2'] });
  });

  it('tells every record once more, for a place that our disk cannot reach', async () => {
    const told: string[] = [];
    const second = (line: string): void => void told.push(line);
    const options = { dataDir: dir, log: 'bot', nowMs: () => 0, report: () => undefined };
    const log = new AuditLog({ ...options, second });
    await log.record(step(1));
    await log.record(step(2));
    await log.close();
    expect(told).toEqual(lines());
  });

  it('keeps forty that come at once apart', async () => {
    const log = open();
    const marks = await Promise.all(Array.from({ length: 40 }, async (_, n) => log.record(step(n))));
    expect(marks.map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
    await log.close();
    expect(await verifyLog(path, marks)).toMatchObject({ kind: 'whole', records: 40 });
  });

  const tampering: readonly [string, (all: string[]) => string[], number][] = [
    ['an edit', (all) => all.with(2, (all[2] ?? '').replace('web-1', 'web-2')), 3],
    ['an edit that mends its own hash', (all) => all.with(2, rehashed(all[2] ?? '')), 4],
    ['a deletion', (all) => all.toSpliced(2, 1), 3],
    ['a deletion at the start', (all) => all.slice(1), 1],
    ['two records in another order', (all) => [all[0], all[2], all[1], ...all.slice(3)].map(String), 2],
    ['a record put in', (all) => all.toSpliced(2, 0, all[1] ?? ''), 3],
    ['a cut tail', (all) => all.slice(0, 3), 4],
    ['an older copy', (all) => all.slice(0, 1), 2],
    ['nothing at all', () => [], 1],
    ['a line that is no record', (all) => all.with(3, '{}'), 4],
    ['a blank line', (all) => all.toSpliced(1, 0, ''), 2],
  ];
  it.each(tampering)('finds %s, and names the first bad record', async (_, tamper, line) => {
    await write(5);
    put(tamper(lines()));
    expect(await verifyLog(path, [])).toMatchObject({ kind: 'broken', line });
  });

  it('finds by a noted head what somebody mended everywhere, the head beside the log included', async () => {
    await write(5);
    const mark = { seq: 4, hash: /"hash":"([0-9a-f]{64})"/.exec(lines()[3] ?? '')?.[1] ?? '' };
    rmSync(dirname(path), { recursive: true });
    await write(5);
    const other = lines();
    expect(await verifyLog(path, [mark])).toMatchObject({ kind: 'whole' });
    rmSync(dirname(path), { recursive: true });
    const log = open();
    for (let n = 11; n <= 15; n += 1) await log.record(step(n));
    await log.close();
    expect(lines()).not.toEqual(other);
    expect(await verifyLog(path, [])).toMatchObject({ kind: 'whole' });
    expect(await verifyLog(path, [{ ...mark, hash: mark.hash.slice(0, 12) }])).toMatchObject({
      kind: 'broken',
      line: 4,
    });
  });

  it('takes no more records once it was altered, and says where', async () => {
    await write(3);
    put(lines().with(1, (lines()[1] ?? '').replace('T1/U2', 'T1/U3')));
    const failure = await failureOf(open().record(step(4)));
    expect(failure.code).toBe('AUDIT_BROKEN');
    expect(failure.message).toContain(`${path}:2:`);
    expect(lines()).toHaveLength(3);
  });

  it('takes out what a crash left of a record, and goes on', async () => {
    await write(2);
    appendFileSync(path, '{"schema":"tcpcheck/au');
    expect(await verifyLog(path, [])).toEqual({ kind: 'torn', records: 2, bytes: 22 });
    await write(1);
    expect(said).toEqual(['AUDIT_TORN']);
    expect(await verifyLog(path, [])).toMatchObject({ kind: 'whole', records: 3 });
  });

  it('says at once that it cannot be written, and goes on when it can', async () => {
    writeFileSync(join(dir, 'audit'), 'a file where the folder belongs');
    const log = open();
    const failure = await failureOf(log.record(step(1)));
    expect(failure.code).toBe('AUDIT_UNWRITABLE');
    expect(failure.message).toContain(path);
    rmSync(join(dir, 'audit'));
    expect(await log.record(step(1))).toMatchObject({ seq: 1 });
    await log.close();
  });

  it.skipIf(gate.skip)(
    `on a full disk: no half record, and it goes on when there is room ${gate.reason}`,
    async () => {
      const place = join(dir, 'audit');
      mkdirSync(place);
      run('mount', '-n', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', place);
      try {
        const log = open();
        await log.record(step(1));
        const ballast = join(place, 'ballast');
        spawnSync('sh', ['-c', `head -c 1000000 /dev/zero >${ballast}`]);
        const outcomes: string[] = [];
        for (let n = 2; n <= 20; n += 1) {
          outcomes.push(
            await log.record(step(n)).then(
              () => 'written',
              (error: { code: string }) => error.code,
            ),
          );
        }
        expect(outcomes.at(-1)).toBe('AUDIT_UNWRITABLE');
        rmSync(ballast);
        await log.record(step(21));
        await log.close();
        const written = outcomes.filter((one) => one === 'written').length;
        expect(await verifyLog(path, [])).toMatchObject({ kind: 'whole', records: written + 2 });
      } finally {
        run('umount', '-n', place);
      }
    },
  );
});

const run = (...argv: string[]): void => {
  expect(spawnSync(argv[0] ?? '', argv.slice(1), { encoding: 'utf8' })).toMatchObject({ status: 0 });
};

/** The record with another host and a hash that fits it: only the next one gives it away. */
function rehashed(line: string): string {
  const changed = line.replace('web-1', 'web-2');
  const script = `
    const { createHash } = require('node:crypto');
    const canonical = (v) => Array.isArray(v) ? '[' + v.map(canonical).join(',') + ']'
      : v && typeof v === 'object' ? '{' + Object.entries(v).sort(([a], [b]) => a < b ? -1 : 1)
        .map(([k, x]) => JSON.stringify(k) + ':' + canonical(x)).join(',') + '}' : JSON.stringify(v);
    const { hash, ...body } = JSON.parse(process.argv[1]);
    process.stdout.write(canonical({ ...body, hash: createHash('sha256').update(canonical(body)).digest('hex') }));`;
  return spawnSync(process.execPath, ['-e', script, changed], { encoding: 'utf8' }).stdout;
}
