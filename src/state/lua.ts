import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** One atomic step inside Redis. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

/**
 * A hung Redis executes what lies in its socket buffers when it comes back, long after the caller has told
 * somebody that it failed. So every step that writes carries the moment (on Redis' own clock) after which
 * nobody waits for it any more, and does nothing then.
 */
const GUARD = `
local clock = redis.call('TIME')
if clock[1] * 1000 + clock[2] / 1000 > tonumber(ARGV[1]) then
  return redis.error_reply('LATE the caller has given up')
end
`;

/** A step that writes; its own arguments start at ARGV[2]. */
export const writing = (lua: string): Script => plain(GUARD + lua);

/** A step that may happen at whatever time. */
export function plain(lua: string): Script {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') };
}

/** Runs a step by its hash, and by its text when Redis has not seen it yet (new, restarted or flushed). */
export async function runScript(
  redis: Redis,
  script: Script,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  try {
    return await redis.evalsha(script.sha, keys.length, ...keys, ...args);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
    return redis.eval(script.lua, keys.length, ...keys, ...args);
  }
}
