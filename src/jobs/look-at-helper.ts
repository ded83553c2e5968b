import type { Config } from '../config/config.ts';
import type { HelperState } from '../core/domain/helper-state.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { HostEntry } from '../core/domain/host.ts';
import type { State } from '../core/domain/ports.ts';
import { askHelperStatus } from '../host/helper/helper-status.ts';
import { openHost } from '../host/open-host.ts';
import { isRedisAway } from './insist.ts';
import { jumpOf } from './jump-of.ts';
import { changeAccount, needsHelper } from './propose-changes.ts';

interface LookContext {
  readonly config: Pick<Config, 'hosts'>;
  readonly state: Pick<State, 'helpers'>;
  readonly agentSocket: string | null;
}

/**
 * Finds out whether the host would take an order, so that nobody is shown a button that cannot work: a new login with
 * the account for changes, and a question to the helper. For root there is nothing to find out, as the helper is sent.
 */
export async function lookAtHelper(context: LookContext, host: HostEntry): Promise<void> {
  if (!needsHelper(host)) return;
  const found = await askHost(context, host);
  try {
    await context.state.helpers.keep(host.name, found);
  } catch (error) {
    // Without a record there is no button, which is the safe side.
    if (!isRedisAway(error)) throw error;
  }
}

async function askHost({ config, agentSocket }: LookContext, host: HostEntry): Promise<HelperState> {
  try {
    const connection = await openHost(changeAccount(host), { jump: jumpOf(config, host), agentSocket });
    try {
      const status = await askHelperStatus(connection);
      return status.kind === 'ready' ? { kind: 'ready' } : status;
    } finally {
      connection.close();
    }
  } catch (error) {
    if (!(error instanceof TcpcheckError)) throw error;
    return { kind: 'not-ready', code: error.code, message: error.message.slice(0, MAX_WHY) };
  }
}

/** As long as a record may be. */
const MAX_WHY = 2000;
