import { z } from 'zod';

/** A Slack user as configurations name one; without a team it belongs to the home workspace. */
export const slackUser = z
  .string()
  .regex(/^(?:T[A-Z0-9]{1,20}:)?[UW][A-Z0-9]{1,20}$/, 'a Slack user id such as U012AB3CD, or TEAM:USER');

/** A Slack user group as configurations name one: by its id, never by its handle. */
export const slackGroup = z
  .string()
  .regex(/^(?:T[A-Z0-9]{1,20}:)?S[A-Z0-9]{1,20}$/, 'a Slack user group id such as S012AB3CD, or TEAM:GROUP');

/** A Slack channel as configurations name one. */
export const slackChannel = z.string().regex(/^[CGD][A-Z0-9]{1,20}$/, 'a Slack channel id such as C012AB3CD');
