import { FROM } from '../host/enrol/compose-enrolment.ts';
import { DESTINATION } from '../host/enrol/operator-ssh.ts';
import { only, usage } from './arguments.ts';
import type { EnrollWish } from './enroll.ts';

/** The options of `enroll`, as typed. */
interface Typed {
  readonly remove: boolean;
  readonly dryRun: boolean;
  readonly print: boolean;
  readonly ssh: string | undefined;
  readonly from: string | undefined;
  readonly hostKey: string | undefined;
}

/** Reads what comes after `enroll`. */
export function enrollWish(rest: readonly string[], typed: Typed): EnrollWish {
  const { remove, dryRun, print, ssh = null, from = null, hostKey = null } = typed;
  if (ssh !== null && !DESTINATION.test(ssh)) {
    throw usage(`--ssh takes a destination of ssh such as admin@web-1, not "${ssh}"`);
  }
  if (from !== null && !FROM.test(from)) {
    throw usage(`--from takes addresses as in sshd(8), such as 10.0.0.0/8,192.0.2.7, not "${from}"`);
  }
  if (hostKey !== null && !/^SHA256:[A-Za-z0-9+/]{43}$/.test(hostKey)) {
    throw usage(`--host-key takes a fingerprint as ssh-keygen -l prints it, SHA256:…, not "${hostKey}"`);
  }
  return {
    host: only('enroll', rest, 'HOST'),
    action: remove ? 'remove' : 'install',
    dryRun,
    print,
    ssh,
    from,
    hostKey,
  };
}
