import { CONTROL, scenario, warning, type Scenario } from './scenario.ts';

/** Connections whose other end is gone, and idle ones whose other end lives. */
export const VANISHING = {
  /**
   * In its first minutes nobody can tell these from idle connections whose other end lives: a finding would be a
   * guess. The recordings silent-no-keepalive and silent-slow-keepalive are of the same hosts after eleven minutes.
   */
  'half-open-no-keepalive': scenario({ kind: 'inbound-half-open', how: 'no-keepalive' }, CONTROL),
  'half-open-slow-keepalive': scenario({ kind: 'inbound-half-open', how: 'slow-keepalive' }, CONTROL),
  'half-open-unacked': scenario(
    { kind: 'inbound-half-open', how: 'unacked' },
    warning('half-open', 'unacked'),
  ),
  'idle-with-keepalive': scenario({ kind: 'inbound-idle' }, CONTROL),
  'idle-pool': scenario({ kind: 'outbound-idle-pool' }, CONTROL),
} as const satisfies Record<string, Scenario>;
