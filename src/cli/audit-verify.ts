import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditMark } from '../core/domain/audit.ts';
import { TcpcheckError, unreachable } from '../core/domain/errors.ts';
import { auditFile } from '../state/audit/audit-log.ts';
import { verifyLog, type LogVerdict } from '../state/audit/verify-log.ts';
import { EXIT, type Terminal } from './terminal.ts';

/**
 * `audit verify [LOG#NUMBER:HASH…]`: holds every audit log against its own chain, against the head beside it, and
 * against heads that threads or people have noted down.
 */
export async function verifyAudit(
  { dataDir, terminal }: { readonly dataDir: string; readonly terminal: Terminal },
  noted: readonly AuditMark[],
): Promise<number> {
  const logs = await logsIn(dataDir);
  const missing = noted.find(({ log }) => !logs.includes(log));
  if (missing !== undefined) {
    terminal.out(`${auditFile(dataDir, missing.log)}: there is no such log, and a head of it was noted\n`);
    return EXIT.findings;
  }
  if (logs.length === 0) {
    terminal.out(`${join(dataDir, 'audit')} holds no log: nothing has been decided yet\n`);
    return EXIT.ok;
  }
  let worst: number = EXIT.ok;
  for (const log of logs) {
    const own = noted.filter((mark) => mark.log === log);
    const verdict = await verifyLog(auditFile(dataDir, log), own);
    terminal.out(`${lineOf(auditFile(dataDir, log), log, verdict)}\n`);
    if (verdict.kind === 'broken') worst = EXIT.findings;
  }
  return worst;
}

async function logsIn(dataDir: string): Promise<readonly string[]> {
  const folder = join(dataDir, 'audit');
  try {
    const names = await readdir(folder);
    return names.flatMap((name) => /^([a-z0-9-]+)\.jsonl$/.exec(name)?.[1] ?? []).sort();
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw new TcpcheckError('AUDIT_UNREADABLE', `${folder}: ${String(cause)}`, { cause });
  }
}

function lineOf(path: string, log: string, verdict: LogVerdict): string {
  switch (verdict.kind) {
    case 'whole':
      return `${path}: ${verdict.records} records, whole; its head is ${log}#${verdict.records}:${verdict.hash.slice(0, MARK_CHARS)}`;
    case 'torn':
      return `${path}: ${verdict.records} records, whole; ${verdict.bytes} bytes of one more that a crash cut off`;
    case 'broken':
      return `${path}:${verdict.line}: ${verdict.why}`;
    default:
      return unreachable(verdict);
  }
}

/** As many as a thread shows. */
const MARK_CHARS = 12;

/** Reads `LOG#NUMBER:HASH` as threads show it. */
export function readMark(text: string): AuditMark | null {
  const [, log, seq, hash] = /^([a-z0-9-]+)#(\d{1,15}):([0-9a-f]{8,64})$/.exec(text) ?? [];
  return log === undefined || seq === undefined || hash === undefined
    ? null
    : { log, seq: Number(seq), hash };
}
