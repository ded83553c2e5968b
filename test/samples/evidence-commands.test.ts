import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diagnoseCapture } from '../../src/core/playbook/diagnose.ts';
import { recordedHost, recordedHosts } from '../support/captures.ts';
import { needs } from '../support/machine.ts';
import { shippedPlaybooks } from '../support/playbooks.ts';
import { startNetwork, type Network } from './network.ts';

/** A person can paste the command beside each number: it runs, and says nothing on standard error. */
const gate = needs('lab', 'nft', 'iptables');

const playbooks = shippedPlaybooks();
const commands = [
  ...new Set(
    recordedHosts().flatMap((name) =>
      diagnoseCapture(recordedHost(name), playbooks).findings.flatMap(({ evidence }) =>
        evidence.map(({ command }) => command),
      ),
    ),
  ),
];

/** The recorded processes are gone, and nobody waits here for the second look. */
const here = (command: string): string =>
  command
    .replaceAll(/\/proc\/\d+\//g, '/proc/self/')
    .replaceAll(/\bsleep \d+/g, 'sleep 0')
    .replaceAll(/\bwatch -n \d+ /g, 'sh -c ');

/** What grep says where it finds nothing, or misses a file with -s. A mistake would have words. */
const FINE = ['', '1', '2'];

describe.skipIf(gate.skip)(`the commands beside the evidence ${gate.reason}`, () => {
  let network: Network;
  beforeAll(async () => {
    network = await startNetwork();
  });
  afterAll(async () => {
    await network.stop();
  });

  it.each(commands)('%s', async (command) => {
    // Tables that this namespace or kernel does not have are no mistake of the command.
    const said = await network.sh(`{ ${here(command)}\n} 2>&1 >/dev/null || echo $?`);
    const mistakes = said.split('\n').filter((line) => !line.endsWith('No such file or directory'));
    expect(FINE).toContain(mistakes.join('\n'));
  });

  it('are many', () => {
    expect(commands.length).toBeGreaterThan(50);
  });

  it('with a mistake are found out', async () => {
    const said = await network.sh(
      "{ ss -Htan 'dst ::1 and dport = :8080' | wc -l ; } 2>&1 >/dev/null || echo $?",
    );
    expect(said).toContain('Cannot parse');
  });
});
