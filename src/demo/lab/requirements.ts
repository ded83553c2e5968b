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
  ['sshd', 'openssh-server'],
  ['ssh-keygen', 'openssh-client'],
  ['python3', 'python3'],
] as const;

/** What this machine lacks for sick hosts, in plain sentences. */
export interface LabRequirements {
  readonly ok: boolean;
  readonly missing: readonly string[];
}

/** The side of a machine that the lab depends on. */
export interface MachineSide {
  readonly platform: string;
  readonly uid: number;
  /** /proc/self/status. */
  readonly status: string;
  readonly has: (tool: string) => boolean;
}

/** Looks whether lab hosts can be started here; changes nothing. */
export function labRequirements(): LabRequirements {
  const linux = process.platform === 'linux';
  const missing = missingFrom({
    platform: process.platform,
    uid: process.getuid?.() ?? -1,
    status: linux ? readFileSync('/proc/self/status', 'utf8') : '',
    has: (tool) => findTool(tool) !== null,
  });
  return { ok: missing.length === 0, missing };
}

/** One sentence for each thing that is missing; where the system is wrong, or the account, nothing else matters. */
export function missingFrom({ platform, uid, status, has }: MachineSide): readonly string[] {
  if (platform !== 'linux') {
    return [`The lab needs Linux: it makes hosts out of network namespaces (this is ${platform}).`];
  }
  if (uid !== 0)
    return [`The lab needs root to make network namespaces: start it with sudo (now uid ${uid}).`];
  const held = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  const rights = CAPABILITIES.filter(([, bit]) => (held & (1n << bit)) === 0n).map(
    ([name]) => `The lab needs ${name}, which this root does not have: start the container privileged.`,
  );
  const tools = TOOLS.filter(([tool]) => !has(tool)).map(
    ([tool, pack]) => `The lab needs the program ${tool}: install the package ${pack}.`,
  );
  return [...rights, ...tools];
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
