import { z } from 'zod';
import type { ChangePlan, Person } from '../domain/change.ts';
import { HOST_NAME } from '../domain/host.ts';
import { CHANGE_ID } from './plan-hash.ts';

/** More keys than any playbook needs in one plan; the host's helper has the same bound. */
const MAX_SETTINGS = 8;

/**
 * The longest value we write. An ash or a bash may write to /proc in pieces of the file's block size (1,024
 * bytes), and the kernel takes each piece for a value of its own (kernel/sysctl.c).
 */
const MAX_VALUE_LENGTH = 1000;

/** A setting by its dotted name; no slash, so that it cannot leave /proc/sys. */
export const SETTING_KEY = /^[a-z0-9_]+(\.[a-z0-9_]+)+$/;

/**
 * Numbers, pairs and lists of ports, or the name of a congestion control (TCP_CA_NAME_MAX, 16 with its end); reserved
 * ports may be empty. Single blanks inside, none around.
 */
export const SETTING_VALUE = /^([0-9]+([ ,-][0-9]+)*|[a-z][a-z0-9_]{0,14})?$/;

/** An inode number, bare or as `readlink /proc/self/ns/net` shows it. */
const NETNS = /^([0-9]{1,20}|net:\[[0-9]{1,20}\])$/;

/** Alert names and subjects come from outside; a longer one was cut where it came in. */
const MAX_TEXT = 2000;

const text = z.string().max(MAX_TEXT);
const id = z.string().regex(/^[A-Za-z0-9_.:-]{1,100}$/);
const timeMs = z.number().int().nonnegative();

const setting = z
  .strictObject({
    key: z.string().max(100).regex(SETTING_KEY),
    from: z.string().max(MAX_VALUE_LENGTH).regex(SETTING_VALUE),
    to: z.string().max(MAX_VALUE_LENGTH).regex(SETTING_VALUE),
  })
  .refine(({ from, to }) => from !== to, 'a setting of a plan changes something');

const slackUser = z.strictObject({ kind: z.literal('slack-user'), teamId: id, userId: id });

const osUser = z.strictObject({
  kind: z.literal('os-user'),
  name: id,
  slack: z.strictObject({ teamId: id.nullable(), userId: id }).exactOptional(),
});

/** A person as stored and signed. */
export const personSchema: z.ZodType<Person> = z.discriminatedUnion('kind', [slackUser, osUser]);

/** A plan as stored and signed: nothing missing, nothing unknown, at least one key, no key twice. */
export const planSchema: z.ZodType<ChangePlan> = z.strictObject({
  id: z.string().regex(CHANGE_ID),
  host: z.string().regex(HOST_NAME),
  hostKeyFingerprint: z.string().regex(/^SHA256:[A-Za-z0-9+/]{1,64}$/),
  netns: z.string().regex(NETNS),
  settings: z
    .array(setting)
    .min(1)
    .max(MAX_SETTINGS)
    .refine((all) => new Set(all.map(({ key }) => key)).size === all.length, 'a key occurs twice'),
  risk: z.enum(['low', 'medium', 'high']),
  takesEffect: z.enum(['now', 'new-sockets', 'relisten']),
  playbook: text,
  playbookVersion: z.number().int().nonnegative(),
  cause: text,
  subject: text.nullable(),
  requestId: text,
  runId: text,
  requester: z.discriminatedUnion('kind', [
    slackUser,
    osUser,
    z.strictObject({ kind: z.literal('alert'), source: text, alertName: text }),
  ]),
  approvalsNeeded: z.union([z.literal(1), z.literal(2)]),
  proposedAtMs: timeMs,
  expiresAtMs: timeMs,
});
