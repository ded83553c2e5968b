import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startByWords } from '../../src/core/alert/default-start.ts';
import { symptomRouter } from '../../src/core/symptom/route-symptom.ts';
import { needs } from '../support/machine.ts';
import { EXAMPLES } from '../support/monitoring.ts';
import { shippedPlaybooks } from '../support/playbooks.ts';

const gate = needs('promtool', 'amtool');

const Rules = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({ alert: z.string(), annotations: z.object({ summary: z.string() }), labels: z.unknown() }),
      ),
    }),
  ),
});
const rules = Rules.parse(parse(readFileSync(join(EXAMPLES, 'tcp.rules.yml'), 'utf8'))).groups.flatMap(
  (group) => group.rules,
);

/** What tcpcheck tells first about each alert. */
const ABOUT: Readonly<Record<string, string>> = {
  TcpAcceptQueueOverflow: 'accept-queue-overflow',
  TcpSynDropped: 'syn-queue-full',
  TcpSynCookies: 'syn-queue-full',
  TcpRetransmissions: 'retransmissions',
  TcpPortsUsedUp: 'port-exhaustion',
  TcpTimeWaitOverflow: 'time-wait-overflow',
  TcpOrphans: 'orphan-sockets',
  TcpMemoryPressure: 'tcp-memory-pressure',
  ConntrackNearlyFull: 'conntrack-full',
  ConntrackDrops: 'conntrack-full',
  TcpCloseWait: 'close-wait-leak',
  TcpConnectsUnanswered: 'syn-sent-pileup',
  FileDescriptorsUsedUp: 'fd-exhaustion-system',
  ProcessDescriptorsUsedUp: 'fd-exhaustion-process',
  SoftnetDrops: 'softnet-drops',
};

/** As Prometheus fills it in. */
const filled = (summary: string): string =>
  summary.replaceAll(/\{\{.*?\}\}/g, (hole) => (hole.includes('job') ? 'orders' : '42.0'));

describe('the alerts of the shipped rules', () => {
  const route = symptomRouter(shippedPlaybooks());

  it('are those whose playbook is known here', () => {
    expect(rules.map(({ alert }) => alert)).toEqual(Object.keys(ABOUT));
  });

  it.each(rules)('$alert starts a diagnosis and leads to its playbook', ({ alert, annotations }) => {
    const summary = filled(annotations.summary);
    const [first] = route(`${alert}: ${summary}`).playbooks;
    expect([first, startByWords({ name: alert, summary }, () => []).starts]).toEqual([ABOUT[alert], true]);
  });

  it.each(rules)('$alert goes where alertmanager.yml sends alerts about TCP', ({ labels }) => {
    expect(labels).toMatchObject({ area: 'tcp' });
  });
});

describe.skipIf(gate.skip)(`Prometheus’ own tools ${gate.reason}`, () => {
  it.each([
    ['the rules', 'promtool', 'check rules tcp.rules.yml'],
    ['what the rules say about symptoms and look-alikes', 'promtool', 'test rules tcp.rules.test.yml'],
    ['the settings of Prometheus', 'promtool', 'check config prometheus.yml'],
    ['the settings of Alertmanager', 'amtool', 'check-config alertmanager.yml'],
  ])('accept %s', { timeout: 60_000 }, (_, program, args) => {
    const said = execFileSync(program, args.split(' '), { cwd: EXAMPLES, encoding: 'utf8' });
    expect(said).toContain('SUCCESS');
  });
});
