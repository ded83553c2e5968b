import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFacts } from '../../../src/core/checklist/read-facts.ts';
import type { FactGroup } from '../../../src/core/domain/facts.ts';
import type { LabHost } from '../../../src/demo/lab/host.ts';
import { startLab, type Lab } from '../../../src/demo/lab/lab.ts';
import { CONTAINER } from '../../../src/demo/lab/contained-programs.ts';
import { needs } from '../../support/machine.ts';
import { between } from './expecting.ts';
import { AS_NOBODY, lookAt, type Wrap } from './look.ts';

const gate = needs('lab');

describe.skipIf(gate.skip)(`a host with a container ${gate.reason}`, () => {
  let lab: Lab;
  let host: LabHost;
  beforeAll(async () => {
    lab = await startLab({ prefix: 'tcpcheck-test-namespaces' });
    host = await lab.addHost({ name: 'docked', workload: { kind: 'contained-slow-accept' } });
    await host.workload.next(1);
  }, 60_000);
  afterAll(() => lab.stop());

  const sockets = async (wrap?: Wrap): Promise<FactGroup> => {
    const { facts, checks } = readFacts(await lookAt(host, 3, wrap));
    expect(checks.find(({ id }) => id === 'namespaces')).toMatchObject({ status: 'ok' });
    expect(Object.keys(facts.subjects.listener).sort()).toEqual(['0.0.0.0:22', '[::]:22']);
    return facts.host.sockets;
  };
  const FOUND = {
    elsewhere: between(20, 2000),
    elsewhere_namespaces: 2,
    elsewhere_calm: false,
    elsewhere_trouble: 'ListenOverflows',
    elsewhere_trouble_in: CONTAINER.name,
    elsewhere_trouble_per_s: between(1, 1000),
  };

  it('tells what is in it, and that its counters show trouble', async () => {
    const found = await sockets();
    expect(found).toMatchObject(FOUND);
    expect(found['elsewhere_names']).toMatch(/\bshop \(\d+\)/);
    // From inside another pid namespace the rest of the machine is not this host's.
    expect(found).not.toHaveProperty('elsewhere_unaccounted');
  }, 60_000);

  it('tells the same to an account without rights, who cannot read Docker’s files', async () => {
    const short = CONTAINER.id.slice(0, 12);
    expect(await host.exec(['chmod', '711', '/var/lib/docker/containers'])).toMatchObject({ exit: 0 });
    expect(await host.exec(['sh', '-c', 'chmod 700 /var/lib/docker/containers/*'])).toMatchObject({
      exit: 0,
    });
    const found = await sockets(AS_NOBODY);
    expect(found).toMatchObject({ ...FOUND, elsewhere_trouble_in: short });
    expect(found['elsewhere_names']).toContain(`${short} (`);
  }, 60_000);
});
