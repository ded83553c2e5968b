import type { Config } from '../config/config.ts';
import type { ProcessSettings } from '../config/environment.ts';
import type { Log } from '../ops/log.ts';
import { openSyslog } from '../ops/syslog.ts';
import { AuditLog } from '../state/audit/audit-log.ts';

interface AuditParts {
  readonly config: Pick<Config, 'syslog'>;
  readonly settings: Pick<ProcessSettings, 'dataDir'>;
  readonly log: Pick<Log, 'info' | 'problem'>;
}

/** The audit log of a process; once on disk, each record also goes to the process's own log, and to syslog where that is wanted. */
export function openAudit(
  { config, settings, log }: AuditParts,
  name: string,
): { readonly audit: AuditLog; readonly close: () => Promise<void> } {
  const syslog = config.syslog === null ? null : openSyslog(config.syslog, { report: log.problem });
  const audit = new AuditLog({
    dataDir: settings.dataDir,
    log: name,
    nowMs: () => Date.now(),
    report: log.problem,
    second: (line) => {
      log.info('on record', { record: line });
      syslog?.send(line);
    },
  });
  return {
    audit,
    close: async () => {
      await audit.close();
      await syslog?.close();
    },
  };
}
