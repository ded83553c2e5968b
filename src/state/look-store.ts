import type { LookStore } from '../core/domain/ports.ts';
import { valueOrNull, type StoreContext } from './context.ts';
import { RETENTION_SECONDS } from './keys.ts';
import { writing } from './lua.ts';
import { decode } from './records/decode.ts';
import { LookRecord } from './records/look-record.ts';

const KEEP = writing(`redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])`);

/** Keeps the counters of each host's last run, one small record per host. */
export function lookStore(context: StoreContext): LookStore {
  const { link, keys } = context;
  return {
    last: async (host) => {
      const text = await link.read('read the last look', async (redis) => redis.get(keys.look(host)));
      return text === null ? null : valueOrNull(context, `look of ${host}`, decode(LookRecord, text));
    },
    keep: async (look) => {
      await link.write('keep the counters of a look', async (turn) =>
        turn.script(KEEP, [keys.look(look.host)], [JSON.stringify(look), RETENTION_SECONDS]),
      );
    },
  };
}
