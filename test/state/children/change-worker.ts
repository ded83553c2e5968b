/** A change worker on the Redis at argv[2] that prints `start ID` and then works for ever. */
import { openState } from '../../../src/state/open-state.ts';

const state = await openState({ connection: { kind: 'socket', path: process.argv[2] ?? '' } });
state.workers.startChangeWorker(
  async ({ changeId }) => {
    console.log(`start ${changeId}`);
    await new Promise(() => undefined);
  },
  { concurrency: 1 },
);
console.log('ready');
