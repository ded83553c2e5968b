import type { Change } from '../domain/change.ts';
import type { GroupChange, GroupQuestion } from '../domain/group.ts';
import type { Run } from '../domain/run.ts';

/** One host of the question. */
export interface HostPart {
  readonly host: string;
  readonly requestId: string;
  readonly run: Run | null;
  readonly changes: readonly Change[];
  /** Address of the host's own thread; null until it is posted. */
  readonly url: string | null;
}

/** A group plan with what its card carries. */
export interface ShownGroup {
  readonly group: GroupChange;
  /** In the order of the plan; null where the change is not known any more. */
  readonly members: readonly (Change | null)[];
  /** Hosts with the same finding that this plan leaves out. */
  readonly leftOut: readonly string[];
  readonly url: string | null;
}

/** Everything the messages about a group are drawn from. */
export interface QuestionView {
  readonly question: GroupQuestion;
  readonly hosts: readonly HostPart[];
  readonly groups: readonly ShownGroup[];
  /** Nobody waits any longer for the hosts that have not answered. */
  readonly overdue: boolean;
  readonly nowMs: number;
}

export const hasEnded = ({ run }: Pick<HostPart, 'run'>): boolean =>
  run?.phase === 'done' || run?.phase === 'failed';
