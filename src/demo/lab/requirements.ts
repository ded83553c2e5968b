import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the lab looks for its tools; its own processes get the same PATH. */
export const LAB_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Bits of CapEff (linux/capability.h) without which no namespace and no veth can be made. */
const CAPABILITIES = [
  ['CAP_NET_ADMIN', 12n],
  ['CAP_SYS_ADMIN', 21n],
] as const;

const TOOLS = [
  ['ip', 'iproute2'],
  ['ss', 'iproute2'],
  ['unshare', 'util-linux'],
  ['nsenter', 'util-linux'],
  ['mount', 'mount'],
  ['timeout', 'coreutils'],
  ['sshd', 'openssh-server'],
  ['ssh-keygen', 'openssh-client'],
  ['python3', 'python3-minimal'],
] as const;

/** What this machine lacks for sick hosts, in plain sentences. */
export interface LabRequirements {
  readonly ok: boolean;
  readonly missing: readonly string[];
}

/** Looks whether lab hosts can be started here; changes nothing. */
export function labRequirements(): LabRequirements {
  if (process.platform !== 'linux') {
    const sentence = `The lab needs Linux: it makes hosts out of network namespaces (this is ${process.platform}).`;
    return { ok: false, missing: [sentence] };
  }
  const missing = [...missingRights(), ...missingTools()];
  return { ok: missing.length === 0, missing };
}

/** Path of a tool, or null where the machine has none. */
export function findTool(name: string): string | null {
  for (const folder of LAB_PATH.split(':')) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  return null;
}

function missingRights(): string[] {
  const uid = process.getuid?.() ?? -1;
  if (uid !== 0)
    return [`The lab needs root to make network namespaces: start it with sudo (now uid ${uid}).`];
  const held = effectiveCapabilities(readFileSync('/proc/self/status', 'utf8'));
  return CAPABILITIES.filter(([, bit]) => (held & (1n << bit)) === 0n).map(
    ([name]) =>
      `The lab needs ${name}, which this root does not have: leave the container or start it privileged.`,
  );
}

function missingTools(): string[] {
  return TOOLS.filter(([tool]) => findTool(tool) === null).map(
    ([tool, pack]) => `The lab needs the program ${tool}: install the package ${pack}.`,
  );
}

function effectiveCapabilities(status: string): bigint {
  const hex = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  return hex === undefined ? 0n : BigInt(`0x${hex}`);
}
