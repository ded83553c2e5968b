import { pino, type Logger } from 'pino';
import type { Problem } from '../core/domain/problem.ts';

export interface Log {
  readonly info: (what: string, fields?: Problem['fields']) => void;
  readonly problem: (problem: Problem) => void;
  readonly fault: (what: string, error: unknown) => void;
}

/** JSON lines on standard error; standard output belongs to commands. Values never become part of a message. */
export function createLog(role: string): Log {
  const logger: Logger = pino(
    {
      base: { role },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // A token that slips into a field by mistake must not reach a log store.
      redact: {
        paths: ['*.token', '*.secret', '*.authorization', 'token', 'secret', 'authorization'],
        censor: '***',
      },
    },
    pino.destination({ dest: 2, sync: true }),
  );
  return {
    info: (what, fields = {}) => logger.info(fields, what),
    problem: ({ what, code, fields }) => logger.warn({ ...fields, code }, what),
    fault: (what, error) => logger.error({ code: 'INTERNAL', err: error }, what),
  };
}
