import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take longest, by what they wait for and not by their size: begun last, one of them alone would keep
 * everybody waiting at the end.
 */
export const LONG = [
  'test/e2e/change-life.test.ts',
  'test/core/checklist/real-hosts.test.ts',
  'test/host/watch-host.test.ts',
  'test/host/helper/kill.test.ts',
  'test/e2e/faults.test.ts',
  'test/e2e/alert-storm.test.ts',
  'test/e2e/restart.test.ts',
  'test/e2e/prometheus.test.ts',
  'test/e2e/browser.test.ts',
  'test/jobs/look-after-change.test.ts',
  'test/host/helper/faults.test.ts',
  'test/jobs/interrupted.test.ts',
  'test/lab/vanishing.test.ts',
  'test/lab/paths.test.ts',
  'test/samples/dead-peer.test.ts',
  'test/state/worker-faults.test.ts',
] as const;

/** The long ones first; then the rest that needs a process of its own; then what shares processes, largest first. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const root = this.ctx.config.root;
    const place = ({ moduleId, project }: TestSpecification): number => {
      const at = LONG.findIndex((file) => file === relative(root, moduleId));
      if (at >= 0) return at;
      return project.config.isolate ? LONG.length : LONG.length + 1;
    };
    // The sort is stable, so files of one place stay in vitest's own order.
    return (await super.sort(files)).toSorted((one, other) => place(one) - place(other));
  }
}
