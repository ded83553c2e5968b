import { join } from 'node:path';
import { alertmanagerRoute } from '../alerts/alertmanager-route.ts';
import type { Config } from '../config/config.ts';
import type { ProcessSettings } from '../config/environment.ts';
import type { Desk } from '../core/domain/ports.ts';
import { createDesk } from '../jobs/desk.ts';
import { showThread, tellLostThreads } from '../jobs/show-thread.ts';
import { sweep, wakeUnanswered } from '../jobs/sweep.ts';
import { healthz, readyz } from '../ops/health-routes.ts';
import { startHttpServer, type Routes } from '../ops/http-server.ts';
import type { Log } from '../ops/log.ts';
import { startBot, type Bot } from '../slack/start-bot.ts';
import type { OpenState } from '../state/open-state.ts';
import { OpenThreads } from '../state/open-threads.ts';
import { openStorage } from './redis.ts';
import { repeat } from './repeat.ts';
import type { Running } from './running.ts';

/** Each shows one thread; Slack's own pace is the limit, not ours. */
const THREADS_AT_ONCE = 20;
/** Proposals expire, and what a crash left behind is found, within this. */
const SWEEP_MS = 5_000;
const DRAIN_MS = 10_000;

interface BotRoleOptions {
  readonly config: Config;
  readonly settings: ProcessSettings;
  readonly signingKeyPem: string;
  readonly log: Log;
  /** Ends the workers that belong to this process, before the last results are posted. */
  readonly drainWorkers: () => Promise<void>;
}

/** Talks: Slack, alerts, health. Holds the signing key; never logs into a host. */
export async function startBotRole(options: BotRoleOptions): Promise<Running> {
  const { config, settings, signingKeyPem, log } = options;
  const storage = await openStorage(settings, log);
  const { state } = storage;
  let teamId = '';
  const desk = createDesk({ config, state, signingKeyPem, teamId: () => teamId, nowMs: () => Date.now() });
  const bot = await startBot({
    ...settings.slack,
    listen: config.listen,
    desk,
    access: config.access,
    hosts: [...config.hosts.values()],
    onProblem: log.problem,
  });
  teamId = bot.teamId;
  const open = new OpenThreads(join(settings.dataDir, 'open-threads.json'));
  const show = { config, state, open, poster: bot.poster, report: log.problem };
  const threads = state.workers.startThreadWorker((requestId) => showThread(show, requestId), {
    concurrency: THREADS_AT_ONCE,
  });
  const http = await startHttpServer({
    host: config.listen,
    port: settings.httpPort,
    routes: routes({ config, desk, state, bot }),
    onFault: (path, error) => log.fault(`a request to ${path} failed`, error),
  });
  // Redis being away is said by readyz and to those who ask; the next round tries again.
  await wakeUnanswered(state).catch((error: unknown) => log.fault('threads could not be woken', error));
  const rounds = repeat(SWEEP_MS, async () => {
    await sweep({ state, nowMs: () => Date.now() });
    await tellLostThreads(show);
  });
  log.info('bot is up', { team: teamId, http: http.port, hosts: config.hosts.size });
  return {
    stop: async () => {
      await http.close(DRAIN_MS);
      await bot.stopIntake(DRAIN_MS);
      await rounds.stop();
      await options.drainWorkers();
      await threads.close(DRAIN_MS);
      await bot.close(DRAIN_MS);
      await storage.close();
    },
  };
}

interface RouteParts {
  readonly config: Config;
  readonly desk: Desk;
  readonly state: OpenState;
  readonly bot: Bot;
}

function routes({ config, desk, state, bot }: RouteParts): Routes {
  const { alertmanager } = config.alerts;
  const probes = [
    { name: 'slack', check: async () => (bot.connected() ? null : 'not connected') },
    { name: 'redis', check: async () => state.ping().then(() => null) },
    {
      name: 'worker',
      check: async () =>
        (await state.workersAlive('diagnose')) > 0 ? null : 'no worker has answered lately',
    },
  ];
  const alerts =
    alertmanager === null
      ? null
      : alertmanagerRoute({
          ...alertmanager,
          secrets: alertmanager.bearerSecrets,
          locale: config.locale,
          hosts: config.hosts,
          desk,
        });
  return {
    'GET /healthz': healthz,
    'GET /readyz': readyz(probes),
    ...(alerts === null ? {} : { 'POST /alerts/alertmanager': alerts }),
  };
}
