import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { needs } from '../support/machine.ts';
import { runProgram } from '../support/namespace-host.ts';
import { MAIN } from '../support/program.ts';

const tracer = needs('strace');
const OUTBOX = join(dirname(MAIN), 'state', 'outbox.js');

describe.skipIf(tracer.skip)(`what must be there after a power cut ${tracer.reason}`, () => {
  it('is flushed: the text before its name, the name in its folder, and every folder that was made for it', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'tcpcheck-durable-'));
    try {
      const trace = join(dir, 'trace');
      const put = `const { Outbox } = await import(${JSON.stringify(OUTBOX)});
        const message = { key: 'k', text: 't', blocks: [] };
        new Outbox(${JSON.stringify(join(dir, 'data'))}).put({ channel: 'C1', sinceMs: 1, message });`;
      const calls = ['-f', '-qq', '-y', '-e', 'trace=fsync,fdatasync,rename,renameat,renameat2', '-o', trace];
      const argv = [...calls, process.execPath, '--input-type=module', '-e', put];
      expect(await runProgram('strace', argv, '')).toMatchObject({ exit: 0, stderr: '' });
      const steps = readFileSync(trace, 'utf8')
        .replaceAll(dir, '')
        .split('\n')
        .flatMap(
          (line) =>
            /(fsync|rename)\w*\(.*?[<"](?<path>\/data[^>"]*|)[>"]/.exec(line)?.slice(1, 3).join(' ') ?? [],
        )
        .map((step) => step.replaceAll(/[0-9a-f]{32}/g, 'HASH'));
      expect(steps).toEqual([
        'fsync /data',
        'fsync ',
        'fsync /data/announcements/HASH.json.new',
        'rename /data/announcements/HASH.json.new',
        'fsync /data/announcements',
        'fsync /data/announcements/told.new',
        'rename /data/announcements/told.new',
        'fsync /data/announcements',
      ]);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
