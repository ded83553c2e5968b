import type { Program } from './program.ts';
import { SERVICE_PORT, SMALL_BACKLOG, type WorkloadPrograms } from './workload-programs.ts';

/** Sick inside a container (an accept queue that overflows), and nothing of it seen from the host outside. */
export interface ContainedSpec {
  readonly kind: 'contained-slow-accept';
}

/** The container, as Docker would know it. */
export const CONTAINER = { name: 'shop', id: '5ca1ab1e'.repeat(8) } as const;

/** A server that accepts too slowly, and its clients; the program makes a namespace for each. */
export function containedPrograms(): WorkloadPrograms {
  const server = ['slow', `--backlog=${SMALL_BACKLOG}`, '--rate=15', '--name=web'];
  const clients = ['--rate=45', '--opening=40', '--ready-on=failure'];
  const application: Program = {
    side: 'host',
    file: 'container.py',
    args: [
      `--container=${CONTAINER.name}`,
      `--id=${CONTAINER.id}`,
      `--port=${SERVICE_PORT}`,
      ...server.map((word) => `--server=${word}`),
      ...clients.map((word) => `--clients=${word}`),
    ],
  };
  return { servers: [], drivers: [application], application, sysctls: {} };
}
