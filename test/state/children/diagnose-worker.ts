/**
 * A worker on the Redis at argv[2] whose runs take argv[3] ms, however often they are told to stop. Prints
 * `ready`, `start ATTEMPT`, `aborted ATTEMPT`, `finish ATTEMPT true|false`.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { openState } from '../../../src/state/open-state.ts';
import { diagnosis } from '../samples.ts';

const [path = '', holdMs = '0'] = process.argv.slice(2);
const state = await openState({ connection: { kind: 'socket', path } });
state.workers.startDiagnoseWorker(
  async (host, signal) => {
    const claim = await state.runs.claim(host, { id: randomUUID(), nowMs: Date.now(), windowMs: 1_000 });
    if (claim === null) return;
    const { id, attempt } = claim.run;
    console.log(`start ${attempt}`);
    signal.addEventListener('abort', () => console.log(`aborted ${attempt}`));
    await sleep(Number(holdMs));
    const outcome = { diagnosis: diagnosis(), hostKeyFingerprint: null, nowMs: Date.now() };
    console.log(`finish ${attempt} ${await state.runs.finish(id, attempt, outcome)}`);
  },
  { concurrency: 2 },
);
console.log('ready');
