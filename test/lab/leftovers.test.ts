import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { knownProcess, removeLeftovers, writeState } from '../../src/demo/lab/leftovers.ts';
import { startLab } from '../../src/demo/lab/lab.ts';
import { needs } from '../support/machine.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');
const execute = promisify(execFile);
const gate = needs('lab');

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tcpcheck-test-leftovers-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('leftovers of labs', () => {
  it('are removed exactly where the owner is dead', async () => {
    const parent = join(dir, 'parent');
    const here = knownProcess(process.pid);
    if (here === null) throw new Error('this process lives');
    const labs = {
      'lab-alive': here,
      // The same number, but another process.
      'lab-reused': { ...here, startedTicks: '1' },
      'lab-dead': { pid: 4_194_305, startedTicks: '1' },
      'other-dead': { pid: 4_194_305, startedTicks: '1' },
    };
    for (const [name, owner] of Object.entries(labs)) {
      await mkdir(join(parent, name, 'host'), { recursive: true });
      await writeState(join(parent, name), { owner, keepers: [], links: [] });
    }
    // Without a readable state a folder may belong to a lab that starts this very moment.
    const long = new Date(Date.now() - 3_600_000);
    for (const name of ['lab-starting', 'lab-broken']) await mkdir(join(parent, name));
    await writeFile(join(parent, 'lab-broken', 'lab.json'), '{"owner":');
    await utimes(join(parent, 'lab-broken'), long, long);

    const removed = await removeLeftovers(parent, 'lab');
    expect([...removed].sort()).toEqual(
      ['lab-broken', 'lab-dead', 'lab-reused'].map((name) => join(parent, name)),
    );
    expect((await readdir(parent)).sort()).toEqual(['lab-alive', 'lab-starting', 'other-dead']);
  });

  it('include a box that outlived its owner', async () => {
    const parent = join(dir, 'kept');
    await mkdir(join(parent, 'lab-x'), { recursive: true });
    const keeper = spawn('sleep', ['600'], { stdio: 'ignore' });
    const ended = once(keeper, 'exit');
    const known = knownProcess(keeper.pid ?? 0);
    await writeState(join(parent, 'lab-x'), {
      owner: { pid: 4_194_305, startedTicks: '1' },
      keepers: known === null ? [] : [known],
      links: [],
    });
    await removeLeftovers(parent, 'lab');
    expect(await ended).toEqual([null, 'SIGKILL']);
  });
});

describe.skipIf(gate.skip)(`a lab whose process is killed ${gate.reason}`, () => {
  it('is taken down by the kernel, and its folder by the next lab', async () => {
    const build = await compiled(join(dir, 'build'));
    const prefix = 'tcpcheck-test-killed';
    const script = `
      import { readFileSync } from 'node:fs';
      import { startLab } from ${JSON.stringify(join(build, 'demo/lab/lab.js'))};
      const lab = await startLab({ prefix: ${JSON.stringify(prefix)} });
      const host = await lab.addHost({ name: 'victim', workload: { kind: 'momentary-queue' } });
      await host.workload.signal('STOP');
      const { links, keepers } = JSON.parse(readFileSync(lab.dir + '/lab.json', 'utf8'));
      console.log(JSON.stringify({ dir: lab.dir, links, pids: [host.pid, ...keepers.map(({ pid }) => pid)] }));
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      cwd: build,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const line: unknown = (await once(createInterface({ input: child.stdout }), 'line'))[0];
    const seen = z
      .object({ dir: z.string(), links: z.array(z.string()).length(1), pids: z.array(z.number()).length(3) })
      .parse(JSON.parse(String(line)));
    const alive = (): readonly (number | string)[] => [
      ...seen.pids.filter((pid) => isRunning(pid)),
      ...seen.links.filter((link) => existsSync(`/sys/class/net/${link}`)),
    ];
    expect(alive()).toHaveLength(4);

    child.kill('SIGKILL');
    await exited;
    await expect.poll(alive, { timeout: 5_000, interval: 20 }).toEqual([]);
    expect(existsSync(seen.dir)).toBe(true);
    const next = await startLab({ prefix });
    expect(existsSync(seen.dir)).toBe(false);
    await next.stop();
  });
});

/** A process nobody has waited for yet is dead all the same. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** The lab as the shipped JavaScript, so that a plain Node process can run it and be killed. */
async function compiled(outDir: string): Promise<string> {
  const lab = join(REPOSITORY, 'src/demo/lab');
  await mkdir(outDir, { recursive: true });
  await writeFile(join(outDir, 'package.json'), '{"type":"module"}');
  await symlink(join(REPOSITORY, 'node_modules'), join(outDir, 'node_modules'));
  await writeFile(
    join(outDir, 'tsconfig.json'),
    JSON.stringify({
      extends: join(REPOSITORY, 'tsconfig.json'),
      compilerOptions: {
        noEmit: false,
        rootDir: join(REPOSITORY, 'src'),
        outDir,
        typeRoots: [join(REPOSITORY, 'node_modules/@types')],
      },
      include: [],
      files: [join(lab, 'lab.ts')],
    }),
  );
  await execute(join(REPOSITORY, 'node_modules/.bin/tsc'), ['-p', outDir]);
  await cp(join(lab, 'workloads'), join(outDir, 'demo/lab/workloads'), { recursive: true });
  return outDir;
}
