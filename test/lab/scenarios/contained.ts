import { CONTAINER } from '../../../src/demo/lab/contained-programs.ts';
import { scenario, type Scenario } from './scenario.ts';

/** A clean host with a sick container, looked at from outside; test/host/look-inside.test.ts looks inside. */
export const CONTAINED = {
  contained: scenario({ kind: 'contained-slow-accept' }, { kind: 'elsewhere', container: CONTAINER.name }),
} as const satisfies Record<string, Scenario>;
