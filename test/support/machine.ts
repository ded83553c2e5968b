import { findTool, labRequirements } from '../../src/demo/lab/requirements.ts';

/** Something of the machine a test cannot do without. */
export type Need =
  | 'lab'
  | 'sshd'
  | 'ssh'
  | 'ssh-keygen'
  | 'ssh-agent'
  | 'redis-server'
  | 'chromium'
  | 'nft'
  | 'iptables'
  | 'strace'
  | 'flock'
  | 'dash'
  | 'bash'
  | 'busybox'
  | 'shellcheck';

/** For `describe.skipIf(need.skip)`; the reason belongs into the title. */
export interface Gate {
  readonly skip: boolean;
  readonly reason: string;
}

/**
 * Says whether the machine has what a test needs. With REQUIRE_LAB=1 (as in CI) a missing thing is an error,
 * so that a whole suite can never vanish silently.
 */
export function needs(...what: readonly Need[]): Gate {
  const missing = what.flatMap(missingOf);
  const reason = missing.join(' ');
  if (missing.length > 0 && process.env['REQUIRE_LAB'] === '1') {
    throw new Error(`REQUIRE_LAB=1, but this machine cannot run the test. ${reason}`);
  }
  return { skip: missing.length > 0, reason };
}

function missingOf(need: Need): readonly string[] {
  if (need === 'lab') return labRequirements().missing;
  return findTool(need) === null ? [`The test needs the program ${need}.`] : [];
}
