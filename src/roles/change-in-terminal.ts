import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { ChangeWish, JournalWish, ProposeWish } from '../cli/change-context.ts';
import { proposeDry } from '../cli/change-propose-dry.ts';
import { proposeHere } from '../cli/change-propose.ts';
import { changeCommand } from '../cli/change.ts';
import { rollBackOnHost } from '../cli/roll-back-on-host.ts';
import type { Terminal } from '../cli/terminal.ts';
import { zoneIn, type Config } from '../config/config.ts';
import { keyFiles, type ProcessSettings } from '../config/environment.ts';
import { loadChangeKeys } from '../config/keys.ts';
import type { ErrorCode } from '../core/domain/error-catalogue.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { Problem } from '../core/domain/problem.ts';
import { versionsOf, type Playbook } from '../core/playbook/playbook.ts';
import { glassAnnouncer } from '../jobs/announce-glass.ts';
import { askSlack } from '../slack/directory.ts';
import { FreezeBook } from '../state/freeze-book.ts';
import { Outbox } from '../state/outbox.ts';
import { crashAt } from './crash-at.ts';
import { openAudit } from './open-audit.ts';
import { openStorage } from './redis.ts';

interface ChangeOptions {
  readonly config: Config;
  readonly settings: ProcessSettings;
  readonly playbooks: readonly Playbook[];
  readonly terminal: Terminal;
  /** From then on Ctrl-C is no end of the process, and aborts the signal. */
  readonly interrupted: () => AbortSignal;
}

const nowMs = (): number => Date.now();

/** `change …` in a terminal: on the Redis, the key and the data directory of the service. */
export async function runChange(options: ChangeOptions, wish: ChangeWish | ProposeWish): Promise<number> {
  if (wish.verb === 'propose' && wish.dryRun) {
    const { config, playbooks, terminal, settings } = options;
    const { agentSocket } = settings;
    return proposeDry({ config, playbooks, agentSocket, terminal, osUser: userInfo().username }, wish);
  }
  if (wish.verb !== 'rollback-by-journal') return runOnService(options, wish);
  try {
    return await runOnService(options, wish);
  } catch (error) {
    // The host takes the same change back once, so trying it both ways does no harm.
    if (!(error instanceof TcpcheckError) || !NO_SERVICE.has(error.code)) throw error;
    options.terminal.err(`tcpcheck: ${error.message} [${error.code}]; going by the host’s own journal\n`);
    return runOnHost(options, wish);
  }
}

/** Neither Redis nor the key that signs is to be had here: a roll back goes on without. */
const NO_SERVICE: ReadonlySet<string> = new Set<ErrorCode>([
  'ENV_INVALID',
  'REDIS_EMBEDDED',
  'REDIS_UNAVAILABLE',
  'REDIS_UNSAFE',
]);

async function runOnHost(options: ChangeOptions, wish: JournalWish): Promise<number> {
  const { config, settings, terminal } = options;
  const { audit, close, report } = openRecord(options);
  const osUser = userInfo().username;
  try {
    const { agentSocket } = settings;
    return await rollBackOnHost({ config, audit, agentSocket, osUser, terminal, report }, wish);
  } finally {
    await close();
  }
}

/** A log of its own for each command: a chain has one writer. */
function openRecord({ config, settings, terminal }: ChangeOptions) {
  const report = ({ what, code }: Problem): void => terminal.err(`tcpcheck: ${what} [${code}]\n`);
  const quiet = { info: () => undefined, problem: report };
  const name = `terminal-${Date.now()}-${process.pid}`;
  return { ...openAudit({ config, settings, log: quiet }, name), report };
}

async function runOnService(options: ChangeOptions, wish: ChangeWish | ProposeWish): Promise<number> {
  const { config, settings, playbooks, terminal } = options;
  const { dataDir } = settings;
  if (settings.redis.kind === 'embedded' && !existsSync(keyFiles(dataDir).signing)) {
    const message = `no service has run with the data directory ${dataDir}, or it may not be read`;
    throw new TcpcheckError('ENV_INVALID', message, {
      hint: 'Run it as the user of the service, with the same TCPCHECK_DATA_DIR, or the same REDIS_URL and TCPCHECK_SIGNING_KEY.',
    });
  }
  const { audit, close, report } = openRecord(options);
  const storage = await openStorage(settings, { problem: report }, { zoneOf: zoneIn(config) });
  const { state } = storage;
  const decides = 'breakGlass' in wish || wish.verb === 'freeze' || wish.verb === 'propose';
  const windows = () => config.approvals.freeze;
  const book = { dataDir, store: state.freeze, windows, nowMs, report };
  try {
    const context = {
      config,
      playbookVersions: versionsOf(playbooks),
      state,
      audit,
      agentSocket: settings.agentSocket,
      reached: crashAt(settings.crashAt),
      signingKeyPem: () => loadChangeKeys(settings, 'bot').signingKeyPem ?? '',
      verifyKeyPem: () => loadChangeKeys(settings, 'bot').verifyKeyPem,
      slack: decides ? await askSlack(settings.slack, report) : null,
      freezes: (signingKeyPem: string) => {
        const { verifyKeyPem } = loadChangeKeys(settings, 'bot');
        return new FreezeBook({ ...book, signingKeyPem, verifyKeyPem, mayBegin: false });
      },
      announce: glassAnnouncer({ config, outbox: new Outbox(dataDir), state, nowMs }),
      osUser: userInfo().username,
      // JavaScript counts the other way round.
      utcOffsetMs: -new Date().getTimezoneOffset() * 60_000,
      newId: () => randomUUID(),
      nowMs,
      terminal,
      report,
    };
    if (wish.verb !== 'propose') return await changeCommand(context, wish);
    return await proposeHere({ ...context, playbooks, signal: options.interrupted() }, wish);
  } finally {
    await storage.close();
    await close();
  }
}
