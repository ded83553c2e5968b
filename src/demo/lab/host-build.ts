import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TcpcheckError } from '../../core/domain/errors.ts';
import { openHostBox, openPeerBox, type Box } from './box.ts';
import { labHost, type LabHost } from './host.ts';
import { makeLogins } from './logins.ts';
import { startSshServer } from './ssh-server.ts';
import { writeStock, writeSysctls, type Sysctls } from './sysctls.ts';
import { connectWires, removeLink } from './wires.ts';
import { startWorkload } from './workload.ts';
import { programsOf, type WorkloadSpec } from './workload-specs.ts';

/** What a lab host is asked to be. */
export interface LabHostOptions {
  /** Host name, and its name in the lab. */
  readonly name: string;
  /** Written after the stock values and those the workload needs; a test sets every value it asserts. */
  readonly sysctls?: Sysctls;
  /** The same for the other end of the traffic network. */
  readonly peerSysctls?: Sysctls;
  readonly workload: WorkloadSpec | null;
  /** Names of logins without root rights. */
  readonly accounts?: readonly string[];
}

/** What a host leaves on the machine if this process dies; the kernel removes the link with the processes. */
export interface HostTraces {
  readonly keeperPids: readonly number[];
  readonly link: string | null;
}

const WORKLOADS_DIR = fileURLToPath(new URL('./workloads', import.meta.url));
/** The host's own copy of the programs. */
const WORKLOADS_INSIDE = '/run/lab/workloads';

/**
 * Builds a host under `dir` and starts its workload. `leave` hears of every trace as soon as there is one, and
 * null when none is left.
 */
export async function buildHost(
  dir: string,
  options: LabHostOptions,
  leave: (traces: HostTraces | null) => Promise<void>,
): Promise<LabHost> {
  const { name, accounts = [], workload } = options;
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) {
    throw new TcpcheckError('LAB_FAILED', `${JSON.stringify(name)} cannot be the name of a lab host`);
  }
  const boxes: Box[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(boxes.map((box) => box.close()));
    await rm(dir, { recursive: true, force: true });
    await leave(null);
  };
  try {
    const stageDir = join(dir, 'stage');
    await mkdir(stageDir, { recursive: true, mode: 0o700 });
    const logins = await makeLogins(dir, name, accounts);
    const peer = await openPeerBox();
    boxes.push(peer);
    const box = await openHostBox({
      stageDir,
      filesDir: logins.filesDir,
      name,
      bootId: randomUUID(),
      workloadsDir: WORKLOADS_DIR,
    });
    boxes.push(box);
    const keeperPids = boxes.map((one) => one.keeperPid);
    await leave({ keeperPids, link: null });
    const wires = await connectWires(box, peer);
    await leave({ keeperPids, link: wires.link });

    const needed = workload === null ? {} : programsOf(workload).sysctls;
    const knownHostsFile = join(dir, 'known_hosts');
    await Promise.all([
      setAll(box, { ...needed, ...options.sysctls }),
      setAll(peer, options.peerSysctls ?? {}),
      writeFile(knownHostsFile, `${wires.address} ${logins.hostKey}\n`),
    ]);
    const sites = {
      host: { box, workloadsDir: WORKLOADS_INSIDE },
      peer: { box: peer, workloadsDir: WORKLOADS_DIR },
    };
    const [ssh, running] = await Promise.all([
      startSshServer(box),
      workload === null ? null : startWorkload(workload, sites),
    ]);
    const stopAll = async (): Promise<void> => {
      await Promise.all(boxes.map((box) => box.close()));
      await removeLink(wires.link);
      await stop();
    };
    return labHost({ name, box, peer, wires, logins, knownHostsFile, ssh, workload: running, stop: stopAll });
  } catch (error) {
    await stop();
    throw error;
  }
}

async function setAll(box: Box, sysctls: Sysctls): Promise<void> {
  await writeStock(box);
  await writeSysctls(box, sysctls);
}
