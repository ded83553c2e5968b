import type { StoreContext } from './context.ts';
import { writing } from './lua.ts';

/** One sealed text that all bots share; whoever writes it must know what it replaces. */
export interface FreezeStore {
  get(): Promise<string | null>;
  /** False when another text stands there than the one to be replaced. */
  swap(from: string | null, to: string): Promise<boolean>;
}

const SWAP = writing(`
local now = redis.call('GET', KEYS[1]) or ''
if now ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[1], ARGV[3])
return 1
`);

/** Kept for ever: that it is missing means that Redis was emptied. */
export function freezeStore({ link, keys }: StoreContext): FreezeStore {
  return {
    get: async () => link.read('read the freeze', async (redis) => redis.get(keys.freeze)),
    swap: async (from, to) => {
      const reply = await link.write('note the freeze', async (turn) =>
        turn.script(SWAP, [keys.freeze], [from ?? '', to]),
      );
      return reply === 1;
    },
  };
}
