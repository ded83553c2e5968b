import { randomUUID } from 'node:crypto';
import { assert } from '../../core/domain/errors.ts';
import type { Box } from './box.ts';
import { must, run, type Outcome, type RunOptions } from './commands.ts';
import type { Login, LoginFiles } from './logins.ts';
import type { SshServer } from './ssh-server.ts';
import { readSysctl, writeSysctls } from './sysctls.ts';
import { cutWires, mendWires, type Wires } from './wires.ts';
import type { Workload } from './workload.ts';

/** A Linux host with real sockets, counters, sysctls and sshd, and one live workload. */
export interface LabHost {
  readonly name: string;
  /** Where the machine reaches it by ssh. */
  readonly address: string;
  readonly port: 22;
  readonly user: 'root';
  readonly identityFile: string;
  /** Holds the one true key of this host. */
  readonly knownHostsFile: string;
  readonly hostKeyFingerprint: string;
  /** Logins without root rights, as asked for. */
  readonly accounts: readonly Login[];
  /** First process of the host, as the machine counts: for nsenter and /proc/PID/net. */
  readonly pid: number;
  /** A bug to ask for where none was started. */
  readonly workload: Workload;
  /** Current value as the kernel has it, with single blanks; asked without ssh. */
  sysctl(key: string): Promise<string>;
  /** An administrator's edit: written directly, read back. */
  setSysctl(key: string, value: string): Promise<void>;
  /** Runs a program as root inside the host, without ssh and without a shell; one cut off by the timeout lives on until the host stops. */
  exec(argv: readonly string[], options?: RunOptions): Promise<Outcome>;
  /** The same at the other end of the traffic network. */
  execOnPeer(argv: readonly string[], options?: RunOptions): Promise<Outcome>;
  readFile(path: string): Promise<string>;
  writeFile(path: string, content: string): Promise<void>;
  /** Gives the host a new boot id, the part of a reboot that others can see; returns it. */
  changeBootId(): Promise<string>;
  /** From now on packets between machine and host vanish, as when a network dies. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** The last lines sshd has logged. */
  sshLog(): readonly string[];
  stop(): Promise<void>;
}

/** All a finished host is made of. */
export interface HostParts {
  readonly name: string;
  readonly box: Box;
  readonly peer: Box;
  readonly wires: Wires;
  readonly logins: LoginFiles;
  readonly knownHostsFile: string;
  readonly ssh: SshServer;
  readonly workload: Workload | null;
  readonly stop: () => Promise<void>;
}

/** The host's own file that stands in for the machine's boot id. */
export const BOOT_ID_FILE = '/run/lab/boot_id';

/** Puts the parts behind the face that tests and the demo see. */
export function labHost(parts: HostParts): LabHost {
  const { name, box, peer, wires, logins, knownHostsFile, workload } = parts;
  const writeFile = async (path: string, content: string): Promise<void> => {
    await must(box.inside(['sh', '-c', 'cat >"$1"', 'lab-write', path]), { stdin: content });
  };
  return {
    name,
    address: wires.address,
    port: 22,
    user: 'root',
    identityFile: logins.root.identityFile,
    knownHostsFile,
    hostKeyFingerprint: logins.hostKeyFingerprint,
    accounts: logins.accounts,
    pid: box.pid,
    get workload() {
      assert(workload !== null, `lab host ${name} was started without a workload`);
      return workload;
    },
    sysctl: (key) => readSysctl(box, key),
    setSysctl: (key, value) => writeSysctls(box, { [key]: value }),
    exec: (argv, options) => run(box.inside(argv), options),
    execOnPeer: (argv, options) => run(peer.inside(argv), options),
    readFile: (path) => must(box.inside(['cat', path])),
    writeFile,
    changeBootId: async () => {
      const id = randomUUID();
      await writeFile(BOOT_ID_FILE, `${id}\n`);
      return id;
    },
    cut: () => cutWires(box, wires),
    mend: () => mendWires(box, wires),
    sshLog: () => parts.ssh.log(),
    stop: parts.stop,
  };
}
