import { join } from 'node:path';
import { ApprovalsFile, withApprovalsOf } from '../config/approvals-file.ts';
import { zoneIn, type Config } from '../config/config.ts';
import type { ProcessSettings } from '../config/environment.ts';
import { isQuestionId } from '../core/change/group-ids.ts';
import type { Change } from '../core/domain/change.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import { versionsOf, type Playbook } from '../core/playbook/playbook.ts';
import { symptomRouter } from '../core/symptom/route-symptom.ts';
import { createDesk } from '../jobs/desk.ts';
import { withoutWorker, zonesWithoutWorker } from '../jobs/zones.ts';
import { doubtAbout } from '../jobs/doubt.ts';
import { tellLostThreads } from '../jobs/lost-threads.ts';
import { renewOrders } from '../jobs/renew-orders.ts';
import { restoreThreads } from '../jobs/restore-threads.ts';
import { showQuestion } from '../jobs/show-question.ts';
import { showThread } from '../jobs/show-thread.ts';
import { sweep, wakeUnanswered } from '../jobs/sweep.ts';
import { announceMaintenance } from '../jobs/announce-maintenance.ts';
import { takeAlerts } from '../jobs/take-alerts.ts';
import { workOffAlerts } from '../jobs/work-off-alerts.ts';
import { healthz, readyz } from '../ops/health-routes.ts';
import { startHttpServer, type Routes } from '../ops/http-server.ts';
import type { Log } from '../ops/log.ts';
import { startBot, type Bot } from '../slack/start-bot.ts';
import type { OpenState } from '../state/open-state.ts';
import type { AuditLog } from '../state/audit/audit-log.ts';
import { OpenThreads } from '../state/open-threads.ts';
import { alertRoutes } from './alert-routes.ts';
import { ThreadFiles } from '../state/thread-memory.ts';
import { crashAt } from './crash-at.ts';
import { LooseEnds } from './loose-ends.ts';
import { openAudit } from './open-audit.ts';
import { openStorage } from './redis.ts';
import { repeat, type Round } from './repeat.ts';
import { approvalParts, type ApprovalParts } from './rules-of-approval.ts';
import type { Running } from './running.ts';

/** Each shows one thread; Slack's own pace is the limit, not ours. */
const THREADS_AT_ONCE = 20;
/** Proposals expire, and what a crash left behind is found, within this. */
const SWEEP_MS = 5_000;
/** A thread whose wake-up was lost is brought up to date within this; one that is, costs a look. */
const OWED_MS = 20_000;
/** Keys are rotated within a day, and there is no hurry before that ends. */
const RENEW_MS = 10 * 60_000;
const DRAIN_MS = 10_000;
/** Alerts that were taken are worked off within this. */
const ALERTS_MS = 500;

const nowMs = (): number => Date.now();

interface BotRoleOptions {
  readonly config: Config;
  readonly settings: ProcessSettings;
  readonly playbooks: readonly Playbook[];
  readonly signingKeyPem: string;
  readonly verifyKeyPem: string;
  readonly log: Log;
  /** Ends the workers that belong to this process, before the last results are posted. */
  readonly drainWorkers: () => Promise<void>;
}

/** Talks: Slack, alerts, health. Holds the signing key; never logs into a host. */
export async function startBotRole(options: BotRoleOptions): Promise<Running> {
  const ends = new LooseEnds(options.log);
  await ends.unlessFailed(() => start(options, ends));
  return { stop: () => ends.tie() };
}

