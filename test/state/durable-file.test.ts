import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { needs } from '../support/machine.ts';
import { runProgram } from '../support/namespace-host.ts';
import { MAIN } from '../support/program.ts';

const tracer = needs('strace');
const moduleAt = (name: string): string => JSON.stringify(join(dirname(MAIN), 'state', name));

/** What the script, given the path of a data directory that is to be made, flushes and renames, in order. */
async function stepsOf(scriptFor: (dataDir: string) => string): Promise<readonly string[]> {
  const dir = mkdtempSync(join(tmpdir(), 'tcpcheck-durable-'));
  try {
    const trace = join(dir, 'trace');
    const calls = ['-f', '-qq', '-y', '-e', 'trace=fsync,fdatasync,rename,renameat,renameat2', '-o', trace];
    const script = scriptFor(JSON.stringify(join(dir, 'data')));
    const argv = [...calls, process.execPath, '--input-type=module', '-e', script];
    expect(await runProgram('strace', argv, '')).toMatchObject({ exit: 0, stderr: '' });
    return readFileSync(trace, 'utf8')
      .replaceAll(dir, '')
      .split('\n')
      .flatMap(
        (line) =>
          /(fsync|rename)\w*\(.*?[<"](?<path>\/data[^>"]*|)[>"]/.exec(line)?.slice(1, 3).join(' ') ?? [],
      )
      .map((step) => step.replaceAll(/[0-9a-f]{32}/g, 'HASH'));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const putMessage = (dataDir: string): string => `const { Outbox } = await import(${moduleAt('outbox.js')});
      const message = { key: 'k', text: 't', blocks: [] };
      new Outbox(${dataDir}).put({ channel: 'C1', sinceMs: 1, message });`;

const openSpool = (
  dataDir: string,
): string => `const { AlertSpool } = await import(${moduleAt('alert-spool.js')});
      await (await AlertSpool.open(${dataDir}, Date.now)).close();`;

describe.skipIf(tracer.skip)(`what must be there after a power cut ${tracer.reason}`, () => {
  it('is flushed: the text before its name, the name in its folder, and every folder that was made for it', async () => {
    expect(await stepsOf(putMessage)).toEqual([
      'fsync /data',
      'fsync ',
      'fsync /data/announcements/HASH.json.new',
      'rename /data/announcements/HASH.json.new',
      'fsync /data/announcements',
      'fsync /data/announcements/told.new',
      'rename /data/announcements/told.new',
      'fsync /data/announcements',
    ]);
  });

  it('has a name: the files for deliveries of alerts, before the first is written', async () => {
    expect(await stepsOf(openSpool)).toEqual(['fsync /data', 'fsync ', 'fsync /data/alerts']);
  });
});
