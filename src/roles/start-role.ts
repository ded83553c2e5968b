import { loadChangeKeys } from '../config/keys.ts';
import type { Config } from '../config/config.ts';
import type { Environment, ProcessSettings } from '../config/environment.ts';
import { assert } from '../core/domain/errors.ts';
import type { Playbook } from '../core/playbook/playbook.ts';
import type { Log } from '../ops/log.ts';
import type { Running } from './running.ts';
import { keepWorker } from './worker-child.ts';

export interface RoleOptions {
  readonly config: Config;
  readonly settings: ProcessSettings;
  readonly playbooks: readonly Playbook[];
  readonly log: Log;
  /** The zone that workers of this process serve. */
  readonly zone: string;
  /** How to start this very program again, as a worker. */
  readonly program: { readonly main: string; readonly env: Environment };
}

/** Starts the bot, a worker, or both: then the worker is a process of its own, so that SSH never holds up Slack. */
export async function startRole(role: 'all' | 'bot' | 'worker', options: RoleOptions): Promise<Running> {
  const { config, settings, playbooks, log } = options;
  const keys = loadChangeKeys(settings, role);
  // Each process loads only what its role needs: a worker knows nothing of Slack, a bot nothing of SSH.
  if (role === 'worker') {
    const { startWorkerRole } = await import('./worker-role.ts');
    return startWorkerRole({
      config,
      settings,
      playbooks,
      verifyKeyPem: keys.verifyKeyPem,
      zone: options.zone,
      log,
    });
  }
  assert(keys.signingKeyPem !== null, 'a bot has a signing key');
  const worker = role === 'all' ? startWorkerChild(options, keys.verifyKeyPem) : null;
  try {
    const { startBotRole } = await import('./bot-role.ts');
    return await startBotRole({
      config,
      settings,
      playbooks,
      signingKeyPem: keys.signingKeyPem,
      verifyKeyPem: keys.verifyKeyPem,
      log,
      drainWorkers: async () => worker?.stop(),
    });
  } catch (error) {
    await worker?.stop();
    throw error;
  }
}

/** Names of what only the bot may know. */
const BOT_SECRETS = [
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'SLACK_SIGNING_SECRET',
  'TCPCHECK_SIGNING_KEY',
] as const;

function startWorkerChild({ settings, program, zone, log }: RoleOptions, verifyKeyPem: string): Running {
  const env: Record<string, string | undefined> = { ...program.env, TCPCHECK_VERIFY_KEY: verifyKeyPem };
  delete env['TCPCHECK_VERIFY_KEY_FILE'];
  for (const name of BOT_SECRETS) {
    delete env[name];
    delete env[`${name}_FILE`];
  }
  const args = ['serve', '--role', 'worker', '--zone', zone, '--config', settings.configFile];
  return keepWorker({ main: program.main, args, env, log });
}
