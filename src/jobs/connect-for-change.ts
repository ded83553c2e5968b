import { findHost, type Config } from '../config/config.ts';
import type { ChangePlan } from '../core/domain/change.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import { openHost, type HostConnection } from '../host/open-host.ts';
import { jumpOf } from './jump-of.ts';
import { changeAccount } from './propose-changes.ts';

/** A new login with the account that changes are made with. */
export async function connectForChange(
  context: { readonly config: Pick<Config, 'hosts'>; readonly agentSocket: string | null },
  plan: Pick<ChangePlan, 'host'>,
): Promise<HostConnection> {
  const host = findHost(context.config, plan.host);
  if (host === undefined || host.changes.kind === 'none') {
    const message = `${plan.host}: the worker's inventory does not allow changes on this host`;
    throw new TcpcheckError('ACCESS_DENIED', message);
  }
  return openHost(changeAccount(host), {
    jump: jumpOf(context.config, host),
    agentSocket: context.agentSocket,
  });
}
