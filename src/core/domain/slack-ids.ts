import { z } from 'zod';

/** A Slack user as configurations name one; without a team it belongs to the home workspace. */
export const slackUser = z
  .string()
  .regex(/^(?:T[A-Z0-9]{1,20}:)?[UW][A-Z0-9]{1,20}$/, 'a Slack user id such as U012AB3CD, or TEAM:USER');

/** A Slack channel as configurations name one. */
export const slackChannel = z.string().regex(/^[CGD][A-Z0-9]{1,20}$/, 'a Slack channel id such as C012AB3CD');
