import { z } from 'zod';
import { slackGroup, slackUser } from '../core/domain/slack-ids.ts';
import { duration, moment } from './words-schema.ts';

/** As useradd takes them. */
export const OS_USER = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}$/;

const osUser = z.string().regex(OS_USER, 'the name of an OS user');

const freezeWindow = z.strictObject({
  from: moment,
  to: moment,
  reason: z.string().max(200).default('').describe('What people read who are refused meanwhile.'),
});

/** Who may approve changes, on which terms, and when nobody may. */
export const ApprovalsSchema = z
  .strictObject({
    approvers: z
      .strictObject({
        users: z.array(slackUser).max(200).default([]),
        groups: z
          .array(slackGroup)
          .max(10)
          .default([])
          .describe('Slack user groups whose members may approve; ids, never handles.'),
      })
      .prefault({})
      .describe('Who may approve changes; nobody by default.'),
    expires_in: duration('15m').describe('How long a proposal may be approved.'),
    confirm_within: duration('120s').describe(
      'How long a host keeps a change that nobody confirms over a new login, 5s to 1h: then it takes it back by itself.',
    ),
    two_person: z
      .array(z.enum(['medium', 'high']))
      .max(2)
      .default(['high'])
      .describe('Risks that need two people; the one who asked for the diagnosis is not counted.'),
    caps: z
      .strictObject({
        per_host_hour: z
          .number()
          .int()
          .min(1)
          .max(20)
          .default(5)
          .describe(
            'So many changes of one host may be approved within an hour; the host itself stops at 20.',
          ),
        hosts_per_approval: z
          .number()
          .int()
          .min(1)
          .max(20)
          .default(5)
          .describe(
            'So many hosts one approval of the same setting may cover, each verified before the next; 1: each by itself.',
          ),
      })
      .prefault({}),
    freeze: z
      .array(freezeWindow)
      .max(100)
      .default([])
      .describe('Times in which nothing is changed; rolling back is possible all the same.'),
    break_glass: z
      .boolean()
      .default(true)
      .describe(
        'Whether one approver, who gives a reason that everybody reads, may approve while frozen or without the second.',
      ),
    operators: z
      .array(z.union([osUser, z.strictObject({ user: osUser, slack: slackUser })]))
      .max(100)
      .default([])
      .describe(
        'OS users of this machine who may decide in the terminal (`tcpcheck change`); with `slack`, the two are one person.',
      ),
  })
  .prefault({});
