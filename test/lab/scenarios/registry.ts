import { CONNECTING } from './connecting.ts';
import { CONTAINED } from './contained.ts';
import { CONTROLS } from './controls.ts';
import { DESCRIPTORS } from './descriptors.ts';
import { MIXED } from './mixed.ts';
import { QUEUES_AND_PORTS } from './queues-and-ports.ts';
import type { Scenario } from './scenario.ts';
import { STREAMS } from './streams.ts';
import { VANISHING } from './vanishing.ts';

/**
 * Every host the lab can be, described once: the checklist's tests, the recordings and `npm run accuracy` all
 * take their hosts from here. A new one is a line in the file of its family.
 */
export const SCENARIOS = {
  ...QUEUES_AND_PORTS,
  ...DESCRIPTORS,
  ...CONNECTING,
  ...VANISHING,
  ...STREAMS,
  ...MIXED,
  ...CONTROLS,
  ...CONTAINED,
} as const satisfies Record<string, Scenario>;
