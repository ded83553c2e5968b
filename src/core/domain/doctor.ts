/** What an account may do that an enrolled one must not. */
export const LIMITS = [
  'command',
  'sudo',
  'sysctl',
  'shell',
  'terminal',
  'forwarding',
  'listening',
  'sftp',
  'scp',
] as const;
export type Limit = (typeof LIMITS)[number];

/** One thing that `doctor` has looked at. */
export interface Looked {
  /** Stable, for programs: `keys`, `reading.sudo`. */
  readonly id: string;
  /** Null for this machine. */
  readonly host: string | null;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly text: string;
  /** Null where there is nothing to do. */
  readonly todo: string | null;
}
