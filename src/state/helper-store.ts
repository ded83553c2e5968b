import type { HelperStore } from '../core/domain/ports.ts';
import { valueOrNull, type StoreContext } from './context.ts';
import { RETENTION_SECONDS } from './keys.ts';
import { writing } from './lua.ts';
import { decode } from './records/decode.ts';
import { HelperRecord } from './records/helper-record.ts';

const KEEP = writing(`redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])`);

/** Keeps what workers found of the helpers that are installed on hosts. */
export function helperStore(context: StoreContext): HelperStore {
  const { link, keys } = context;
  return {
    last: async (host) => {
      const text = await link.read('read the state of a helper', async (redis) =>
        redis.get(keys.helper(host)),
      );
      return text === null ? null : valueOrNull(context, `helper of ${host}`, decode(HelperRecord, text));
    },
    keep: async (host, found) => {
      await link.write('keep the state of a helper', async (turn) =>
        turn.script(KEEP, [keys.helper(host)], [JSON.stringify(found), RETENTION_SECONDS]),
      );
    },
  };
}
