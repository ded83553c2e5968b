import { pino, type Logger } from 'pino';

/** Something an operator should see: a static sentence to group by, a code, and the particulars as fields. */
interface Reported {
  readonly what: string;
  readonly code: string;
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
}

export interface Log {
  readonly info: (what: string, fields?: Reported['fields']) => void;
  readonly problem: (problem: Reported) => void;
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
      redact: { paths: ['*.token', '*.secret', '*.authorization', 'token', 'secret', 'authorization'], censor: '***' },
    },
    pino.destination({ dest: 2, sync: true }),
  );
  return {
    info: (what, fields = {}) => logger.info(fields, what),
    problem: ({ what, code, fields }) => logger.warn({ ...fields, code }, what),
    fault: (what, error) => logger.error({ code: 'INTERNAL', err: error }, what),
  };
}
