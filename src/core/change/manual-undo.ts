import type { Change, ChangePlan, ChangeState } from '../domain/change.ts';
import { assert } from '../domain/errors.ts';
import { CHANGE_ID } from './plan-hash.ts';
import { SETTING_KEY, SETTING_VALUE } from './plan-schema.ts';

/**
 * What a person types on the host to take the change back without us. It writes to /proc/sys: `sysctl -w`
 * exits 0 although the kernel refused (procps), and cannot empty a list of ports (busybox).
 */
export function manualUndoCommand({ plan, state }: Change): string {
  const writes = plan.settings.toReversed().map(({ key, from }) => {
    assert(SETTING_KEY.test(key) && SETTING_VALUE.test(from), 'a plan holds names and numbers only');
    return `echo "${from}" > /proc/sys/${key.replaceAll('.', '/')}`;
  });
  const steps = mayBeKept(state) ? [...writes, dropBlock(plan)] : writes;
  return `sudo sh -c '${steps.join(' && ')}'`;
}

/** The one file that the helper on the host writes. */
const KEPT = '/etc/sysctl.d/99-tcpcheck.conf';

/** From the line that names the change up to the next such line, which stays. */
function dropBlock({ id }: ChangePlan): string {
  assert(CHANGE_ID.test(id), 'the id of a change is letters, digits and dashes');
  const own = `/^# change ${id}\\$/`;
  return `{ [ ! -e ${KEPT} ] || sed -i "${own},/^# change /{${own}d;/^# change /!d}" ${KEPT}; }`;
}

/** Of one that needs a person nobody may know. */
function mayBeKept(state: ChangeState): boolean {
  return state.kind === 'rolling-back' ? mayBeKept(state.was) : KEPT_KINDS.has(state.kind);
}

const KEPT_KINDS: ReadonlySet<ChangeState['kind']> = new Set(['keeping', 'kept', 'needs-human']);
