import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { ChangeWish } from '../cli/change-context.ts';
import { changeCommand } from '../cli/change.ts';
import type { Terminal } from '../cli/terminal.ts';
import { zoneIn, type Config } from '../config/config.ts';
import { keyFiles, type ProcessSettings } from '../config/environment.ts';
import { loadChangeKeys } from '../config/keys.ts';
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
}

const nowMs = (): number => Date.now();

/** `change …` in a terminal: on the Redis, the key and the data directory of the service. */
export async function runChange(options: ChangeOptions, wish: ChangeWish): Promise<number> {
  const { config, settings, playbooks, terminal } = options;
  const { dataDir } = settings;
  if (settings.redis.kind === 'embedded' && !existsSync(keyFiles(dataDir).signing)) {
    const message = `no service has run with the data directory ${dataDir}, or it may not be read`;
    throw new TcpcheckError('ENV_INVALID', message, {
      hint: 'Run it as the user of the service, with the same TCPCHECK_DATA_DIR, or the same REDIS_URL and TCPCHECK_SIGNING_KEY.',
    });
  }
  const report = ({ what, code }: Problem): void => terminal.err(`tcpcheck: ${what} [${code}]\n`);
  // A log of its own for each command: a chain has one writer.
  const log = `terminal-${Date.now()}-${process.pid}`;
  const quiet = { info: () => undefined, problem: report };
  const { audit, close } = openAudit({ config, settings, log: quiet }, log);
  const storage = await openStorage(settings, { problem: report }, { zoneOf: zoneIn(config) });
  const { state } = storage;
  const decides = 'breakGlass' in wish || wish.verb === 'freeze';
  const book = { dataDir, store: state.freeze, windows: config.approvals.freeze, nowMs, report };
  try {
    return await changeCommand(
      {
        config,
        playbookVersions: versionsOf(playbooks),
        state,
        audit,
        agentSocket: settings.agentSocket,
        reached: crashAt(settings.crashAt),
        signingKeyPem: () => loadChangeKeys(settings, 'bot').signingKeyPem ?? '',
        slack: decides ? await askSlack(settings.slack, report) : null,
        freezes: (signingKeyPem) => {
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
      },
      wish,
    );
  } finally {
    await storage.close();
    await close();
  }
}
