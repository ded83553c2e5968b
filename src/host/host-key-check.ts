import { TcpcheckError, unreachable } from '../core/domain/errors.ts';
import { describeHop, type Hop } from './hop.ts';
import { lookupName } from './known-hosts-match.ts';
import {
  judgeHostKey,
  knownKeys,
  trustedKeyTypes,
  type HostKeyVerdict,
  type KnownKey,
} from './known-hosts.ts';
import { reasonOf } from './reason.ts';
import { readSmallFile } from './small-file.ts';
import { fingerprintOf, keyTypeOf } from './ssh-wire.ts';

/** Far above any real known_hosts; keeps a wrong path (a log, a device) from filling the memory. */
const KNOWN_HOSTS_LIMIT_BYTES = 16 * 1024 * 1024;

/** Decides, for one hop, whether the host is the one that known_hosts describes. */
export class HostKeyCheck {
  readonly trustedTypes: readonly string[];
  readonly #hop: Hop;
  readonly #known: readonly KnownKey[];
  #offered: Buffer | null = null;
  #verdict: HostKeyVerdict | null = null;

  constructor(hop: Hop, known: readonly KnownKey[]) {
    this.#hop = hop;
    this.#known = known;
    this.trustedTypes = trustedKeyTypes(known);
  }

  /** ssh2 takes everything but `false` for a yes, and asks again at every rekey: the first key stays pinned. */
  accepts(key: Buffer): boolean {
    if (this.#offered !== null) return this.#verdict?.kind === 'trusted' && this.#offered.equals(key);
    this.#offered = Buffer.from(key);
    this.#verdict = judgeHostKey(this.#known, this.#offered);
    return this.#verdict.kind === 'trusted';
  }

  /** Fingerprint of the key that was offered; null before that. */
  fingerprint(): string | null {
    return this.#offered === null ? null : fingerprintOf(this.#offered);
  }

  /** Why the offered key was refused; null when it was accepted or none came. */
  refusal(): TcpcheckError | null {
    if (this.#offered === null || this.#verdict === null) return null;
    return refusalOf(this.#hop, this.#offered, this.#verdict);
  }
}

/** Reads the known_hosts file of a hop. */
export async function readHostKeyCheck(hop: Hop): Promise<HostKeyCheck> {
  const { host } = hop;
  const bytes = await readSmallFile(host.knownHostsFile, KNOWN_HOSTS_LIMIT_BYTES).catch((cause: unknown) => {
    const message = `${describeHop(hop)}: cannot read its known_hosts file ${host.knownHostsFile}: ${reasonOf(cause)}`;
    throw new TcpcheckError('SSH_KNOWN_HOSTS_UNREADABLE', message, { cause });
  });
  // latin1 keeps every byte apart; as UTF-8, letters outside ASCII could fold into host names.
  const text = bytes.toString('latin1');
  return new HostKeyCheck(hop, knownKeys(text, lookupName(host.address, host.port)));
}

function refusalOf(hop: Hop, offered: Buffer, verdict: HostKeyVerdict): TcpcheckError | null {
  const file = hop.host.knownHostsFile;
  const name = lookupName(hop.host.address, hop.host.port);
  const came = `${describeHop(hop)} offers the ${keyTypeOf(offered) ?? ''} host key ${fingerprintOf(offered)}`;
  switch (verdict.kind) {
    case 'trusted':
      return null;
    case 'unknown':
      return new TcpcheckError(
        'SSH_HOST_KEY_UNKNOWN',
        `${came}, and ${file} has no line for ${name}. ${verifySteps(hop, offered)}`,
      );
    case 'changed':
      return new TcpcheckError(
        'SSH_HOST_KEY_CHANGED',
        `${came}, but ${file} lists other keys for ${name}: ${verdict.known.map(listed).join(', ')}. ` +
          'Somebody may be answering in its place: unless the host was rebuilt on purpose, stop here. ' +
          verifySteps(hop, offered),
      );
    case 'revoked':
      return new TcpcheckError(
        'SSH_HOST_KEY_REVOKED',
        `${came}, which line ${verdict.line} of ${file} marks @revoked. The login was refused.`,
      );
    case 'only-certificate':
      return new TcpcheckError(
        'SSH_HOST_KEY_CERT_ONLY',
        `${came}, and ${file} knows ${name} only by a certificate authority (line ${verdict.line}), ` +
          `which tcpcheck cannot use. ${verifySteps(hop, offered)}`,
      );
    default:
      return unreachable(verdict);
  }
}

const listed = (key: KnownKey): string => `${key.type} ${fingerprintOf(key.blob)} (line ${key.line})`;

/** The way to trust a key that does not begin with trusting it: ask the host itself, by another road. */
function verifySteps({ host, via }: Hop, offered: Buffer): string {
  const kind = (keyTypeOf(offered) ?? '').replace(/^ssh-|-sha2-.*$/g, '');
  const print = fingerprintOf(offered);
  const from = via === null ? '' : `on ${via.name}, `;
  return (
    `To verify, run on the console of ${host.name}: "ssh-keygen -lf /etc/ssh/ssh_host_${kind}_key.pub". ` +
    `Only if that shows ${print}: ${from}"ssh-keyscan -t ${kind} -p ${host.port} ${host.address} > host-key", ` +
    `check that "ssh-keygen -lf host-key" shows ${print} too, ` +
    `and let that line be the one for the host in ${host.knownHostsFile}.`
  );
}
