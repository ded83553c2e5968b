import { findHost, type Config } from '../config/config.ts';
import type { ChangePlan } from '../core/domain/change.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import { openHost, type HostConnection } from '../host/open-host.ts';
import { jumpOf } from './jump-of.ts';
import { changeAccount } from './propose-changes.ts';

/**
 * A new login with the account that changes are made with. What is in force can be taken back although the inventory
 * allows no further changes: by the host's own account then, where that is root.
 */
export async function connectForChange(
  context: { readonly config: Pick<Config, 'hosts'>; readonly agentSocket: string | null },
  plan: Pick<ChangePlan, 'host'>,
  purpose: 'change' | 'take-back',
): Promise<HostConnection> {
  const host = findHost(context.config, plan.host);
  if (host === undefined || (host.changes.kind === 'none' && purpose === 'change')) {
    const message = `${plan.host}: the worker's inventory does not allow changes on this host`;
    throw new TcpcheckError('ACCESS_DENIED', message);
  }
  if (host.changes.kind === 'none' && host.user !== 'root') {
    const message = `${plan.host}: the worker's inventory names no account for changes any more, so nothing can be taken back`;
    const hint = 'Put `changes:` of the host back as it was, or use the command on the card.';
    throw new TcpcheckError('ACCESS_DENIED', message, { hint });
  }
  return openHost(changeAccount(host), {
    jump: jumpOf(context.config, host),
    agentSocket: context.agentSocket,
  });
}
