import { findNamespaceScript, foundNamespace } from '../core/checklist/find-namespace.ts';
import { REMOTE_COMMAND } from '../core/checklist/remote-command.ts';
import { TcpcheckError, unreachable } from '../core/domain/errors.ts';
import { targetName, type Inside, type Target } from '../core/domain/place.ts';
import type { HostConnection } from './connection.ts';
import { describeHop, type Hop } from './hop.ts';
import { quotable } from './server-hello.ts';

/** Reading a few hundred small files, and at worst a docker daemon that takes its time. */
const LIMIT_S = 20;
const CLIENT_GRACE_S = 5;
const MAX_STDOUT_BYTES = 64 * 1024;
const MAX_STDERR_BYTES = 4 * 1024;

/** Finds the network namespace of a container or process on the host, or says why it cannot be entered. */
export async function enterNamespace(connection: HostConnection, target: Target, hop: Hop): Promise<Inside> {
  const ended = await connection.exec(REMOTE_COMMAND(LIMIT_S), {
    stdin: findNamespaceScript(target),
    timeoutMs: (LIMIT_S + CLIENT_GRACE_S) * 1000,
    maxStdoutBytes: MAX_STDOUT_BYTES,
    maxStderrBytes: MAX_STDERR_BYTES,
  });
  const name = targetName(target);
  const where = describeHop(hop);
  const found = foundNamespace(ended.stdout.toString('latin1'));
  switch (found.kind) {
    case 'one':
      return { target: name, pid: found.pid, netns: found.netns };
    case 'none': {
      const blind = found.isRoot ? '' : ', as far as this account can see';
      const what = target.kind === 'pid' ? 'process with' : 'running';
      throw new TcpcheckError('NAMESPACE_UNKNOWN', `${where}: there is no ${what} ${name}${blind}`);
    }
    case 'several': {
      const pids = found.pids.slice(0, 5).join(', ');
      const message = `${where}: ${found.pids.length} network namespaces belong to ${name}: those of the processes ${pids}`;
      throw new TcpcheckError('NAMESPACE_AMBIGUOUS', message);
    }
    case 'denied':
      throw new TcpcheckError(
        'NAMESPACE_DENIED',
        `${where}: ${name} is there, but ${hop.host.user} is not root and may not enter its network namespace`,
      );
    case 'no-tool':
      throw new TcpcheckError('NAMESPACE_NO_TOOL', `${where}: ${name} is there, but nsenter is missing`);
    case 'unreadable': {
      const said = quotable(ended.stderr.toString('latin1'));
      const message = `${where}: the search for ${name} ended early${said === '' ? '' : `; it said: ${said}`}`;
      throw new TcpcheckError('HOST_OUTPUT_CUT', message);
    }
    default:
      return unreachable(found);
  }
}
