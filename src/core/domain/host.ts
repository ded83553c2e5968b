/**
 * A host of the inventory: the only hosts the product ever contacts. Names are checked at the border
 * (config), so inside a `HostEntry` is trusted to be well-formed.
 */
export interface HostEntry {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Absolute path of the private key; absent means the ssh agent named by SSH_AUTH_SOCK. */
  readonly identityFile?: string;
  /** Absolute path of an OpenSSH known_hosts file. */
  readonly knownHostsFile: string;
  /** Name of another host of the inventory that the connection goes through. */
  readonly jump?: string;
  readonly groups: readonly string[];
  readonly aliases: readonly string[];
  readonly zone: string;
  readonly changes: ChangeAccess;
}

/** How, if at all, settings of the host may be changed: not at all, by the diagnosis account, or by another one. */
export type ChangeAccess =
  | { readonly kind: 'none' }
  | { readonly kind: 'same-account' }
  | { readonly kind: 'account'; readonly user: string; readonly identityFile: string };

/** A valid inventory name: what a person may type and what we may print anywhere without escaping. */
export const HOST_NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;
