import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findTool, labRequirements } from '../../src/demo/lab/requirements.ts';

/** Where Debian puts the libraries of Java. */
export const JARS = '/usr/share/java';
/** The Python that Debian's own packages are made for, which need not be the first in PATH. */
export const PYTHON = '/usr/bin/python3';

/** Something of the machine a test cannot do without. */
export type Need =
  | 'lab'
  | 'sshd'
  | 'ssh'
  | 'ssh-keygen'
  | 'ssh-agent'
  | 'redis-server'
  | 'redis-cli'
  | 'chromium'
  | 'nft'
  | 'iptables'
  | 'strace'
  | 'flock'
  | 'dash'
  | 'bash'
  | 'busybox'
  | 'mawk'
  | 'gawk'
  | 'original-awk'
  | 'shellcheck'
  | 'go'
  | 'javac'
  | 'httpclient5'
  | 'nginx'
  | 'sudo'
  | 'python-requests'
  | 'systemd-analyze'
  | 'promtool'
  | 'amtool'
  | 'prometheus'
  | 'prometheus-alertmanager'
  | 'prometheus-node-exporter';

/** For `describe.skipIf(need.skip)`; the reason belongs into the title. */
export interface Gate {
  readonly skip: boolean;
  readonly reason: string;
}

/**
 * Says whether the machine has what a test needs. With REQUIRE_LAB=1 (as in CI) a missing thing is an error,
 * so that a whole suite can never vanish silently.
 */
export function needs(...what: readonly Need[]): Gate {
  const missing = what.flatMap(missingOf);
  const reason = missing.join(' ');
  if (missing.length > 0 && process.env['REQUIRE_LAB'] === '1') {
    throw new Error(`REQUIRE_LAB=1, but this machine cannot run the test. ${reason}`);
  }
  return { skip: missing.length > 0, reason };
}

function missingOf(need: Need): readonly string[] {
  if (need === 'lab') return labRequirements().missing;
  if (need === 'httpclient5') {
    return existsSync(`${JARS}/httpclient5.jar`) ? [] : ['The test needs the package libhttpclient5-java.'];
  }
  if (need === 'python-requests') {
    const { status } = spawnSync(PYTHON, ['-c', 'import requests, urllib3'], { timeout: 30_000 });
    return status === 0 ? [] : ['The test needs the package python3-requests.'];
  }
  return findTool(need) === null && !inPath(need) ? [`The test needs the program ${need}.`] : [];
}

/** Compilers are often installed by hand, anywhere. */
const inPath = (program: string): boolean =>
  (process.env['PATH'] ?? '')
    .split(':')
    .some((folder) => folder !== '' && existsSync(`${folder}/${program}`));
