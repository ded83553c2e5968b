import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostEntry } from '../../../src/core/domain/host.ts';
import type { ProgramResult } from '../../support/namespace-host.ts';
import { composeEnrolment, type Enrolment } from '../../../src/host/enrol/compose-enrolment.ts';
import { makeKey, type KeyPair } from '../../support/keys.ts';
import { startPlanHost, type PlanHost } from '../plan-host.ts';

export const READER = 'tcpcheck';
export const CHANGER = 'tcpcheck-change';

/** A real host with real sudo, and the keys that it is enrolled with. */
export interface EnrolledHost extends PlanHost {
  readonly keys: { readonly reading: KeyPair; readonly change: KeyPair; readonly dir: string };
  /** Runs the enrolment script as root on the host, as the operator's sudo does. */
  enrol(parts?: Partial<Enrolment>): Promise<ProgramResult>;
  /** The inventory's entry: reads with one account, changes with the other. */
  enrolled(): HostEntry;
  changer(): Partial<HostEntry>;
}

export async function startEnrolledHost(): Promise<EnrolledHost> {
  const on = await startPlanHost();
  const dir = mkdtempSync(join(tmpdir(), 'tcpcheck-keys-'));
  const keys = { reading: makeKey(dir, 'reading'), change: makeKey(dir, 'change'), dir };
  const changer = { user: CHANGER, identityFile: keys.change.path };
  return {
    ...on,
    lab: {
      ...on.lab,
      stop: async () => {
        await on.lab.stop();
        rmSync(dir, { recursive: true, force: true });
      },
    },
    keys,
    enrol: async (parts = {}) => {
      const script = await composeEnrolment({
        action: 'install',
        dryRun: false,
        reading: { user: READER, publicKey: keys.reading.publicKey },
        change: { user: CHANGER, publicKey: keys.change.publicKey },
        from: null,
        forwardsTo: [],
        ...parts,
      });
      return on.host.exec(['sh', '-s'], { stdin: script });
    },
    changer: () => changer,
    enrolled: () => ({
      ...on.entry(),
      user: READER,
      identityFile: keys.reading.path,
      changes: { kind: 'account', ...changer },
    }),
  };
}
