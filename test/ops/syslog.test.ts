import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '../../src/core/domain/problem.ts';
import { openSyslog } from '../../src/ops/syslog.ts';
import { auditFile, AuditLog } from '../../src/state/audit/audit-log.ts';

const STEP = {
  step: 'approve',
  change: 'c1',
  host: 'web-1',
  by: ['T1/U2'],
  detail: { note: '안녕' },
} as const;
/** RFC 5424: priority and version, time, host, program, process, what it is, no structured data. */
const HEADER = /^<(\d+)>1 \d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d) \S+ tcpcheck \d+ audit - (\{.*\})\n?$/;

/** A daemon on a unix socket of datagrams, which Node has no word for: prints the first two. */
const UNIX_DAEMON = `use IO::Socket::UNIX; use Socket; $| = 1;
my $s = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $ARGV[0]) or die $!; print "ready\\n";
for (1 .. 2) { $s->recv(my $b, 70000); $b =~ s/\\n/ /g; print "$b\\n"; }`;

describe('the audit log in syslog', () => {
  let dir = '';
  let problems: Problem[];
  const report = (problem: Problem): void => void problems.push(problem);
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'tcpcheck-syslog-'));
    problems = [];
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  /** Puts two steps on record, and returns the lines of the log. */
  async function putOnRecord(send: (record: string) => void): Promise<readonly string[]> {
    const audit = new AuditLog({ dataDir: dir, log: 'bot', nowMs: Date.now, report, second: send });
    await audit.record(STEP);
    await audit.record({ ...STEP, step: 'apply-begins' });
    await audit.close();
    return readFileSync(auditFile(dir, 'bot'), 'utf8').trimEnd().split('\n');
  }

  it('has every record as it is on disk, by UDP', async () => {
    const daemon = createSocket('udp4');
    const got: string[] = [];
    daemon.on('message', (message) => got.push(message.toString('utf8')));
    daemon.bind(0, '127.0.0.1');
    await once(daemon, 'listening');
    const syslog = openSyslog({ kind: 'udp', host: '127.0.0.1', port: daemon.address().port }, { report });
    const lines = await putOnRecord((record) => syslog.send(record));
    await syslog.close();
    await expect.poll(() => got.length).toBe(2);
    daemon.close();
    expect(got.map((one) => HEADER.exec(one)?.slice(1))).toEqual(lines.map((line) => ['109', line]));
    expect(problems).toEqual([]);
  });

  it('has every record as it is on disk, by the socket of the local daemon', async () => {
    const socket = join(dir, 'log');
    const daemon = spawn('perl', ['-e', UNIX_DAEMON, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    daemon.stdout.on('data', (text) => void (said += String(text)));
    await expect.poll(() => said, { timeout: 10_000 }).toContain('ready');
    const syslog = openSyslog({ kind: 'local' }, { report, socket });
    const lines = await putOnRecord((record) => syslog.send(record));
    await syslog.close();
    await expect.poll(() => said.trimEnd().split('\n'), { timeout: 10_000 }).toHaveLength(3);
    const got = said.trimEnd().split('\n').slice(1);
    expect(got.map((one) => HEADER.exec(one.trimEnd())?.slice(1))).toEqual(lines.map((line) => ['37', line]));
    expect(problems).toEqual([]);
  });

  it('that is away is told, and holds up nothing', async () => {
    const syslog = openSyslog({ kind: 'local' }, { report, socket: join(dir, 'nobody') });
    expect(await putOnRecord((record) => syslog.send(record))).toHaveLength(2);
    await syslog.close();
    expect(problems.map(({ code }) => code)).toEqual(['AUDIT_UNWRITABLE', 'AUDIT_UNWRITABLE']);
  });

  it('that is slow does not keep a process from ending; what was not sent is told', async () => {
    const syslog = openSyslog({ kind: 'local' }, { report, socket: join(dir, 'nobody'), closeLimitMs: 0 });
    for (const record of ['{"n":1}', '{"n":2}', '{"n":3}']) syslog.send(record);
    await syslog.close();
    expect(problems.map(({ fields }) => fields['said'])).toEqual([
      expect.stringContaining('nobody'),
      '2 records were not sent before the process ended',
    ]);
  });
});
