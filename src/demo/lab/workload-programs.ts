import type { Program } from './program.ts';
import type { Sysctls } from './sysctls.ts';
import { HOST_TRAFFIC_ADDRESS } from './wires.ts';

/** The programs of a workload; the driver's figures are the workload's. */
export interface WorkloadPrograms {
  /** Started first, in this order. */
  readonly servers: readonly Program[];
  readonly drivers: readonly [Program, ...Program[]];
  /** The program on the host that plays the application. */
  readonly application: Program;
  /** Values the sickness needs; everything else is stock. */
  readonly sysctls: Sysctls;
}

/** The port applications of the lab serve on, on either side. */
export const SERVICE_PORT = 8080;
/** So few ports that they run out within a second, so many that one call in flight never matters. */
export const SMALL_PORT_RANGE = '40000 40199';
/** Backlog many servers ask for by habit; far below any somaxconn. */
export const SMALL_BACKLOG = 16;

/** A program on the host that serves. */
export function host(file: string, args: readonly string[], name = 'web', port = SERVICE_PORT): Program {
  return { side: 'host', file, args: [...args, `--port=${port}`, `--name=${name}`] };
}

/** Clients at the other end call a server on the host. */
export function inbound(
  application: Program,
  clients: readonly string[],
  sysctls: Sysctls = {},
  file = 'clients.py',
): WorkloadPrograms {
  const args = [`--to=${HOST_TRAFFIC_ADDRESS}:${SERVICE_PORT}`, ...clients];
  return {
    servers: [application],
    drivers: [{ side: 'peer', file, args }],
    application,
    sysctls,
  };
}

/** The host calls a server at the other end. */
export function outbound(args: readonly string[], sysctls: Sysctls): WorkloadPrograms {
  const application: Program = { side: 'host', file: 'outbound.py', args: [...args, '--name=api'] };
  const servers: readonly Program[] = [{ side: 'peer', file: 'echo.py', args: [`--port=${SERVICE_PORT}`] }];
  return { servers, drivers: [application], application, sysctls };
}
