import { randomUUID } from 'node:crypto';
import { zoneIn, type Config } from '../config/config.ts';
import type { ProcessSettings } from '../config/environment.ts';
import type { Playbook } from '../core/playbook/playbook.ts';
import { diagnoseHost } from '../jobs/diagnose-host.ts';
import { executeChange } from '../jobs/execute-change.ts';
import { lookAfterChange } from '../jobs/look-after-change.ts';
import { LookTurns } from '../jobs/look-turns.ts';
import type { Log } from '../ops/log.ts';
import { crashAt } from './crash-at.ts';
import { openAudit } from './open-audit.ts';
import { openStorage } from './redis.ts';
import type { Running } from './running.ts';

/** Enough to keep both cores busy with handshakes; more gains little and opens more sockets. */
const DIAGNOSES_AT_ONCE = 50;
/** Each takes seconds, or minutes where a host does not answer; a go lives 60 s. */
const CHANGES_AT_ONCE = 20;
/** Each holds a connection through a window of up to a minute. */
const CARES_AT_ONCE = 20;
/** A diagnosis under way takes a window and a few seconds; a change is to reach its safe end. */
const DRAIN_MS = 75_000;
/** A look at an effect is taken up by another worker, or by this one when it is back: the host holds the change. */
const CARE_DRAIN_MS = 5_000;

const nowMs = (): number => Date.now();

interface WorkerRoleOptions {
  readonly config: Config;
  readonly settings: ProcessSettings;
  readonly playbooks: readonly Playbook[];
  readonly verifyKeyPem: string;
  /** Only hosts of this zone are logged into. */
  readonly zone: string;
  readonly log: Log;
}

/** Logs into hosts: diagnoses, and executes signed orders. Knows neither Slack nor the signing key. */
export async function startWorkerRole(options: WorkerRoleOptions): Promise<Running> {
  const { config, settings, playbooks, verifyKeyPem, zone, log } = options;
  const storage = await openStorage(settings, log, { zoneOf: zoneIn(config), zone });
  const { state } = storage;
  const { audit, close } = openAudit(options, 'worker');
  const shared = {
    config,
    playbooks,
    state,
    agentSocket: settings.agentSocket,
    nowMs,
    audit,
    newId: () => randomUUID(),
    report: log.problem,
    reached: crashAt(settings.crashAt),
  };
  const turns = new LookTurns(state.requests);
  const diagnoses = state.workers.startDiagnoseWorker(
    async (host, signal) => {
      await turns.wait(host, signal);
      if (!signal.aborted) await diagnoseHost(shared, host, signal);
    },
    { concurrency: DIAGNOSES_AT_ONCE },
  );
  const changes = state.workers.startChangeWorker(
    (order) => executeChange({ ...shared, verifyKeyPem }, order),
    { concurrency: CHANGES_AT_ONCE },
  );
  const cares = state.workers.startCareWorker(
    (changeId, signal, found) => lookAfterChange({ ...shared, verifyKeyPem }, changeId, signal, found),
    { concurrency: CARES_AT_ONCE },
  );
  log.info('worker is up', {
    zone,
    hosts: [...config.hosts.values()].filter((host) => host.zone === zone).length,
    playbooks: playbooks.length,
  });
  return {
    stop: async () => {
      await Promise.all([diagnoses.close(DRAIN_MS), changes.close(DRAIN_MS), cares.close(CARE_DRAIN_MS)]);
      await storage.close();
      await close();
    },
  };
}
