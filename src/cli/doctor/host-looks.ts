import type { Config } from '../../config/config.ts';
import { LIMITS, type Limit, type Looked } from '../../core/domain/doctor.ts';
import { TcpcheckError } from '../../core/domain/errors.ts';
import type { HostEntry } from '../../core/domain/host.ts';
import type { Locale } from '../../core/domain/locale.ts';
import { LIMIT_WORDS, THERE } from '../../core/render/texts/doctor.ts';
import { fill } from '../../core/render/texts/text.ts';
import { askHelperStatus } from '../../host/helper/helper-status.ts';
import { loadHelper } from '../../host/helper/sent-helper.ts';
import { openHost, openWhole } from '../../host/open-host.ts';
import { askSelf, probeFreedom } from '../../host/probe-account.ts';
import { jumpOf } from '../../jobs/jump-of.ts';
import { changeAccount, needsHelper } from '../../jobs/propose-changes.ts';
import { judgeClock } from './clocks.ts';
import { sheet, type Sheet } from './lines.ts';

/** What looking at hosts needs. */
export interface HostLookContext {
  readonly config: Pick<Config, 'hosts'>;
  readonly agentSocket: string | null;
  readonly locale: Locale;
  readonly nowMs: () => number;
}

/** Members can become root by themselves. */
const ROOT_GROUPS = new Set([
  'root',
  'wheel',
  'sudo',
  'admin',
  'docker',
  'lxd',
  'incus-admin',
  'libvirt',
  'disk',
  'shadow',
]);
/** What a key with `restrict` cannot do, whatever its account may. */
const RESTRICTED: readonly Limit[] = ['terminal', 'forwarding', 'listening'];

/** Proves from outside what the accounts of a host may do, and that the helper there takes orders. */
export async function lookAtHost(context: HostLookContext, host: HostEntry): Promise<readonly Looked[]> {
  const on = sheet(context.locale, host.name);
  return [...(await lookAtReading(context, host, on)), ...(await lookAtChanges(context, host, on))];
}

async function lookAtReading(
  context: HostLookContext,
  host: HostEntry,
  on: Sheet,
): Promise<readonly Looked[]> {
  const { config, agentSocket, locale, nowMs } = context;
  return orError(on, 'reading.login', async () => {
    const { session, close } = await openWhole(host, { jump: jumpOf(config, host), agentSocket });
    try {
      const values = { user: host.user, fingerprint: session.hostKeyFingerprint, host: host.name };
      const login = on.ok('reading.login', THERE.login, values);
      const beforeMs = nowMs();
      const self = await askSelf(session);
      const clock =
        self.nowMs === null
          ? []
          : [judgeClock(on, host.name, { theirMs: self.nowMs, beforeMs, afterMs: nowMs() })];
      if (self.isRoot) {
        return [login, ...clock, on.warn('reading.root', THERE.readingRoot, values, THERE.readingRootDo)];
      }
      const could = await probeFreedom(session, host.port);
      const free = RESTRICTED.filter(
        (limit) => could.has(limit) && !(isJump(config, host) && limit === 'forwarding'),
      );
      const groups = self.groups.filter((group) => ROOT_GROUPS.has(group));
      const looks = [
        self.mayUseSudo || could.has('sudo') || could.has('sysctl')
          ? on.fail('reading.sudo', THERE.readingSudo, values, THERE.readingSudoDo)
          : on.ok('reading.sudo', THERE.reading, values),
        ...(groups.length === 0
          ? []
          : [
              on.warn(
                'reading.groups',
                THERE.readingGroups,
                { ...values, groups: groups.join(', ') },
                THERE.readingGroupsDo,
              ),
            ]),
        ...(free.length === 0
          ? []
          : [
              on.warn(
                'reading.restrict',
                THERE.readingFree,
                { ...values, what: words(free, locale) },
                THERE.readingFreeDo,
              ),
            ]),
      ];
      return [login, ...clock, ...looks];
    } finally {
      close();
    }
  });
}

async function lookAtChanges(
  { config, agentSocket, locale }: HostLookContext,
  host: HostEntry,
  on: Sheet,
): Promise<readonly Looked[]> {
  if (host.changes.kind === 'none') return [on.ok('changes', THERE.changesOff)];
  const account = changeAccount(host);
  const values = { user: account.user, host: host.name };
  if (host.changes.kind === 'same-account' && host.user !== 'root') {
    return [on.fail('changes', THERE.changesSame, values, THERE.changesRootDo)];
  }
  const options = { jump: jumpOf(config, host), agentSocket };
  const helper = async (): Promise<readonly Looked[]> => {
    const connection = await openHost(account, options);
    try {
      const status = await askHelperStatus(connection);
      if (status.kind === 'not-ready') {
        const why = { ...values, why: `${status.message} (${status.code})` };
        return [on.fail('changes.helper', THERE.helperNot, why, THERE.helperNotDo)];
      }
      const { hash } = await loadHelper();
      const told = {
        hash: hash.slice(0, 12),
        keys: String(status.keys.length),
        standing: String(status.standing),
      };
      return [
        on.ok('changes.helper', THERE.helper, told),
        ...(status.open === null
          ? []
          : [on.warn('changes.open', THERE.helperOpen, { change: status.open }, THERE.helperOpenDo)]),
      ];
    } finally {
      connection.close();
    }
  };
  if (!needsHelper(host)) {
    const root = on.warn('changes.root', THERE.changesRoot, values, THERE.changesRootDo);
    return [root, ...(await orError(on, 'changes.helper', helper))];
  }
  return orError(on, 'changes.login', async () => {
    const { session, close } = await openWhole(account, options);
    try {
      const fingerprint = session.hostKeyFingerprint;
      const login = on.ok('changes.login', THERE.login, { ...values, fingerprint });
      const could = await probeFreedom(session, host.port);
      const held = LIMITS.filter((limit) => !could.has(limit));
      const broken = LIMITS.filter((limit) => could.has(limit));
      const limits = [
        ...(held.length === 0
          ? []
          : [on.ok('changes.limits', THERE.limitHeld, { ...values, what: words(held, locale) })]),
        ...(broken.length === 0
          ? []
          : [
              on.fail(
                'changes.limits',
                THERE.limitBroken,
                { ...values, what: words(broken, locale) },
                THERE.limitBrokenDo,
              ),
            ]),
      ];
      return [login, ...limits, ...(await orError(on, 'changes.helper', helper))];
    } finally {
      close();
    }
  });
}

/** A failure to look is one more thing that was seen. */
async function orError(
  on: Sheet,
  id: string,
  look: () => Promise<readonly Looked[]>,
): Promise<readonly Looked[]> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof TcpcheckError) return [on.error(id, error)];
    throw error;
  }
}

const isJump = ({ hosts }: Pick<Config, 'hosts'>, { name }: HostEntry): boolean =>
  [...hosts.values()].some(({ jump }) => jump === name);

const words = (limits: readonly Limit[], locale: Locale): string =>
  limits.map((limit) => fill(locale, LIMIT_WORDS[limit])).join(', ');
