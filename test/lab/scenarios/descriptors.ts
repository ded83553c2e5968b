import { critical, scenario, warning, type Scenario } from './scenario.ts';

/** Descriptors and connections that are not given back. */
export const DESCRIPTORS = {
  /** The accept queue overflows too, as a consequence. */
  'fd-limit': scenario({ kind: 'inbound-fd-limit' }, critical('fd-exhaustion-process', 'low-limit')),
  'fd-limit-client': scenario({ kind: 'outbound-fd-limit' }, critical('fd-exhaustion-process', 'low-limit')),
  'close-wait-inbound': scenario(
    { kind: 'inbound-close-wait', until: 'no-end' },
    warning('close-wait-leak', 'server', { openWithoutRoot: 'cause' }),
  ),
  'close-wait-outbound': scenario(
    { kind: 'outbound-close-wait' },
    warning('close-wait-leak', 'client', { openWithoutRoot: 'cause' }),
  ),
  /** One thing leads to another: the leak to no descriptors, no descriptors to a full accept queue. */
  'descriptors-leaked': scenario(
    { kind: 'inbound-close-wait', until: 'descriptors-out' },
    critical('close-wait-leak', 'server', { openWithoutRoot: 'cause' }),
  ),
} as const satisfies Record<string, Scenario>;
