import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { MAX_WINDOW_S } from '../core/checklist/compose-script.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { ChangeAccess, HostEntry } from '../core/domain/host.ts';
import { readYaml, showProblem, type Locate, type SourceProblem } from '../core/domain/yaml-source.ts';
import { alertSettings, checkAlerts } from './alert-settings.ts';
import { checkApprovals, toApprovals } from './approvals-config.ts';
import type { Config, PlaybookFile, SyslogTarget } from './config.ts';
import { checkMaintenance, toMaintenance } from './maintenance-config.ts';
import { resolveThresholds } from './playbook-thresholds.ts';
import { readPlaybookFiles } from './playbook-files.ts';
import { ConfigSchema, type RawConfig } from './schema.ts';
import { seconds, toSlackId } from './written.ts';

/** Reads and validates tcpcheck.yaml; every mistake is named with line and column. */
export function loadConfig(file: string): Config {
  const text = readText(file);
  const reading = readYaml({ path: file, text }, ConfigSchema);
  if (reading.kind === 'wrong') throw invalid(reading.problems);
  const { value, locate } = reading;
  const problems = crossCheck(value, file, locate);
  if (problems.length > 0) throw invalid(problems);
  const config = toConfig(value, dirname(resolve(file)));
  const thresholds = resolveThresholds(value, config.playbooks, (where, message) => {
    problems.push({ path: file, ...locate(where), message });
  });
  if (problems.length > 0) throw invalid(problems);
  return Object.freeze({ ...config, thresholds });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new TcpcheckError('CONFIG_NOT_FOUND', `the configuration file ${file} cannot be read`, { cause });
  }
}

function invalid(problems: readonly SourceProblem[]): TcpcheckError {
  return new TcpcheckError('CONFIG_INVALID', problems.map(showProblem).join('\n'));
}

/** What a schema cannot see: names that point at each other. */
function crossCheck(raw: RawConfig, path: string, locate: Locate): SourceProblem[] {
  const problems: SourceProblem[] = [];
  const add = (where: readonly PropertyKey[], message: string): void => {
    problems.push({ path, ...locate(where), message });
  };
  const names = new Map<string, string>();
  for (const [name, host] of Object.entries(raw.hosts)) {
    for (const called of [name, ...host.aliases]) {
      const other = names.get(called.toLowerCase());
      if (other !== undefined) add(['hosts', name], `"${called}" already names the host ${other}`);
      names.set(called.toLowerCase(), name);
    }
  }
  for (const [name, host] of Object.entries(raw.hosts)) {
    for (const group of host.groups) {
      if (names.has(group)) add(['hosts', name, 'groups'], `the group "${group}" has the name of a host`);
    }
    if (host.jump === undefined) continue;
    const jump = raw.hosts[host.jump];
    if (jump === undefined) add(['hosts', name, 'jump'], `there is no host "${host.jump}" to go through`);
    else if (host.jump === name) add(['hosts', name, 'jump'], 'a host cannot be its own jump host');
    else if (jump.jump !== undefined)
      add(['hosts', name, 'jump'], `${host.jump} goes through a jump host itself; one hop is supported`);
  }
  const windowS = seconds(raw.diagnosis.window);
  if (windowS < 1 || windowS > MAX_WINDOW_S) {
    add(['diagnosis', 'window'], `the window must be 1s to ${MAX_WINDOW_S}s`);
  }
  checkApprovals(raw.approvals, (where, message) => add(['approvals', ...where], message));
  const { verify_window: verifyWindow } = raw.diagnosis;
  const verifyS = verifyWindow === undefined ? 1 : seconds(verifyWindow);
  if (verifyS < 1 || verifyS > MAX_WINDOW_S) {
    add(['diagnosis', 'verify_window'], `the window must be 1s to ${MAX_WINDOW_S}s`);
  }
  checkAlerts(raw.alerts, raw.slack.channel, () => playbookFiles(raw, dirname(resolve(path))), add);
  checkMaintenance(raw, add);
  return problems;
}

function toConfig(raw: RawConfig, folder: string): Omit<Config, 'thresholds'> {
  return {
    hosts: new Map(Object.entries(raw.hosts).map(([name, host]) => [name, toHost(name, host, folder)])),
    approvals: toApprovals(raw.approvals),
    access: { channels: raw.access.channels, users: raw.access.users.map(toSlackId) },
    alerts: alertSettings(raw.alerts, {
      slackChannel: raw.slack.channel ?? null,
      absolute: (path) => absolute(path, folder),
      userId: (written) => toSlackId(written).id,
    }),
    storm: {
      hosts: raw.alerts.storm.hosts,
      withinMs: seconds(raw.alerts.storm.within) * 1000,
    },
    maintenance: toMaintenance(raw.alerts),
    slackChannel: raw.slack.channel ?? null,
    locale: raw.slack.locale,
    reservedPorts: raw.diagnosis.reserved_ports ?? '',
    windowMs: seconds(raw.diagnosis.window) * 1000,
    verifyWindowMs:
      raw.diagnosis.verify_window === undefined ? null : seconds(raw.diagnosis.verify_window) * 1000,
    listen: raw.listen,
    syslog: syslogOf(raw.audit.syslog),
    playbooks: playbookFiles(raw, folder),
  };
}

function toHost(name: string, raw: RawConfig['hosts'][string], folder: string): HostEntry {
  return {
    name,
    address: raw.address,
    port: raw.port,
    user: raw.user,
    ...(raw.identity_file === undefined ? {} : { identityFile: absolute(raw.identity_file, folder) }),
    knownHostsFile: absolute(raw.known_hosts, folder),
    ...(raw.jump === undefined ? {} : { jump: raw.jump }),
    groups: raw.groups,
    aliases: raw.aliases,
    zone: raw.zone,
    changes: toChangeAccess(raw.changes, folder),
  };
}

function toChangeAccess(raw: RawConfig['hosts'][string]['changes'], folder: string): ChangeAccess {
  if (raw === true) return { kind: 'same-account' };
  if (raw === false) return { kind: 'none' };
  return { kind: 'account', user: raw.user, identityFile: absolute(raw.identity_file, folder) };
}

/** Of an address only the port may be missing; 514 is syslog's own (RFC 5426). */
function syslogOf(given: string | undefined): SyslogTarget | null {
  if (given === undefined) return null;
  if (given === 'local') return { kind: 'local' };
  const { hostname, port } = new URL(given);
  return { kind: 'udp', host: hostname.replaceAll(/[[\]]/g, ''), port: port === '' ? 514 : Number(port) };
}

const playbookFiles = (raw: RawConfig, folder: string): readonly PlaybookFile[] =>
  readPlaybookFiles(raw.playbooks.map((path) => absolute(path, folder)));

function absolute(path: string, folder: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : resolve(folder, path);
}
