import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { TcpcheckError } from '../../src/core/domain/errors.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tcpcheck-thresholds-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const HOSTS = `hosts:
  web-1: {address: 10.0.0.1, groups: [web, edge]}
  web-2: {address: 10.0.0.2, groups: [web]}
  db-1: {address: 10.0.0.3}
`;

function load(thresholds: string): Config {
  const file = join(dir, 'tcpcheck.yaml');
  writeFileSync(file, `${HOSTS}playbook_thresholds:\n${thresholds}\n`);
  return loadConfig(file);
}

function mistakes(thresholds: string): readonly string[] {
  try {
    load(thresholds);
  } catch (error) {
    if (error instanceof TcpcheckError) return error.message.replaceAll(`${dir}/`, '').split('\n');
    throw error;
  }
  return [];
}

/** What a host has instead, in one line per threshold. */
const overrides = (config: Config, host: string): readonly string[] =>
  [...(config.thresholds.get(host) ?? [])].flatMap(([id, values]) =>
    [...values].map(([name, { value, from }]) => `${id} ${name} ${value} (${from.kind} ${from.name})`),
  );

const both = (edge: number): string =>
  `  groups: {web: {accept-queue-overflow: {full: 0.7}}, edge: {accept-queue-overflow: {full: ${edge}}}}`;

describe('playbook_thresholds', () => {
  it('are those of a host’s groups, and the host’s own go before them', () => {
    const config = load(`  groups:
    web: {accept-queue-overflow: {full: 0.7, overflows_warning: 3}}
    edge: {port-exhaustion: {ports_warning: 0.5}}
  hosts:
    web-2: {accept-queue-overflow: {full: 0.9}}`);
    expect(overrides(config, 'web-1')).toEqual([
      'accept-queue-overflow full 0.7 (group web)',
      'accept-queue-overflow overflows_warning 3 (group web)',
      'port-exhaustion ports_warning 0.5 (group edge)',
    ]);
    expect(overrides(config, 'web-2')).toEqual([
      'accept-queue-overflow full 0.9 (host web-2)',
      'accept-queue-overflow overflows_warning 3 (group web)',
    ]);
    expect(overrides(config, 'db-1')).toEqual([]);
  });

  it.each([
    [
      'an unknown group',
      '  groups: {wbe: {accept-queue-overflow: {full: 0.7}}}',
      'tcpcheck.yaml:6:12: there is no group "wbe"; did you mean web?',
    ],
    [
      'an unknown host',
      '  hosts: {web-3: {accept-queue-overflow: {full: 0.7}}}',
      'tcpcheck.yaml:6:11: there is no host "web-3"; did you mean web-1, web-2?',
    ],
    [
      'an unknown playbook',
      '  groups: {web: {accept-queue-overflw: {full: 0.7}}}',
      /^tcpcheck\.yaml:6:18: there is no playbook "accept-queue-overflw"; did you mean accept-queue-overflow/,
    ],
    [
      'an unknown threshold',
      '  groups:\n    web:\n      accept-queue-overflow:\n        fill: 0.7',
      'tcpcheck.yaml:9:9: there is no threshold "fill" in accept-queue-overflow; did you mean full?',
    ],
    [
      'a threshold that is like none',
      '  groups: {web: {accept-queue-overflow: {zzzzzzzzzz: 0.7}}}',
      'tcpcheck.yaml:6:42: there is no threshold "zzzzzzzzzz" in accept-queue-overflow; there are: overflows_warning, overflows_critical, full, descriptors_full, throttled, fresh_s',
    ],
    [
      'a text for a number',
      '  groups: {web: {accept-queue-overflow: {full: "0.7"}}}',
      'tcpcheck.yaml:6:42: playbook_thresholds.groups.web.accept-queue-overflow.full: Invalid input: expected number, received string',
    ],
    [
      'a number that is none',
      '  groups: {web: {accept-queue-overflow: {full: .nan}}}',
      'tcpcheck.yaml:6:42: playbook_thresholds.groups.web.accept-queue-overflow.full: Invalid input: expected number, received NaN',
    ],
    [
      'a negative number',
      '  groups: {web: {accept-queue-overflow: {full: -1}}}',
      'tcpcheck.yaml:6:42: playbook_thresholds.groups.web.accept-queue-overflow.full: Too small: expected number to be >=0',
    ],
    [
      'per cent instead of a share, which would switch the playbook off',
      '  groups: {web: {accept-queue-overflow: {full: 70}}}',
      "tcpcheck.yaml:6:42: 70 is far from the playbook's 0.8; 70 % is written 0.7",
    ],
    [
      'two groups that contradict each other on one host',
      '  groups:\n    web: {accept-queue-overflow: {full: 0.7}}\n    edge: {accept-queue-overflow: {full: 0.9}}',
      'tcpcheck.yaml:8:36: web-1 is in the group web as well, where accept-queue-overflow full is 0.7 and not 0.9; say which under playbook_thresholds.hosts.web-1',
    ],
  ])('refuse %s, with line and column', (_, yaml, message) => {
    expect(mistakes(yaml)).toEqual([
      expect.stringMatching(typeof message === 'string' ? new RegExp(`^${literal(message)}$`) : message),
    ]);
  });

  it('take two groups that agree, and contradicting ones where the host says which', () => {
    expect(mistakes(both(0.7))).toEqual([]);
    const config = load(`${both(0.9)}\n  hosts: {web-1: {accept-queue-overflow: {full: 0.8}}}`);
    expect(overrides(config, 'web-1')).toEqual(['accept-queue-overflow full 0.8 (host web-1)']);
  });
});

const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
