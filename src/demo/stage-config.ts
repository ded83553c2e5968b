import type { LabHost } from './lab/host.ts';
import type { WorkspaceOptions } from './local-slack/options.ts';

/** People and places of the demo; ids are made up. */
export const CAST = {
  teamId: 'T0DEMO',
  channel: 'C0ONCALL',
  alertChannel: 'C0ALERTS',
  requester: 'U0MINA',
  approver: 'U0JOON',
  outsider: 'U0SAM',
  guest: 'U0GUEST',
  bot: 'U0TCPCHECK',
} as const;

export const WORKSPACE: WorkspaceOptions = {
  teamId: CAST.teamId,
  name: 'Demo',
  bot: { userId: CAST.bot, name: 'tcpcheck' },
  users: [
    { id: CAST.requester, name: 'mina (on call)', locale: 'en-US' },
    { id: CAST.approver, name: 'joon (approver)', locale: 'ko-KR' },
    { id: CAST.outsider, name: 'sam (outsider)', locale: 'en-US' },
    { id: CAST.guest, name: 'guest', locale: 'en-US', isRestricted: true },
  ],
  channels: [
    {
      id: CAST.channel,
      name: 'on-call',
      members: [CAST.requester, CAST.approver, CAST.outsider, CAST.guest, CAST.bot],
    },
    {
      id: CAST.alertChannel,
      name: 'alerts',
      members: [CAST.requester, CAST.approver, CAST.outsider, CAST.bot],
    },
  ],
};

/** Tokens of the local Slack; they open nothing else. */
export const TOKENS = {
  bot: 'xoxb-000000000000-demo-bot-token',
  app: 'xapp-1-A0DEMO-000000000000-demo',
  signingSecret: 'demo-signing-secret-0123456789ab',
} as const;

/** People in front of the demo do not wait a minute for the verdict. */
const VERIFY_S = 5;

interface ConfigText {
  readonly hosts: readonly LabHost[];
  readonly secretFile: string;
  readonly windowS: number;
  readonly confirmS: number;
  readonly extraHosts: readonly string[];
  /** OS users who may decide in the terminal. */
  readonly operators?: readonly string[];
  /** More of `alerts:`, ending in a comma. */
  readonly alerts?: string;
}

/** A line of the inventory for a lab host, by its own name or by a further one. */
export function hostLine(
  name: string,
  { address, port, user, identityFile, knownHostsFile }: LabHost,
  more: { readonly groups: readonly string[]; readonly changes: boolean },
): string {
  const login = { address, port, user, identity_file: identityFile, known_hosts: knownHostsFile };
  return `${name}: ${JSON.stringify({ ...login, ...more })}`;
}

/** `web-1` is one of the web hosts, and all are the demo's. */
const groupsOf = ({ name }: LabHost): readonly string[] => [name.replace(/-\d+$/, ''), 'demo'];

/** tcpcheck.yaml for the lab hosts: changes allowed everywhere, one approver. */
export function stageConfig({
  hosts,
  secretFile,
  windowS,
  confirmS,
  extraHosts,
  operators = [],
  alerts = '',
}: ConfigText): string {
  const entries = hosts.map((host) => hostLine(host.name, host, { groups: groupsOf(host), changes: true }));
  return `hosts:
${[...entries, ...extraHosts].map((line) => `  ${line}`).join('\n')}
approvals: {approvers: {users: [${CAST.approver}]}, operators: ${JSON.stringify(operators)}, expires_in: 15m, confirm_within: ${confirmS}s, caps: {per_host_hour: 20}}
alerts: {${alerts}sources: {alertmanager: {bearer_file: ${JSON.stringify(secretFile)}, channel: ${CAST.alertChannel}, mention: [${CAST.requester}]}}}
slack: {channel: ${CAST.channel}}
diagnosis: {window: ${windowS}s, verify_window: ${VERIFY_S}s}
`;
}
