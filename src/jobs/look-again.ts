import { findHost, type Config } from '../config/config.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { Problem } from '../core/domain/problem.ts';
import type { Diagnosis } from '../core/domain/report.ts';
import { diagnoseCapture } from '../core/playbook/diagnose.ts';
import type { Playbook } from '../core/playbook/playbook.ts';
import { NO_OVERRIDES } from '../core/playbook/threshold-overrides.ts';
import { fetchCapture } from '../host/fetch-capture.ts';
import { jumpOf } from './jump-of.ts';

/** What one more look at a host needs, after its diagnosis. */
export interface LookAgainContext {
  readonly config: Pick<Config, 'hosts' | 'reservedPorts' | 'thresholds'>;
  readonly playbooks: readonly Playbook[];
  readonly agentSocket: string | null;
  readonly report: (problem: Problem) => void;
}

interface Look {
  readonly windowMs: number;
  readonly signal: AbortSignal;
}

/** The diagnosis as of now, by the same rules as the first, or why there is none. */
export async function lookAgain(
  context: LookAgainContext,
  hostName: string,
  { windowMs, signal }: Look,
): Promise<
  { readonly diagnosis: Diagnosis; readonly hostKeyFingerprint: string } | { readonly said: string }
> {
  const { config, agentSocket } = context;
  const host = findHost(config, hostName);
  if (host === undefined) return { said: 'the host has left the inventory' };
  try {
    const jump = jumpOf(config, host);
    const { capture, hostKeyFingerprint } = await fetchCapture(host, { jump, windowMs, agentSocket, signal });
    const thresholds = config.thresholds.get(host.name) ?? NO_OVERRIDES;
    const options = { reservedPorts: config.reservedPorts, thresholds };
    return { diagnosis: diagnoseCapture(capture, context.playbooks, options), hostKeyFingerprint };
  } catch (error) {
    const code = error instanceof TcpcheckError ? error.code : 'INTERNAL';
    const said = error instanceof Error ? error.message : String(error);
    const fields = { host: hostName, said };
    if (!signal.aborted) context.report({ what: 'a host could not be looked at again', code, fields });
    return { said };
  }
}