/** Ends are added in such an order that intake ends first, and Redis last. */
async function start(options: BotRoleOptions, ends: LooseEnds): Promise<void> {
  const { settings, playbooks, signingKeyPem, verifyKeyPem, log } = options;
  const config = withApprovalsNow(options);
  const storage = await openStorage(settings, log, { zoneOf: zoneIn(config) });
  ends.add('the connection to Redis', () => storage.close());
  // They use the same Redis, so on a start that fails they end before it.
  ends.add('the workers', options.drainWorkers);
  const { state } = storage;
  const report = log.problem;
  const { audit, close } = openAudit(options, 'bot');
  ends.add('the audit log', close);
  const keys = { signingKeyPem, verifyKeyPem };
  const rules = approvalParts({ config, dataDir: settings.dataDir, state, keys, nowMs, report });
  // Where Redis is away, whoever presses meets that first.
  await rules.freezes.declared().catch(faultOf(log, 'the freeze could not be read'));
  const memory = new ThreadFiles(join(settings.dataDir, 'changes'), report);
  const playbookVersions = versionsOf(playbooks);
  const reached = crashAt(settings.crashAt);
  const deciding = { ...rules, playbookVersions, audit, signingKeyPem, verifyKeyPem, memory, reached };
  const desk = createDesk({ ...deciding, config, state, nowMs, report });
  const bot = await startBot({
    ...settings.slack,
    listen: config.listen,
    desk,
    access: config.access,
    hosts: [...config.hosts.values()],
    onProblem: report,
  });
  ends.add('the connection to Slack', () => bot.close(DRAIN_MS));
  rules.reached(bot);
  const open = new OpenThreads(join(settings.dataDir, 'open-threads.json'), report);
  const route = symptomRouter(playbooks);
  const show = {
    config,
    state,
    freezes: rules.freezes,
    open,
    memory,
    route,
    poster: bot.poster,
    linkTo: bot.linkTo,
    nowMs,
    report,
  };
  const questions = { ...deciding, ...show };
  const threads = state.workers.startThreadWorker(
    (id) => (isQuestionId(id) ? showQuestion(questions, id) : showThread(show, id)),
    { concurrency: THREADS_AT_ONCE },
  );
  ends.add('the work on threads', () => threads.close(DRAIN_MS));
  // Their last results are still to be shown.
  ends.add('the workers', options.drainWorkers);
  const rounds = startRounds({ ...options, config, state, audit, rules, show, bot });
  ends.add('the regular rounds', () => Promise.all(rounds.map((round) => round.stop())));
  ends.add('intake from Slack', () => bot.stopIntake(DRAIN_MS));
  const queue = await state.openAlertQueue(settings.dataDir);
  ends.add('intake of alerts', () => queue.close());
  const intake = takeAlerts({ queue, report });
  const http = await startHttpServer({
    host: config.listen,
    port: settings.httpPort,
    routes: { ...healthRoutes(config, state, bot), ...alertRoutes({ config, route, intake, nowMs, report }) },
    onFault: (path, error) => log.fault(`a request to ${path} failed`, error),
  });
  ends.add('the HTTP server', () => http.close(DRAIN_MS));
  log.info('bot is up', { team: bot.teamId, http: http.port, hosts: config.hosts.size });
}

/** Who may decide is what the file says when somebody decides; all else is as it was at the start. */
function withApprovalsNow({ config, settings, log }: BotRoleOptions): Config {
  const onRead = ({ users, groups, operators }: Config['approvals']): void =>
    log.info('the rules of approval were read anew', {
      users: users.length,
      groups: groups.length,
      operators: operators.length,
    });
  const file = { file: settings.configFile, loaded: config.approvals, nowMs, report: log.problem, onRead };
  return withApprovalsOf(config, new ApprovalsFile(file));
}

interface RoundParts extends BotRoleOptions {
  readonly state: OpenState;
  readonly audit: AuditLog;
  readonly rules: ApprovalParts;
  readonly show: Parameters<typeof showThread>[0];
  readonly bot: Bot;
}

/** What is looked at again and again, each by itself. */
function startRounds(parts: RoundParts): readonly Round[] {
  const { config, log, state, audit, rules, show, bot, signingKeyPem, verifyKeyPem } = parts;
  const { memory } = show;
  const report = log.problem;
  const doubt = async (change: Change) => doubtAbout(rules, change);
  // What can be brought back is no loss to tell of.
  const recover = async (): Promise<void> => {
    await restoreThreads({ state, memory, verifyKeyPem, nowMs, report });
    await tellLostThreads(show);
  };
  return [
    repeat(SWEEP_MS, () => sweep({ state, audit, nowMs, report, doubt }), faultOf(log, 'a sweep failed')),
    repeat(SWEEP_MS, recover, faultOf(log, 'lost threads could not be brought back or told')),
    repeat(
      ALERTS_MS,
      () => workOffAlerts({ config, state, nowMs }),
      faultOf(log, 'alerts could not be worked off'),
    ),
    repeat(
      SWEEP_MS,
      () => announceMaintenance({ config, state, outbox: rules.outbox, nowMs }),
      faultOf(log, 'maintenance could not be announced'),
    ),
    repeat(SWEEP_MS, rules.follow(bot.poster), faultOf(log, 'a freeze could not be followed')),
    repeat(
      RENEW_MS,
      () => renewOrders({ state, memory, signingKeyPem, verifyKeyPem, nowMs }),
      faultOf(log, 'orders could not be signed anew'),
    ),
    repeat(OWED_MS, () => wakeUnanswered(state), faultOf(log, 'threads could not be woken')),
  ];
}

/** Redis being away is no fault of ours, and the next round tries again. */
const faultOf =
  (log: Log, what: string) =>
  (error: unknown): void => {
    if (!(error instanceof TcpcheckError)) log.fault(what, error);
    else log.problem({ what, code: error.code, fields: { said: error.message } });
  };

function healthRoutes(config: Config, state: OpenState, bot: Bot): Routes {
  const probes = [
    { name: 'slack', check: async () => (bot.connected() ? null : 'not connected') },
    { name: 'redis', check: async () => state.ping().then(() => null) },
    {
      name: 'worker',
      check: async () => withoutWorker(await zonesWithoutWorker(config, state)),
    },
  ];
  return { 'GET /healthz': healthz, 'GET /readyz': readyz(probes) };
}
