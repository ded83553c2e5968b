import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, TcpcheckError } from '../../core/domain/errors.ts';
import type { LabHost } from './host.ts';
import { buildHost, type HostTraces, type LabHostOptions } from './host-build.ts';
import { knownProcess, removeLeftovers, writeState } from './leftovers.ts';
import { labRequirements } from './requirements.ts';

export interface LabOptions {
  /** First part of the lab's folder; a new lab removes what dead labs of the same prefix left. */
  readonly prefix?: string;
}

/** Some hosts that live as long as this process. */
export interface Lab {
  /** Holds keys and known_hosts of all hosts. */
  readonly dir: string;
  readonly hosts: readonly LabHost[];
  addHost(options: LabHostOptions): Promise<LabHost>;
  /** The host of that name; a bug to ask for one that was not added. */
  host(name: string): LabHost;
  /** Ends every process and removes every namespace, interface and file of the lab. */
  stop(): Promise<void>;
}

/** Starts an empty lab; fails with LAB_UNAVAILABLE where the machine cannot run one. */
export async function startLab({ prefix = 'tcpcheck-lab' }: LabOptions = {}): Promise<Lab> {
  const { ok, missing } = labRequirements();
  if (!ok) throw new TcpcheckError('LAB_UNAVAILABLE', missing.join(' '));
  await removeLeftovers(tmpdir(), prefix);
  const dir = await mkdtemp(join(tmpdir(), `${prefix}-`));
  // Keys lie here; only root looks in, but sshd of no host reads from here.
  await chmod(dir, 0o700);
  const traces = new Map<string, HostTraces>();
  const hosts = new Map<string, LabHost>();
  const starting = new Set<Promise<LabHost>>();
  let saving: Promise<void> = Promise.resolve();
  const save = async (): Promise<void> => {
    saving = saving.then(() => writeState(dir, stateOf([...traces.values()])));
    await saving;
  };
  await save();

  const add = async (options: LabHostOptions): Promise<LabHost> => {
    const leave = async (left: HostTraces | null): Promise<void> => {
      if (left === null) {
        traces.delete(options.name);
        hosts.delete(options.name);
      } else traces.set(options.name, left);
      await save();
    };
    try {
      const host = await buildHost(join(dir, options.name), options, leave);
      hosts.set(options.name, host);
      return host;
    } catch (error) {
      await leave(null);
      throw error;
    }
  };
  return {
    dir,
    get hosts() {
      return [...hosts.values()];
    },
    addHost: async (options) => {
      assert(!traces.has(options.name), `the lab has a host ${options.name} already`);
      traces.set(options.name, { keeperPids: [], link: null });
      const host = add(options);
      starting.add(host);
      return host.finally(() => starting.delete(host));
    },
    host: (name) => {
      const host = hosts.get(name);
      assert(host !== undefined, `the lab has no host ${name}`);
      return host;
    },
    stop: async () => {
      await Promise.allSettled(starting);
      await Promise.all([...hosts.values()].map((host) => host.stop()));
      await saving;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function stateOf(traces: readonly HostTraces[]): Parameters<typeof writeState>[1] {
  const owner = knownProcess(process.pid);
  assert(owner !== null, 'this process lives');
  return {
    owner,
    keepers: traces.flatMap(({ keeperPids }) => keeperPids.flatMap((pid) => knownProcess(pid) ?? [])),
    links: traces.flatMap(({ link }) => link ?? []),
  };
}
