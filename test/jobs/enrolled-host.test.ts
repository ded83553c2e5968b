import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookAtHelper } from '../../src/jobs/look-at-helper.ts';
import { changeAccessNow } from '../../src/jobs/propose-changes.ts';
import { startEnrolledHost, type EnrolledHost } from '../host/enrol/enrolled-host.ts';
import { needs } from '../support/machine.ts';
import { askFor, CONFIG, finishRun, settle, startBench, type Bench } from './bench.ts';

const gate = needs('lab', 'flock', 'sudo', 'redis-server');

describe.skipIf(gate.skip)(`a button on a host whose account for changes is not root ${gate.reason}`, () => {
  let on: EnrolledHost;
  let bench: Bench;
  let config: typeof CONFIG;
  beforeAll(async () => {
    on = await startEnrolledHost();
    config = { ...CONFIG, hosts: new Map([['web-1', { ...on.enrolled(), name: 'web-1' }]]) };
    bench = await startBench('instant');
  });
  afterAll(async () => {
    await bench.close();
    await on.lab.stop();
  });

  /** What a worker does when a diagnosis offers something, and then what the bot does. */
  const proposed = async (): Promise<number> => {
    const entry = config.hosts.get('web-1') ?? on.enrolled();
    await lookAtHelper({ config, state: bench.state, agentSocket: null }, entry);
    return proposedUnasked();
  };
  const proposedUnasked = async (): Promise<number> => {
    const id = await askFor(bench);
    await finishRun(bench);
    await settle({ ...bench, show: { ...bench.show, config } }, id);
    return (await bench.state.changes.ofRequest(id)).length;
  };

  it('is not there before anybody has asked the host', async () => {
    expect(await proposedUnasked()).toBe(0);
    expect(await changeAccessNow({ config, state: bench.state }, 'web-1')).toBe('needs-enrolment');
  });

  it('is not there before it is enrolled, is then, and no more when the helper is another one', async () => {
    expect(await proposed()).toBe(0);
    expect(await bench.state.helpers.last('web-1')).toMatchObject({ kind: 'not-ready', code: 'SSH_AUTH' });
    await on.enrol();
    expect(await proposed()).toBe(1);
    expect(await bench.state.helpers.last('web-1')).toEqual({ kind: 'ready' });
    await on.host.exec(['sh', '-c', 'echo "# older" >>/usr/local/sbin/tcpcheck-host']);
    expect(await proposed()).toBe(0);
    expect(await bench.state.helpers.last('web-1')).toMatchObject({ code: 'other-helper' });
  });
});
