import type { GroupChange, GroupPlan, GroupQuestion, GroupState } from './group.ts';

/** Questions about groups, and the plans for several hosts that come of them. */
export interface GroupStore {
  /** Keeps a question, whose thread owes an answer from then on; false when it was kept before. */
  ask(question: GroupQuestion): Promise<boolean>;
  question(id: string): Promise<GroupQuestion | null>;
  /** Keeps a new proposal; false when one with this id exists already (then nothing is written). */
  propose(plan: GroupPlan): Promise<boolean>;
  get(id: string): Promise<GroupChange | null>;
  ofQuestion(questionId: string): Promise<readonly GroupChange[]>;
  /** Ids of group plans that time or hosts move on, oldest first, at most 1,000. */
  open(): Promise<readonly string[]>;
  /** Moves the state in one atomic step; when something else moved it first, tells what it is instead. */
  move(group: GroupChange, next: GroupState): Promise<{ moved: boolean; group: GroupChange }>;
}
