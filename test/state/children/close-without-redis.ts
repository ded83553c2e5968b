/** Closes everything while Redis, which the test kills after `ready`, is away; must then end by itself. */
import { once } from 'node:events';
import { openState } from '../../../src/state/open-state.ts';

const state = await openState({ connection: { kind: 'socket', path: process.argv[2] ?? '' } });
const worker = state.workers.startDiagnoseWorker(async () => undefined, { concurrency: 1 });
await state.wake.host('web-1', 'person');
console.log('ready');
await once(process, 'SIGTERM');
await worker.close(500);
await state.close();
console.log('closed');
