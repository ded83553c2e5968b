import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take longest, by what they wait for and not by their size: begun last, one of them alone would keep
 * everybody waiting at the end. Beside the real hosts, whose figures are judged, begin those that hardly compute.
 */
export const LONG = [
  'test/e2e/change-life.test.ts',
  'test/core/checklist/real-hosts.test.ts',
  'test/host/watch-host.test.ts',
  'test/e2e/faults.test.ts',
  'test/state/worker-faults.test.ts',
  'test/state/embedded/embedded-redis.test.ts',
  'test/jobs/look-after-change.test.ts',
  'test/jobs/show-thread.test.ts',
  'test/jobs/group-change.test.ts',
  'test/e2e/cli.test.ts',
  'test/host/helper/kill.test.ts',
  'test/e2e/alert-storm.test.ts',
  'test/jobs/crash-points.test.ts',
  'test/e2e/restart.test.ts',
  'test/e2e/prometheus.test.ts',
  'test/cli/change.test.ts',
  'test/e2e/alerts.test.ts',
  'test/e2e/story.test.ts',
  'test/lab/paths.test.ts',
  'test/host/enrol/enrolment.test.ts',
  'test/e2e/browser.test.ts',
  'test/samples/dead-peer.test.ts',
  'test/lab/vanishing.test.ts',
  'test/jobs/fresh-card.test.ts',
  'test/host/helper/faults.test.ts',
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
