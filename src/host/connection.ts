import type { ExecOptions, ExecResult } from './command.ts';

/** An SSH connection to one host. Must be closed in every case. */
export interface HostConnection {
  /** `SHA256:…` of the host's own key, as `ssh-keygen -l` prints it. */
  readonly hostKeyFingerprint: string;
  /** The account that is logged in. */
  readonly user: string;
  /** Runs a command; after a timeout, an abort or a flood of output the connection is closed. */
  exec(command: string, options: ExecOptions): Promise<ExecResult>;
  close(): void;
}
