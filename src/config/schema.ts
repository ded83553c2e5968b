import { z } from 'zod';
import { MAX_WINDOW_S } from '../core/checklist/compose-script.ts';
import { HOST_NAME } from '../core/domain/host.ts';
import { slackChannel, slackUser } from '../core/domain/slack-ids.ts';
import { AlertsSchema, describeSources } from './alert-schema.ts';
import { ApprovalsSchema } from './approvals-schema.ts';
import { duration, time } from './words-schema.ts';

const hostName = z
  .string()
  .regex(HOST_NAME, 'a host name has lower-case letters, digits, dots, dashes; up to 63');
const portList = z
  .string()
  .regex(/^\d{1,5}(?:-\d{1,5})?(?:,\d{1,5}(?:-\d{1,5})?)*$/, 'a list of ports such as 8080,9000-9010');
const path = z.string().min(1).max(1024);

/** Host or group -> playbook -> threshold -> number. */
const thresholds = z
  .record(
    hostName,
    z.record(
      z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'the id of a playbook'),
      z.record(z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'the name of a threshold'), z.number().min(0)),
    ),
  )
  .default({});

const HostSchema = z.strictObject({
  address: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9.:%_-]{0,252}$|^::1$/, 'a host name or an IP address')
    .describe('Name or IP address to connect to; the only address ever contacted for this host.'),
  port: z.int().min(1).max(65_535).default(22).describe('Port of sshd.'),
  user: z
    .string()
    .regex(/^[a-z_][a-z0-9_.-]{0,31}$/i, 'an account name')
    .default('tcpcheck')
    .describe('Account for diagnosis.'),
  identity_file: path.optional().describe('Private key; without it the ssh agent is asked.'),
  known_hosts: path
    .default('~/.ssh/known_hosts')
    .describe('OpenSSH known_hosts file that pins the host key.'),
  jump: hostName.optional().describe('Host of this inventory to go through.'),
  groups: z.array(hostName).max(20).default([]),
  aliases: z
    .array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'letters, digits, dots, dashes'))
    .max(20)
    .default([]),
  zone: hostName.default('default'),
  changes: z
    .union([
      z.boolean(),
      z.strictObject({
        user: z.string().regex(/^[a-z_][a-z0-9_.-]{0,31}$/i, 'an account name'),
        identity_file: path,
      }),
    ])
    .default(false)
    .describe('Whether settings of this host may be changed from chat, and with which account.'),
});

/** tcpcheck.yaml as people write it; unknown fields are refused. */
export const ConfigSchema = z.strictObject({
  hosts: z
    .record(hostName, HostSchema)
    .default({})
    .describe('The inventory: nothing else is ever contacted.'),
  approvals: ApprovalsSchema,
  access: z
    .strictObject({
      channels: z.array(slackChannel).max(200).default([]),
      users: z.array(slackUser).max(1000).default([]),
    })
    .prefault({})
    .describe('Who may diagnose, and where. Default: full members of the home workspace, in any channel.'),
  alerts: AlertsSchema.prefault({}),
  slack: z
    .strictObject({
      channel: slackChannel
        .optional()
        .describe('Where alerts without an own channel go, and what is asked in the terminal.'),
      locale: z.enum(['en', 'ko']).default('en').describe('Language of threads that no person asked for.'),
    })
    .prefault({}),
  diagnosis: z
    .strictObject({
      window: duration('10s').describe(`Time between the two samples, 1s to ${MAX_WINDOW_S}s.`),
      verify_window: time
        .optional()
        .describe(
          'How long the effect of a change is measured, 1s to 60s; default: as its playbook says, mostly 60s.',
        ),
      reserved_ports: portList
        .optional()
        .describe('Ports that a wider port range must leave alone, besides those in use.'),
    })
    .prefault({}),
  playbooks: z
    .array(path)
    .max(50)
    .default([])
    .describe('Folders or files with playbooks of your own, besides the shipped ones.'),
  playbook_thresholds: z
    .strictObject({
      groups: thresholds.describe('Group -> playbook -> threshold -> number.'),
      hosts: thresholds.describe('The same for single hosts; it goes before what their groups say.'),
    })
    .prefault({})
    .describe(
      'Numbers in the place of the playbooks’ own, such as groups: {web: {accept-queue-overflow: {full: 0.7}}}.',
    ),
  audit: z
    .strictObject({
      syslog: z
        .union([
          z.literal('local'),
          z
            .string()
            .regex(/^udp:\/\/([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?$/, 'local, or udp://HOST:PORT'),
        ])
        .optional()
        .describe(
          'Sends every record of the audit log to syslog as well: "local" (/dev/log), or udp://HOST:PORT.',
        ),
    })
    .prefault({}),
  listen: z.union([z.ipv4(), z.ipv6()]).default('127.0.0.1').describe('Address that all listeners bind.'),
});

export type RawConfig = z.infer<typeof ConfigSchema>;

/** The JSON Schema that editors check tcpcheck.yaml with; tcpcheck.schema.json holds it. */
export const configJsonSchema = (): Readonly<Record<string, unknown>> => ({
  title: 'tcpcheck.yaml',
  ...z.toJSONSchema(ConfigSchema, { io: 'input', target: 'draft-2020-12', override: describeSources }),
});
