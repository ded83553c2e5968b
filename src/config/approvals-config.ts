import { MAX_HOLD_S, MIN_HOLD_S } from '../core/change/hold.ts';
import type { Approvals } from './config.ts';
import type { RawConfig } from './schema.ts';
import { seconds, toSlackId } from './written.ts';

type RawApprovals = RawConfig['approvals'];

/** What a schema cannot see of the rules for changes. */
export function checkApprovals(
  raw: RawApprovals,
  add: (where: readonly PropertyKey[], message: string) => void,
): void {
  const confirmS = seconds(raw.confirm_within);
  if (confirmS < MIN_HOLD_S || confirmS > MAX_HOLD_S) {
    add(['confirm_within'], `a host holds a change for ${MIN_HOLD_S}s to ${MAX_HOLD_S}s`);
  }
  const names = raw.operators.map((operator) => (typeof operator === 'string' ? operator : operator.user));
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) < index) add(['operators', index], `the OS user ${name} is named twice`);
  }
  for (const [index, { from, to }] of raw.freeze.entries()) {
    if (Date.parse(to) <= Date.parse(from)) add(['freeze', index, 'to'], 'a freeze ends after it begins');
  }
}

/** The rules for changes, as the product works with them. */
export const toApprovals = (raw: RawApprovals): Approvals => ({
  users: raw.approvers.users.map(toSlackId),
  groups: raw.approvers.groups.map(toSlackId),
  expiresInMs: seconds(raw.expires_in) * 1000,
  confirmWithinMs: seconds(raw.confirm_within) * 1000,
  twoPerson: raw.two_person,
  operators: raw.operators.map((operator) =>
    typeof operator === 'string'
      ? { user: operator, slack: null }
      : { user: operator.user, slack: toSlackId(operator.slack) },
  ),
  perHostHour: raw.caps.per_host_hour,
  breakGlass: raw.break_glass,
  hostsPerApproval: raw.caps.hosts_per_approval,
  freeze: raw.freeze.map(({ from, to, reason }) => ({
    fromMs: Date.parse(from),
    toMs: Date.parse(to),
    reason,
  })),
});
