import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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

/** What a network namespace does not have, the machine does. */
const OF_THE_MACHINE = ['node_sysctl_net_ipv4_tcp_max_orphans', 'node_sysctl_net_ipv4_tcp_mem_pressure'];

/** Figures that the rules ask for and the exporter does not give. */
function missingIn(metrics: string): readonly string[] {
  const rules = readFileSync(join(EXAMPLES, 'tcp.rules.yml'), 'utf8');
  const expressions = rules.split('\n').filter((line) => !/^ *(#|summary:)/.test(line));
  const given = new Set(metrics.match(/^node_\w+/gm));
  const asked = new Set(expressions.join('\n').match(/\bnode_\w+/g));
  return [...asked].filter((name) => !given.has(name)).sort();
}

describe.skipIf(gate.skip)(
  `a host that a real Prometheus watches ${gate.reason}`,
  { timeout: 300_000 },
  () => {
    let stage: Stage;
    let host: LabHost;
    let monitoring: Monitoring;

    // For each try anew: a host that was healed raises no alert.
    beforeEach(async () => {
      stage = await startStage({ main: MAIN, hosts: [SICK_HOSTS['web-2']], windowS: 3, mode: 'socket' });
      host = stage.lab.host('web-2');
      monitoring = await startMonitoring({
        host,
        url: `http://127.0.0.1:${stage.product.httpPort}/alerts/alertmanager`,
        secret: stage.alertSecret,
      });
    }, 120_000);
    afterEach(async () => {
      await monitoring?.stop();
      await stage?.stop();
    }, 60_000);

    const roots = (): readonly LocalMessage[] =>
      stage.slack.messages(CAST.alertChannel).filter(({ threadTs }) => threadTs === null);
    const posted = (): readonly LocalMessage[] =>
      roots().flatMap(({ ts }) => stage.slack.messages(CAST.alertChannel, ts));
    /** The card that can still be approved: a diagnosis anew makes a new one. */
    const card = (): LocalMessage | undefined =>
      posted().findLast((message) => hasButton(message, 'change.approve'));
    const told = (): string => posted().map(readable).join('\n');

    it('its symptom raises an alert, the thread names the cause, the approved fix ends it, the thread closes', async () => {
      expect(missingIn(await monitoring.metrics())).toEqual(OF_THE_MACHINE);
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
      // The host is looked at once more, and the one thread is closed with what that look found.
      await expect.poll(() => roots().map(({ text }) => text), STEP).toEqual(['web-2: resolved']);
      await expect
        .poll(() => posted().map(({ text }) => text), STEP)
        .toContainEqual(expect.stringMatching(/^web-2 looks healthy again, over after /));
      expect((await host.workload.next(1)).okRatio).toBeGreaterThan(0.9);
    });
  },
);
