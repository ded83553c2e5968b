import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PYTHON, needs } from '../support/machine.ts';
import { samplesIn } from './collect.ts';
import { settled, startNetwork, type Network, type Program } from './network.ts';
import { nginxConfig } from './nginx-config.ts';
import { makeFolder } from './written.ts';

/**
 * Every Python, Node.js, nginx and nftables sample runs as it stands: it ends well, listens, or is connected. The
 * samples know one peer, 10.0.0.7:5432.
 */
const gate = needs('lab', 'python-requests', 'nginx', 'nft');

describe.skipIf(gate.skip)(`samples that run as they stand ${gate.reason}`, () => {
  const folder = makeFolder();
  let network: Network;
  let program: Program | null = null;
  beforeAll(async () => {
    network = await startNetwork();
  });
  afterEach(async () => {
    await program?.stop();
    program = null;
  });
  afterAll(async () => {
    await network.stop();
    folder.remove();
  });

  it.each(samplesIn('Python'))('Python, $place', { timeout: 60_000 }, async ({ code }) => {
    program = network.start([PYTHON, folder.write('sample.py', code)]);
    await settled(network, program);
    expect(program.said()).toBe('');
  });

  it.each(samplesIn('Node.js'))('Node.js, $place', { timeout: 60_000 }, async ({ code }) => {
    program = network.start([process.execPath, folder.write('sample.mjs', code)]);
    await settled(network, program);
    expect(program.said()).toBe('');
  });

  it.each(samplesIn('nginx'))('nginx, $place', { timeout: 60_000 }, async ({ code }) => {
    const config = folder.write('nginx.conf', nginxConfig(code));
    const test = await network.sh(`nginx -t -q -p ${folder.path} -c ${config} 2>&1`);
    expect(test).toBe('');
  });

  it.each(samplesIn('nftables'))('nftables, $place', async ({ code }) => {
    const file = folder.write('rules.nft', code);
    expect(await network.sh(`nft -f ${file} && nft list ruleset`)).toContain('table');
  });

  it('a sample that fails is found out', async () => {
    program = network.start([PYTHON, folder.write('bad.py', 'result')]);
    await expect(settled(network, program)).rejects.toThrow("name 'result' is not defined");
  });
});
