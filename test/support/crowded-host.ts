import { randomBytes } from 'node:crypto';
import type { Check } from '../../src/core/checklist/check.ts';
import { CHECKLIST } from '../../src/core/checklist/checklist.ts';
import { composeScript } from '../../src/core/checklist/compose-script.ts';
import { REMOTE_COMMAND } from '../../src/core/checklist/remote-command.ts';
import { createSectionReader } from '../../src/core/checklist/section-reader.ts';
import { CAPTURE_SCHEMA, type Capture } from '../../src/core/domain/capture.ts';
import type { LabHost } from '../../src/demo/lab/host.ts';

/** Sockets to be made inside a host, all of them towards its own service. */
export interface Crowd {
  /** Connections that the service has closed: one TIME-WAIT each, for a minute. */
  readonly timeWait: number;
  /** Open connections: two sockets each. */
  readonly established: number;
}

/** What one run of the whole checklist took from the host. */
export interface Cost {
  /** Processor time of everything that was started, user and system. */
  readonly cpuS: number;
  /** Script to the host and output from it. */
  readonly bytes: number;
  readonly capture: Capture;
}

/**
 * Makes sockets as fast as Python can. Each source address of 127.0.0.0/8 has a port range of its own; a process may
 * open 20,000 descriptors where nobody raised the limit, so the open connections are spread over several.
 */
const PROGRAM = `
import os, socket, sys, time
time_wait, established = (int(word) for word in sys.argv[1:3])
PER_SOURCE, PER_PROCESS = 20000, 9000

def connections(worker, count, keep):
    server = socket.create_server(("127.0.0.1", 9000 + worker), backlog=4096)
    kept = []
    for n in range(count):
        client = socket.socket()
        client.setsockopt(0, 24, 1)
        client.bind((f"127.{2 + worker}.0.{1 + n // PER_SOURCE}", 0))
        client.connect(server.getsockname())
        served = server.accept()[0]
        if keep:
            kept += [client, served]
        else:
            served.close()
            client.close()
    return server, kept

for worker in range(-(-established // PER_PROCESS)):
    if os.fork() == 0:
        held = connections(100 + worker, min(PER_PROCESS, established - worker * PER_PROCESS), True)
        print("ready", flush=True)
        time.sleep(600)
        os._exit(0)
for worker in range(2):
    if os.fork() == 0:
        held = connections(worker, time_wait // 2, False)
        print("ready", flush=True)
        time.sleep(600)
        os._exit(0)
time.sleep(600)
`;

/** Longest that a loaded machine may need for all of them. */
const FILL_MS = 300_000;

/** Fills a host; the sockets in TIME-WAIT are gone after a minute. */
export async function fill(host: LabHost, { timeWait, established }: Crowd): Promise<void> {
  await host.setSysctl('net.ipv4.tcp_max_tw_buckets', '400000');
  await host.setSysctl('net.ipv4.ip_local_port_range', '10000 65000');
  await host.writeFile('/run/lab/crowd.py', PROGRAM);
  const workers = Math.ceil(established / 9000) + 2;
  const { stdout } = await host.exec(
    [
      'sh',
      '-c',
      `: >/run/lab/crowd
python3 /run/lab/crowd.py ${timeWait} ${established} >/run/lab/crowd 2>&1 &
until [ "$(grep -c . /run/lab/crowd)" -ge ${workers} ]; do sleep 0.1; done
cat /run/lab/crowd`,
    ],
    { timeoutMs: FILL_MS },
  );
  if (!/^(ready\n)+$/.test(stdout)) throw new Error(`the host could not be filled: ${stdout}`);
}

/** Runs its first argument as sshd would, and tells the processor time of all that came of it: user and system. */
const MEASURED = `
import resource, subprocess, sys
subprocess.run(["sh", "-c", sys.argv[1]])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, file=sys.stderr)`;

/** Processor seconds of a command line inside a host, and what it printed. */
export async function spentOn(
  host: LabHost,
  command: string,
  stdin = '',
): Promise<{ readonly cpuS: number; readonly stdout: string }> {
  const { stdout, stderr } = await host.exec(['python3', '-c', MEASURED, command], {
    stdin,
    timeoutMs: 150_000,
  });
  const cpuS = Number(stderr.trim().split('\n').at(-1));
  if (!(cpuS > 0)) throw new Error(`no processor time in ${stderr}`);
  return { cpuS, stdout };
}

/** Runs the checklist, or some of it, inside a host, by the command line of a real run, and adds up what it took. */
export async function costOf(
  host: LabHost,
  windowS: number,
  checks: readonly Check[] = CHECKLIST,
): Promise<Cost> {
  const nonce = randomBytes(12).toString('hex');
  const stdin = composeScript({ checks, windowS, nonce });
  const { cpuS, stdout } = await spentOn(host, REMOTE_COMMAND(120), stdin);
  const reader = createSectionReader(nonce);
  const sections = [...reader.push(stdout), ...reader.end().sections];
  return {
    cpuS,
    bytes: Buffer.byteLength(stdin) + Buffer.byteLength(stdout),
    capture: { schema: CAPTURE_SCHEMA, host: host.name, windowMs: windowS * 1000, sections },
  };
}

/** Processes that were started inside a host so far: it counts its own, and nothing else runs in a quiet one. */
export const startedIn = async (host: LabHost): Promise<number> =>
  Number((await host.exec(['sh', '-c', 'echo $$'])).stdout);
