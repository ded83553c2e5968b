import ssh2, { type AnyAuthMethod, type GetStreamCallback } from 'ssh2';
import type { Duplex } from 'node:stream';
import { TcpcheckError } from '../core/domain/errors.ts';
import { describeHop, type Hop } from './hop.ts';
import { reasonOf } from './reason.ts';
import { readSmallFile } from './small-file.ts';
import { fingerprintOf } from './ssh-wire.ts';

/** An RSA key of 16,384 bits has 13 KB; anything larger is no private key. */
const KEY_LIMIT_BYTES = 64 * 1024;
/** Listing keys is local and instant; an agent that needs longer hangs. */
const AGENT_TIMEOUT_MS = 5_000;

/** What we log in with. */
export interface Identity {
  readonly method: AnyAuthMethod;
  /** For messages: `the key /path (ssh-ed25519 SHA256:…)`. */
  readonly what: string;
  /** Closes what is still open to the agent. */
  readonly close: () => void;
}

/** Prepares the login of a hop: its key file, or the agent when it names none. */
export async function readIdentity(hop: Hop, agentSocket: string | null): Promise<Identity> {
  const { identityFile } = hop.host;
  if (identityFile !== undefined) return readKeyFile(hop, identityFile);
  if (agentSocket === null)
    throw unusable(hop, 'it names no identity_file, and no ssh agent is running (SSH_AUTH_SOCK)');
  return askAgent(hop, agentSocket);
}

async function readKeyFile(hop: Hop, path: string): Promise<Identity> {
  const text = await readSmallFile(path, KEY_LIMIT_BYTES).catch((cause: unknown) => {
    throw unusable(hop, `cannot read ${path}: ${reasonOf(cause)}`);
  });
  const key = ssh2.utils.parseKey(text);
  if (key instanceof Error) {
    if (/encrypted/i.test(key.message)) {
      throw unusable(
        hop,
        `${path} is encrypted with a passphrase. Load it into an ssh agent (ssh-add ${path}) and leave identity_file out`,
      );
    }
    throw unusable(
      hop,
      `${path} is no private key that tcpcheck reads (ed25519, ECDSA or RSA): ${key.message}`,
    );
  }
  if (!key.isPrivateKey()) throw unusable(hop, `${path} holds a public key, not the private one`);
  return {
    method: { type: 'publickey', username: hop.host.user, key },
    what: `the key ${path} (${key.type} ${fingerprintOf(key.getPublicSSH())})`,
    close: () => undefined,
  };
}

async function askAgent(hop: Hop, socketPath: string): Promise<Identity> {
  const agent = new ClosableAgent(socketPath);
  let keys = 0;
  try {
    keys = await countKeys(agent);
  } catch (cause) {
    agent.close();
    throw unusable(hop, `the ssh agent at ${socketPath} does not answer: ${reasonOf(cause)}`);
  }
  if (keys === 0) throw unusable(hop, `the ssh agent at ${socketPath} holds no key; load one with ssh-add`);
  return {
    method: { type: 'agent', username: hop.host.user, agent },
    what: `the ${keys} key${keys === 1 ? '' : 's'} of the ssh agent at ${socketPath}`,
    close: () => agent.close(),
  };
}

async function countKeys(agent: ClosableAgent): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`no answer within ${AGENT_TIMEOUT_MS} ms`)),
      AGENT_TIMEOUT_MS,
    );
    agent.getIdentities((error, keys) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve(keys?.length ?? 0);
    });
  });
}

/** ssh2 leaves the connection to an agent that never answers open, which would keep the process alive. */
class ClosableAgent extends ssh2.OpenSSHAgent {
  readonly #streams = new Set<Duplex>();

  override getStream(callback: GetStreamCallback): void {
    super.getStream((error, stream) => {
      if (stream !== undefined) {
        this.#streams.add(stream);
        stream.once('close', () => this.#streams.delete(stream));
      }
      callback(error, stream);
    });
  }

  close(): void {
    for (const stream of this.#streams) stream.destroy();
  }
}

const unusable = (hop: Hop, why: string): TcpcheckError =>
  new TcpcheckError('SSH_KEY_UNREADABLE', `${describeHop(hop)}: no key to log in with: ${why}`);
