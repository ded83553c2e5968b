import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A port whose accept queue is full: the kernel drops every further SYN, as a dead or filtered host does. */
export interface BlackHole {
  readonly port: number;
  stop(): void;
}

const LISTENER = `
  const server = require('node:net').createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));
`;
/** More than a backlog of one can hold (the kernel admits backlog + 1). */
const FILLERS = 4;

/** Starts a listener, stops its process so that it accepts nothing, and fills its queue. */
export async function startBlackHole(): Promise<BlackHole> {
  const child = spawn(process.execPath, ['-e', LISTENER], { stdio: ['ignore', 'pipe', 'inherit'] });
  const chunk: unknown = (await once(child.stdout, 'data'))[0];
  const port = Number(String(chunk));
  child.kill('SIGSTOP');
  const fillers: Socket[] = Array.from({ length: FILLERS }, () => connect({ host: '127.0.0.1', port }));
  for (const filler of fillers) filler.on('error', () => undefined);
  await Promise.all(fillers.slice(0, 2).map(async (filler) => once(filler, 'connect')));
  return {
    port,
    stop: () => {
      for (const filler of fillers) filler.destroy();
      child.kill('SIGKILL');
    },
  };
}
