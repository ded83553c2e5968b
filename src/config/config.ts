import type { FreezeWindow } from '../core/domain/freeze.ts';
import type { MaintenanceWindow } from '../core/domain/maintenance.ts';
import type { HostEntry } from '../core/domain/host.ts';
import type { Unsound } from '../core/change/unsound.ts';
import type { Locale } from '../core/domain/locale.ts';
import type { ThresholdOverrides } from '../core/playbook/threshold-overrides.ts';
import type { Risk } from '../core/domain/report.ts';
import type { AlertSettings } from './alert-settings.ts';

/** A Slack user or user group as written in the config; without a team it belongs to the home workspace. */
export interface SlackId {
  readonly teamId: string | null;
  readonly id: string;
}

/** An OS user of the bot's machine, and who that is in Slack; null: nobody knows. */
export interface Operator {
  readonly user: string;
  readonly slack: SlackId | null;
}

/** Who may decide about changes; empty means nobody. */
export interface Approvals {
  readonly users: readonly SlackId[];
  /** User groups; their members may decide. */
  readonly groups: readonly SlackId[];
  readonly expiresInMs: number;
  /** How long a host keeps a change that nobody confirms. */
  readonly confirmWithinMs: number;
  /** Risks that need two people. */
  readonly twoPerson: readonly Risk[];
  /** OS users who may decide in a terminal. */
  readonly operators: readonly Operator[];
  /** So many changes of one host are approved within an hour. */
  readonly perHostHour: number;
  /** Times in which nothing is approved. */
  readonly freeze: readonly FreezeWindow[];
  /** One approver may do without the second, or in a freeze, and everybody hears of it. */
  readonly breakGlass: boolean;
  /** So many hosts one approval may cover. */
  readonly hostsPerApproval: number;
  /** Set where the file has changed and cannot be used as it is now: the rest is as it was before. */
  readonly unsound?: Unsound;
}

/** Who may ask for a diagnosis. Empty lists mean: every full member of the home workspace, in any channel. */
export interface Access {
  readonly channels: readonly string[];
  readonly users: readonly SlackId[];
}

/** A playbook file as read; what it means is for core/playbook to say. */
export interface PlaybookFile {
  readonly path: string;
  readonly text: string;
}

/** A syslog daemon: of this machine, or by UDP. */
export type SyslogTarget =
  { readonly kind: 'local' } | { readonly kind: 'udp'; readonly host: string; readonly port: number };

/** tcpcheck.yaml, validated; frozen for the life of the process. */
export interface Config {
  readonly hosts: ReadonlyMap<string, HostEntry>;
  readonly approvals: Approvals;
  readonly access: Access;
  readonly alerts: AlertSettings;
  /** More hosts than this that alert within this time are told of together. */
  readonly storm: { readonly hosts: number; readonly withinMs: number };
  /** Times in which alerts about some hosts start nothing. */
  readonly maintenance: readonly MaintenanceWindow[];
  /** Where alerts without an own channel go, and what is asked in the terminal. */
  readonly slackChannel: string | null;
  /** Language of threads that no person asked for. */
  readonly locale: Locale;
  readonly reservedPorts: string;
  readonly windowMs: number;
  /** How long the effect of a change is measured; null: as its playbook says. */
  readonly verifyWindowMs: number | null;
  /** Address that all listeners bind; loopback unless the config says otherwise. */
  readonly listen: string;
  /** Where every record of the audit log goes as well; null: nowhere. */
  readonly syslog: SyslogTarget | null;
  readonly playbooks: readonly PlaybookFile[];
  /** What hosts have instead of the playbooks' own thresholds, by name of the host. */
  readonly thresholds: ReadonlyMap<string, ThresholdOverrides>;
}

/** The host of that name or alias. */
export function findHost(config: Pick<Config, 'hosts'>, typed: string): HostEntry | undefined {
  const name = typed.toLowerCase();
  return config.hosts.get(name) ?? [...config.hosts.values()].find((host) => host.aliases.includes(typed));
}

/** The zone of a host; of one that the inventory does not know, the default. */
export const zoneIn =
  (config: Pick<Config, 'hosts'>) =>
  (host: string): string =>
    findHost(config, host)?.zone ?? 'default';

/** The hosts of a group, in the order of the inventory; empty when there is no such group. */
export function hostsOfGroup(config: Pick<Config, 'hosts'>, group: string): readonly HostEntry[] {
  return [...config.hosts.values()].filter((host) => host.groups.includes(group));
}
