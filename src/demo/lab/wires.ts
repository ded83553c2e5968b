import { randomInt } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { TcpcheckError } from '../../core/domain/errors.ts';
import type { Box } from './box.ts';
import { must, run } from './commands.ts';

/** Address of the host on the network where its remote servers and clients live. */
export const HOST_TRAFFIC_ADDRESS = '10.99.0.1';
/** Addresses of the peer namespace; the first is the usual one, the others play many destinations. */
export const PEER_ADDRESSES: readonly string[] = Array.from({ length: 40 }, (_, n) => `10.99.0.${n + 2}`);
export const PEER_ADDRESS = '10.99.0.2';

/** The management network between the machine and one host; carries ssh and nothing else. */
export interface Wires {
  /** Where the machine reaches the host. */
  readonly address: string;
  /** Interface in the machine's own namespace. */
  readonly link: string;
}

/** 10.213.0.0/16 holds this many /30 networks. */
const SUBNETS = 16_384;
/** With thousands of free networks a second try is already rare. */
const CLAIM_TRIES = 50;

/** Wires a host to the machine (management) and to its peer (traffic). */
export async function connectWires(host: Box, peer: Box): Promise<Wires> {
  const { link, machine, address } = await claimSubnet(host);
  await batch(
    ['ip'],
    [
      `addr add ${machine}/30 dev ${link}`,
      `link set ${link} up`,
      `link add eth0 netns ${host.pid} type veth peer name eth0 netns ${peer.pid}`,
    ],
  );
  await Promise.all([
    batch(host.inside(['ip']), [
      'link set lo up',
      `addr add ${address}/30 dev mgmt0`,
      'link set mgmt0 up',
      `addr add ${HOST_TRAFFIC_ADDRESS}/24 dev eth0`,
      'link set eth0 up',
    ]),
    batch(peer.inside(['ip']), [
      'link set lo up',
      ...PEER_ADDRESSES.map((each) => `addr add ${each}/24 dev eth0`),
      'link set eth0 up',
    ]),
  ]);
  return { address, link };
}

/**
 * Cuts the host off from the machine: packets vanish, nothing answers. The neighbour entry is pinned first,
 * since otherwise the machine would notice after three seconds and say "no route to host".
 */
export async function cutWires(host: Box, { address, link }: Wires): Promise<void> {
  const shown = await must(host.inside(['cat', '/sys/class/net/mgmt0/address']));
  await must(['ip', 'neigh', 'replace', address, 'lladdr', shown.trim(), 'dev', link, 'nud', 'permanent']);
  await must(host.inside(['ip', 'link', 'set', 'mgmt0', 'down']));
}

/** Undoes `cutWires`; connections that survived go on. */
export async function mendWires(host: Box, { address, link }: Wires): Promise<void> {
  await must(host.inside(['ip', 'link', 'set', 'mgmt0', 'up']));
  await must(['ip', 'neigh', 'del', address, 'dev', link]);
}

/** Removes the veth where it is still there; the kernel does so by itself when the host's namespace ends. */
export async function removeLink(link: string): Promise<void> {
  await run(['ip', 'link', 'del', link]);
}

/**
 * Takes a free /30. The interface is named after its network, so that the kernel, which refuses a second
 * interface of the same name, settles the race between labs that start at the same moment.
 */
async function claimSubnet(host: Box): Promise<{ link: string; machine: string; address: string }> {
  const taken = new Set(
    Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map((one) => one.address)),
  );
  for (let attempt = 0; attempt < CLAIM_TRIES; attempt += 1) {
    const index = randomInt(SUBNETS);
    const machine = addressAt(index * 4 + 1);
    const address = addressAt(index * 4 + 2);
    if (taken.has(machine) || taken.has(address)) continue;
    const link = `tcplab-${index.toString(16).padStart(4, '0')}`;
    const add = [
      'ip',
      'link',
      'add',
      link,
      'type',
      'veth',
      'peer',
      'name',
      'mgmt0',
      'netns',
      String(host.pid),
    ];
    const { exit, stderr } = await run(add);
    if (exit === 0) return { link, machine, address };
    if (!stderr.includes('File exists')) {
      throw new TcpcheckError(
        'LAB_FAILED',
        `${add.join(' ')}: wanted exit 0, got ${exit} (${stderr.trim()})`,
      );
    }
  }
  throw new TcpcheckError('LAB_FAILED', `no free /30 in 10.213.0.0/16 after ${CLAIM_TRIES} tries`);
}

const addressAt = (offset: number): string => `10.213.${offset >> 8}.${offset & 255}`;

async function batch(ip: readonly string[], lines: readonly string[]): Promise<void> {
  await must([...ip, '-batch', '-'], { stdin: `${lines.join('\n')}\n` });
}
