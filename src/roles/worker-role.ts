import { randomUUID } from 'node:crypto';
import type { Config } from '../config/config.ts';
import type { ProcessSettings } from '../config/environment.ts';
import type { Playbook } from '../core/playbook/playbook.ts';
import { diagnoseHost } from '../jobs/diagnose-host.ts';
import { executeChange } from '../jobs/execute-change.ts';
import type { Log } from '../ops/log.ts';
import { openStorage } from './redis.ts';
import type { Running } from './running.ts';

/** Enough to keep both cores busy with handshakes; more gains little and opens more sockets. */
const DIAGNOSES_AT_ONCE = 50;
/**
 * A change holds its hand through the look after it, a window and a few seconds, and a go lives 60 s: a roll back
 * must not run out behind the looks of others.
 */
const CHANGES_AT_ONCE = 20;
/** A diagnosis under way takes a window and a few seconds; a change is to reach its safe end. */
const DRAIN_MS = 75_000;

interface WorkerRoleOptions {
  readonly config: Config;
  readonly settings: ProcessSettings;
  readonly playbooks: readonly Playbook[];
  readonly verifyKeyPem: string;
  readonly log: Log;
}

/** Logs into hosts: diagnoses, and executes signed orders. Knows neither Slack nor the signing key. */
export async function startWorkerRole(options: WorkerRoleOptions): Promise<Running> {
  const { config, settings, playbooks, verifyKeyPem, log } = options;
  const storage = await openStorage(settings, log);
  const { state } = storage;
  const shared = {
    config,
    playbooks,
    state,
    agentSocket: settings.agentSocket,
    nowMs: () => Date.now(),
    newId: () => randomUUID(),
    report: log.problem,
  };
  const diagnoses = state.workers.startDiagnoseWorker((host, signal) => diagnoseHost(shared, host, signal), {
    concurrency: DIAGNOSES_AT_ONCE,
  });
  const changes = state.workers.startChangeWorker(
    (order, signal) => executeChange({ ...shared, verifyKeyPem }, order, signal),
    { concurrency: CHANGES_AT_ONCE },
  );
  log.info('worker is up', { hosts: config.hosts.size, playbooks: playbooks.length });
  return {
    stop: async () => {
      await Promise.all([diagnoses.close(DRAIN_MS), changes.close(DRAIN_MS)]);
      await storage.close();
    },
  };
}
