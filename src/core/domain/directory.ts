import type { Person } from './change.ts';

/** A user group, bound to its team. */
export interface UserGroup {
  readonly teamId: string;
  readonly id: string;
}

/** Why nobody can say who is in a user group. */
export type GroupProblem =
  /** User groups belong to paid plans. */
  | 'no-plan'
  /** None with that id, or it is disabled. */
  | 'no-such-group'
  | 'no-scope'
  | 'foreign-team'
  | 'no-answer';

export type GroupAnswer =
  | { readonly kind: 'members'; readonly userIds: readonly string[] }
  | {
      readonly kind: 'unreadable';
      readonly why: GroupProblem;
      /** Who was in it when that was last known, not long ago: enough for taking back, and for nothing else. */
      readonly before?: readonly string[] | undefined;
    };

/** Whether somebody is a full member of the home workspace: neither guest, bot, deactivated nor of another team. */
export type Standing = 'full' | 'gone' | 'unknown';

export type SlackUser = Extract<Person, { kind: 'slack-user' }>;

/** What Slack says about people. An answer is never older than the caller allows; without one nobody is let in. */
export interface Directory {
  readonly membersOf: (group: UserGroup, maxAgeMs: number) => Promise<GroupAnswer>;
  readonly standing: (person: SlackUser, maxAgeMs: number) => Promise<Standing>;
}

/** Before Slack has been reached for the first time: nobody is let in. */
export const SLACK_AWAY: Directory = {
  membersOf: async () => ({ kind: 'unreadable', why: 'no-answer' }),
  standing: async () => 'unknown',
};

/**
 * The directory of a process that has no line to Slack. Who is named by id counts as before: such a person could not be
 * looked up at all, and the terminal is there for when Slack is down. Groups stay unreadable.
 */
export const NO_DIRECTORY: Directory = {
  ...SLACK_AWAY,
  standing: async () => 'full',
};
