import { SICK_HOSTS } from '../../../src/demo/lab/sick-hosts.ts';
import { CONTROL, scenario, type Scenario } from './scenario.ts';

/** Healthy hosts that look like sick ones. */
export const CONTROLS = {
  'healthy-idle': scenario(null, CONTROL),
  'healthy-busy': { host: SICK_HOSTS['db-1'], expected: CONTROL },
  /** Thousands of TIME_WAIT, all on a listening port. */
  'time-wait-inbound': scenario({ kind: 'inbound-time-wait' }, CONTROL),
  'many-destinations': scenario({ kind: 'many-destinations' }, CONTROL),
  'momentary-queue': scenario({ kind: 'momentary-queue' }, CONTROL),
  'close-wait-late': scenario({ kind: 'late-close' }, CONTROL),
} as const satisfies Record<string, Scenario>;
