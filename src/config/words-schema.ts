import { z } from 'zod';

/** A length of time as people write it. */
export const time = z.string().regex(/^\d{1,4}[smh]$/, 'write a duration such as 30s, 15m or 2h');

/** The same with a default. */
export const duration = (fallback: string): z.ZodDefault<z.ZodString> => time.default(fallback);
