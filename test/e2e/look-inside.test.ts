import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLab, type Lab } from '../../src/demo/lab/lab.ts';
import { stageConfig } from '../../src/demo/stage-config.ts';
import { needs } from '../support/machine.ts';
import { runProgram } from '../support/program.ts';

const need = needs('lab');

describe.skipIf(need.skip)(`check --container, as a person types it ${need.reason}`, () => {
  let lab: Lab;
  let dir: string;
  let config: string;
  beforeAll(async () => {
    lab = await startLab({ prefix: 'tcpcheck-inside' });
    const host = await lab.addHost({ name: 'docked-1', workload: { kind: 'contained-slow-accept' } });
    await host.workload.next(1);
    dir = mkdtempSync(join(tmpdir(), 'tcpcheck-inside-'));
    writeFileSync(join(dir, 'secret'), 'a-secret-that-nobody-uses-here');
    config = join(dir, 'tcpcheck.yaml');
    writeFileSync(
      config,
      stageConfig({
        hosts: lab.hosts,
        secretFile: join(dir, 'secret'),
        windowS: 3,
        extraHosts: [],
        confirmS: 20,
      }),
    );
  }, 60_000);
  afterAll(async () => {
    await lab?.stop();
    rmSync(dir, { recursive: true, force: true });
  }, 60_000);

  const check = (...args: readonly string[]): ReturnType<typeof runProgram> =>
    runProgram(['check', 'docked-1', '--config', config, '--locale', 'en', ...args]);

  it('outside is unknown, inside is sick, and what is not there is an error', async () => {
    const outside = await check();
    expect(outside.code).toBe(2);
    expect(outside.stdout).toMatch(/^UNKNOWN {2}docked-1/);
    expect(outside.stdout.replaceAll(/\s+/g, ' ')).toContain('tcpcheck check docked-1 --container shop');

    const inside = await check('--container', 'shop');
    expect(inside.code).toBe(1);
    expect(inside.stdout).toMatch(/^CRITICAL {2}docked-1/);
    expect(inside.stdout.replaceAll(/\s+/g, ' ')).toContain('the network namespace of container shop');
    expect(inside.stdout.replaceAll(/\s+/g, ' ')).toContain('Network, server or peer? This server (');
    const json: unknown = JSON.parse((await check('--container', 'shop', '--json')).stdout);
    expect(json).toMatchObject({ verdict: 'critical', inside: { target: 'container shop' } });

    const nobody = await check('--container', 'shopping', '--json');
    expect(nobody.code).toBe(2);
    expect(JSON.parse(nobody.stdout)).toMatchObject({ error: { code: 'NAMESPACE_UNKNOWN' }, inside: null });
    expect(await check('--container', '$(id)')).toMatchObject({ code: 64 });
  }, 120_000);
});
