import type { ChangePlan } from '../domain/change.ts';
import { assert } from '../domain/errors.ts';
import { SETTING_KEY, SETTING_VALUE } from './plan-schema.ts';

/**
 * What a person types on the host to take the change back without us. It writes to /proc/sys: `sysctl -w`
 * exits 0 although the kernel refused (procps), and cannot empty a list of ports (busybox).
 */
export function manualUndoCommand(plan: ChangePlan): string {
  const writes = plan.settings.toReversed().map(({ key, from }) => {
    assert(SETTING_KEY.test(key) && SETTING_VALUE.test(from), 'a plan holds names and numbers only');
    return `echo "${from}" > /proc/sys/${key.replaceAll('.', '/')}`;
  });
  return `sudo sh -c '${writes.join(' && ')}'`;
}
