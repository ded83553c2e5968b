import { z } from 'zod';

/** A length of time as people write it. */
export const time = z.string().regex(/^\d{1,4}[smh]$/, 'write a duration such as 30s, 15m or 2h');

/** The same with a default. */
export const duration = (fallback: string): z.ZodDefault<z.ZodString> => time.default(fallback);

/** A user id, of the home workspace where no team is named. */
export const slackUser = z
  .string()
  .regex(/^(?:T[A-Z0-9]{1,20}:)?[UW][A-Z0-9]{1,20}$/, 'a Slack user id such as U012AB3CD, or TEAM:USER');
