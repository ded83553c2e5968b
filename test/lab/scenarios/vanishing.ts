import { CONTROL, scenario, warning, type Scenario } from './scenario.ts';

/** Connections whose other end is gone, and idle ones whose other end lives. */
export const VANISHING = {
  'half-open-no-keepalive': scenario(
    { kind: 'inbound-half-open', how: 'no-keepalive' },
    warning('half-open', 'no-keepalive'),
  ),
  'half-open-slow-keepalive': scenario(
    { kind: 'inbound-half-open', how: 'slow-keepalive' },
    warning('half-open', 'slow-keepalive'),
  ),
  'half-open-unacked': scenario(
    { kind: 'inbound-half-open', how: 'unacked' },
    warning('half-open', 'unacked'),
  ),
  'idle-with-keepalive': scenario({ kind: 'inbound-idle' }, CONTROL),
  'idle-pool': scenario({ kind: 'outbound-idle-pool' }, CONTROL),
} as const satisfies Record<string, Scenario>;
