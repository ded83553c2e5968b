import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SICK_HOSTS } from '../../src/demo/lab/sick-hosts.ts';
import type { LabHost } from '../../src/demo/lab/host.ts';
import type { LocalMessage } from '../../src/demo/local-slack/message.ts';
import { valueFor } from '../../src/demo/smoke.ts';
import { CAST } from '../../src/demo/stage-config.ts';
import { startStage, type Stage } from '../../src/demo/stage.ts';
import { hasButton, readable } from '../../src/demo/story-view.ts';
import { needs } from '../support/machine.ts';
import { EXAMPLES, startMonitoring, type Monitoring } from '../support/monitoring.ts';
import { MAIN } from '../support/program.ts';

const gate = needs(
  'lab',
  'redis-server',
  'flock',
  'prometheus',
  'prometheus-alertmanager',
  'prometheus-node-exporter',
);
const SOMAXCONN = 'net.core.somaxconn';
/** Each step takes seconds; on a machine that others load it takes longer. */
const STEP = { timeout: 60_000, interval: 100 };
const ALERT = 'TcpAcceptQueueOverflow';
const CAUSE = 'Accept queue overflows: net.core.somaxconn is the limit';

describe.skipIf(gate.skip)(
  `a host that a real Prometheus watches ${gate.reason}`,
  { timeout: 300_000 },
  () => {
    let stage: Stage;
    let host: LabHost;
    let monitoring: Monitoring;

    beforeAll(async () => {
      stage = await startStage({ main: MAIN, hosts: [SICK_HOSTS['web-2']], windowS: 3, mode: 'socket' });
      host = stage.lab.host('web-2');
      monitoring = await startMonitoring({
        host,
        url: `http://127.0.0.1:${stage.product.httpPort}/alerts/alertmanager`,
        secret: stage.alertSecret,
      });
    }, 120_000);
    afterAll(async () => {
      await monitoring?.stop();
      await stage?.stop();
    }, 60_000);

    const posted = (): readonly LocalMessage[] =>
      stage.slack
        .messages(CAST.alertChannel)
        .filter(({ threadTs }) => threadTs === null)
        .flatMap(({ ts }) => stage.slack.messages(CAST.alertChannel, ts));
    /** The card that can still be approved: a diagnosis anew makes a new one. */
    const card = (): LocalMessage | undefined =>
      posted().findLast((message) => hasButton(message, 'change.approve'));
    const told = (): string => posted().map(readable).join('\n');

    it('gives every figure that the rules ask for', async () => {
      const rules = readFileSync(join(EXAMPLES, 'tcp.rules.yml'), 'utf8');
      const expressions = rules.split('\n').filter((line) => !/^ *(#|summary:)/.test(line));
      const asked = new Set(expressions.join('\n').match(/\bnode_\w+/g));
      // What a network namespace does not have, the machine does.
      const ofTheMachine = ['node_sysctl_net_ipv4_tcp_max_orphans', 'node_sysctl_net_ipv4_tcp_mem_pressure'];
      const given = new Set((await monitoring.metrics()).match(/^node_\w+/gm));
      expect([...asked].filter((name) => !given.has(name)).sort()).toEqual(ofTheMachine);
    });

    it('its symptom raises an alert, the thread names the cause, the approved fix ends both', async () => {
      await expect.poll(() => monitoring.firing(), STEP).toEqual([ALERT]);
      await expect.poll(told, STEP).toContain(ALERT);
      await expect.poll(card, STEP).toBeDefined();
      expect(told()).toContain(CAUSE);
      const shown = card();
      if (shown === undefined) throw new Error('the card is gone');
      await stage.slack.click({
        userId: CAST.approver,
        channel: CAST.alertChannel,
        ts: shown.ts,
        actionId: 'change.approve',
        value: valueFor(shown, SOMAXCONN),
        confirmed: true,
      });
      await expect.poll(async () => Number(await host.sysctl(SOMAXCONN)), STEP).toBeGreaterThan(128);
      // As the card says: the queue is as long as it was until the server listens anew.
      const { sent } = await monitoring.deliveries();
      await host.workload.signal('HUP');
      await expect.poll(() => monitoring.firing(), STEP).toEqual([]);
      await expect.poll(async () => (await monitoring.deliveries()).sent, STEP).toBeGreaterThan(sent);
      expect((await monitoring.deliveries()).failed).toBe(0);
      expect((await host.workload.next(1)).okRatio).toBeGreaterThan(0.9);
    });
  },
);
