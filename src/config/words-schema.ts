import { z } from 'zod';

/** A length of time as people write it. */
export const time = z.string().regex(/^\d{1,4}[smh]$/, 'write a duration such as 30s, 15m or 2h');

/** The same with a default. */
export const duration = (fallback: string): z.ZodDefault<z.ZodString> => time.default(fallback);

/** With an offset, since the machine of the bot may stand in another zone than whoever wrote it. */
export const moment = z.iso.datetime({
  offset: true,
  error: 'a time with its offset such as 2026-12-24T18:00:00+09:00, or with Z',
});
