import { critical, HEALED, scenario, warning, type Scenario } from './scenario.ts';

/** Handshakes that go wrong. */
export const CONNECTING = {
  'syn-flood': scenario({ kind: 'inbound-syn-flood', cookies: true }, warning('syn-queue-full', 'flood')),
  'syn-flood-no-cookies': {
    host: { workload: { kind: 'inbound-syn-flood', cookies: false } },
    expected: critical('syn-queue-full', 'flood', { offers: ['net.ipv4.tcp_syncookies'] }),
    effects: [{ key: 'net.ipv4.tcp_syncookies', reaches: 'now', seconds: 4, better: HEALED }],
  },
  'handshake-burst': scenario({ kind: 'inbound-handshake-burst' }, warning('syn-queue-full', 'burst')),
  'handshake-slow-accept': scenario(
    { kind: 'inbound-handshake-slow-accept' },
    critical('accept-queue-overflow', 'app-backlog'),
  ),
  'refused-no-listener': scenario(
    { kind: 'inbound-refused', why: 'no-listener' },
    warning('connection-refused', 'no-listener'),
  ),
  'refused-wrong-address': scenario(
    { kind: 'inbound-refused', why: 'wrong-address' },
    warning('connection-refused', 'wrong-address'),
  ),
  'refused-firewall': scenario(
    { kind: 'inbound-refused', why: 'firewall' },
    warning('connection-refused', 'firewall'),
  ),
  'refused-own-programs': scenario(
    { kind: 'inbound-refused', why: 'own-programs' },
    warning('connection-refused', 'own-programs'),
  ),
  'outbound-refused': scenario({ kind: 'outbound-refused' }, warning('connection-refused', 'remote-refuses')),
  unanswered: scenario({ kind: 'outbound-unanswered' }, critical('syn-sent-pileup', null)),
  'address-in-use': scenario({ kind: 'inbound-restarting' }, warning('address-in-use', 'time-wait')),
} as const satisfies Record<string, Scenario>;
