import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findHost, hostsOfGroup } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { TcpcheckError } from '../../src/core/domain/errors.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tcpcheck-config-'));
  writeFileSync(join(dir, 'secret'), 'a-secret-of-enough-length\n');
  writeFileSync(join(dir, 'short'), 'short\n');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function write(text: string): string {
  const file = join(dir, 'tcpcheck.yaml');
  writeFileSync(file, text);
  return file;
}

/** The message with the folder of this run taken out. */
function mistake(text: string): string {
  try {
    loadConfig(write(text));
  } catch (error) {
    if (error instanceof TcpcheckError) return `${error.code}: ${error.message.replaceAll(`${dir}/`, '')}`;
    throw error;
  }
  return 'accepted';
}

describe('tcpcheck.yaml', () => {
  it('reads the shape of the contract', () => {
    const config = loadConfig(
      write(`
hosts:
  web-1: {address: 10.0.0.5, port: 2222, user: root, identity_file: ~/.ssh/id_ed25519, known_hosts: keys/known_hosts, jump: bastion-1, groups: [web], aliases: [i-0abc], zone: eu, changes: true}
  bastion-1: {address: bastion.example.com, groups: [edge]}
  db-1: {address: "2001:db8::7", changes: {user: root, identity_file: /keys/change}}
approvals: {approvers: {users: [U1, T2:U3], groups: [S1, T2:S3]}, break_glass: false, two_person: [high], expires_in: 15m, operators: [alice, {user: bob, slack: U4}], freeze: [{from: 2026-12-24T18:00:00+09:00, to: 2026-12-26T00:00:00Z, reason: holidays}]}
access: {channels: [C1], users: []}
alerts: {sources: {alertmanager: {bearer_file: secret, channel: C2, mention: [U9]}}}
slack: {channel: C1}
`),
    );
    expect(config.hosts.get('web-1')).toEqual({
      name: 'web-1',
      address: '10.0.0.5',
      port: 2222,
      user: 'root',
      identityFile: join(homedir(), '.ssh/id_ed25519'),
      knownHostsFile: join(dir, 'keys/known_hosts'),
      jump: 'bastion-1',
      groups: ['web'],
      aliases: ['i-0abc'],
      zone: 'eu',
      changes: { kind: 'same-account' },
    });
    expect(config.hosts.get('bastion-1')).toEqual({
      name: 'bastion-1',
      address: 'bastion.example.com',
      port: 22,
      user: 'tcpcheck',
      knownHostsFile: join(homedir(), '.ssh/known_hosts'),
      groups: ['edge'],
      aliases: [],
      zone: 'default',
      changes: { kind: 'none' },
    });
    expect(config.hosts.get('db-1')?.changes).toEqual({
      kind: 'account',
      user: 'root',
      identityFile: '/keys/change',
    });
    expect(config.approvals).toEqual({
      users: [
        { teamId: null, id: 'U1' },
        { teamId: 'T2', id: 'U3' },
      ],
      groups: [
        { teamId: null, id: 'S1' },
        { teamId: 'T2', id: 'S3' },
      ],
      breakGlass: false,
      expiresInMs: 900_000,
      confirmWithinMs: 120_000,
      twoPerson: ['high'],
      operators: [
        { user: 'alice', slack: null },
        { user: 'bob', slack: { teamId: null, id: 'U4' } },
      ],
      perHostHour: 5,
      freeze: [{ fromMs: 1_798_102_800_000, toMs: 1_798_243_200_000, reason: 'holidays' }],
      hostsPerApproval: 5,
    });
    expect(config.access).toEqual({ channels: ['C1'], users: [] });
    expect(config.alerts.sources).toMatchObject([
      {
        name: 'alertmanager',
        channel: 'C2',
        mentions: ['U9'],
        proof: { bearer: [join(dir, 'secret')], basic: [], hmac: null },
      },
    ]);
    expect([config.windowMs, config.listen, config.slackChannel, config.locale]).toEqual([
      10_000,
      '127.0.0.1',
      'C1',
      'en',
    ]);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('lets nobody approve unless somebody is named', () => {
    const config = loadConfig(write('hosts: {web-1: {address: a}}'));
    expect(config.approvals.users).toEqual([]);
    expect(config.hosts.get('web-1')?.changes).toEqual({ kind: 'none' });
  });

  it('finds hosts by name, alias and group', () => {
    const config = loadConfig(
      write('hosts: {a-1: {address: a, groups: [g], aliases: [i-1]}, a-2: {address: b, groups: [g]}}'),
    );
    expect([
      findHost(config, 'A-1')?.name,
      findHost(config, 'i-1')?.name,
      findHost(config, 'g')?.name,
    ]).toEqual(['a-1', 'a-1', undefined]);
    expect(hostsOfGroup(config, 'g').map((host) => host.name)).toEqual(['a-1', 'a-2']);
  });

  it.each([
    [
      'hosts:\n  web-1: {address: a, adress: b}',
      'CONFIG_INVALID: tcpcheck.yaml:2:23: unknown field "adress"',
    ],
    ['host: {}', 'CONFIG_INVALID: tcpcheck.yaml:1:1: unknown field "host"'],
    [
      'hosts:\n  web-1:\n    address: a\n    port: "22"',
      'CONFIG_INVALID: tcpcheck.yaml:4:5: hosts.web-1.port: Invalid input: expected number, received string',
    ],
    [
      'hosts:\n  web-1: {address: a}\n  web-1: {address: b}',
      'CONFIG_INVALID: tcpcheck.yaml:3:3: Map keys must be unique',
    ],
    [
      'hosts:\n  web-1: {address: a}\n  web-2: {address: b, aliases: [WEB-1]}',
      'CONFIG_INVALID: tcpcheck.yaml:3:3: "WEB-1" already names the host web-1',
    ],
    [
      'hosts:\n  web-1: {port: 22}',
      'CONFIG_INVALID: tcpcheck.yaml:2:3: hosts.web-1.address: Invalid input: expected string, received undefined',
    ],
    [
      'hosts:\n  "web 1; reboot": {address: a}',
      'CONFIG_INVALID: tcpcheck.yaml:2:3: hosts.web 1; reboot: Invalid key in record',
    ],
    [
      'hosts:\n  web-1: {address: "-oProxyCommand=x"}',
      'CONFIG_INVALID: tcpcheck.yaml:2:11: hosts.web-1.address: a host name or an IP address',
    ],
    [
      'hosts: {a: {address: a, jump: b}}',
      'CONFIG_INVALID: tcpcheck.yaml:1:25: there is no host "b" to go through',
    ],
    [
      'hosts: {a: {address: a, jump: a}}',
      'CONFIG_INVALID: tcpcheck.yaml:1:25: a host cannot be its own jump host',
    ],
    [
      'approvals: {approvers: {groups: ["@sre"]}}',
      'CONFIG_INVALID: tcpcheck.yaml:1:34: approvals.approvers.groups.0: a Slack user group id such as S012AB3CD, or TEAM:GROUP',
    ],
    [
      'approvals: {freeze: [{from: 2026-12-24, to: 2026-12-26T00:00:00Z}]}',
      'CONFIG_INVALID: tcpcheck.yaml:1:23: approvals.freeze.0.from: a time with its offset such as 2026-12-24T18:00:00+09:00, or with Z',
    ],
    [
      'approvals: {freeze: [{from: 2026-12-26T00:00:00Z, to: 2026-12-26T09:00:00+09:00}]}',
      'CONFIG_INVALID: tcpcheck.yaml:1:51: a freeze ends after it begins',
    ],
    [
      'approvals: {operators: [bob, {user: bob, slack: U1}]}',
      'CONFIG_INVALID: tcpcheck.yaml:1:30: the OS user bob is named twice',
    ],
    ['diagnosis: {verify_window: 61s}', 'CONFIG_INVALID: tcpcheck.yaml:1:13: the window must be 1s to 60s'],
    ['diagnosis: {window: 90s}', 'CONFIG_INVALID: tcpcheck.yaml:1:13: the window must be 1s to 60s'],
    [
      'alerts: {sources: {alertmanager: {bearer_file: secret}}}',
      'CONFIG_INVALID: tcpcheck.yaml:1:20: alerts need a channel: here, or as slack.channel',
    ],
    ['playbooks: [nowhere]', 'CONFIG_INVALID: playbooks: there is no file or folder nowhere'],
    [
      'a: &a [x]\nb: [*a, *a]',
      'CONFIG_INVALID: tcpcheck.yaml:2:5: aliases (*name) are not allowed\ntcpcheck.yaml:2:9: aliases (*name) are not allowed',
    ],
    ['__proto__: {}', 'CONFIG_INVALID: tcpcheck.yaml:1:1: "__proto__" is not allowed as a name'],
    [
      'hosts: [',
      'CONFIG_INVALID: tcpcheck.yaml:1:9: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  ])('%j: says where the mistake is', (text, message) => {
    expect(mistake(text)).toBe(message);
  });

  it('says which file is missing', () => {
    expect(() => loadConfig(join(dir, 'none.yaml'))).toThrow(
      new TcpcheckError(
        'CONFIG_NOT_FOUND',
        `the configuration file ${join(dir, 'none.yaml')} cannot be read`,
      ),
    );
  });
});
