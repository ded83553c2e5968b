import type { LocalMessage } from './message.ts';
import type { World } from './world.ts';

/** How many of the last messages the error quotes. */
const QUOTED = 5;

/** Looks at what is there, then at each change, for no longer than told. */
export function awaitChange(
  world: World,
  wanted: (message: LocalMessage) => boolean,
  timeoutMs: number,
): Promise<LocalMessage> {
  const people = [...world.workspace.users.keys()];
  const ephemerals = people.flatMap((userId) => world.messages.ephemerals(userId));
  const there = [...world.messages.all(), ...ephemerals].find(wanted);
  if (there !== undefined) return Promise.resolve(there);
  return new Promise((resolve, reject) => {
    const stop = world.onChange((change) => {
      if (change.kind !== 'message' || !wanted(change.message)) return;
      clearTimeout(timer);
      stop();
      resolve(change.message);
    });
    const timer = setTimeout(() => {
      stop();
      const last = world.messages
        .all()
        .slice(-QUOTED)
        .map(({ text }) => JSON.stringify(text.slice(0, 100)));
      const seen = last.length === 0 ? 'nothing was posted' : `the last messages say ${last.join(', ')}`;
      reject(new Error(`waited ${String(timeoutMs)} ms for a message that did not come; ${seen}`));
    }, timeoutMs);
  });
}
