import type { RulesNow } from '../core/change/still-true.ts';
import type { Person } from '../core/domain/change.ts';
import type { DecideContext } from './decide-change.ts';
import { approversNow, AT_SIGNING_MS } from './rules-now.ts';

/** What a plan for several hosts is held against now; Slack is asked again about everybody whose yes it takes. */
export const groupRules = async (context: DecideContext, people: readonly Person[]): Promise<RulesNow> => ({
  twoPerson: context.config.approvals.twoPerson,
  approvers: await approversNow(context, people, AT_SIGNING_MS),
  playbookVersions: context.playbookVersions,
});
