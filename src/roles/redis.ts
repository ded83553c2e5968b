import type { RedisLook } from '../cli/doctor.ts';
import type { ProcessSettings } from '../config/environment.ts';
import { startEmbeddedRedis } from '../state/embedded/embedded-redis.ts';
import { openState, type OpenState, type StateOptions } from '../state/open-state.ts';
import type { RedisTarget } from '../state/target.ts';
import type { Log } from '../ops/log.ts';

/** The state of this process, and how to let go of it. */
export interface Storage {
  readonly state: OpenState;
  close(): Promise<void>;
}

/** How work is spread over networks. */
type Zones = Pick<StateOptions, 'zoneOf' | 'zone'>;

type Place = Pick<ProcessSettings, 'redis' | 'dataDir'>;

/**
 * Opens the Redis named by REDIS_URL, or the embedded one: started by whoever comes first, adopted by the
 * others, ended by the one that started it.
 */
export async function openStorage(
  place: Place,
  log: Pick<Log, 'problem'>,
  zones: Zones = {},
): Promise<Storage> {
  const embedded =
    place.redis.kind === 'embedded'
      ? await startEmbeddedRedis({ dataDir: place.dataDir, onProblem: log.problem })
      : null;
  const connection: RedisTarget =
    place.redis.kind === 'url' ? place.redis : { kind: 'socket', path: embedded?.socketPath ?? '' };
  const state = await openState({ connection, onProblem: log.problem, ...zones }).catch(
    async (error: unknown) => {
      await embedded?.close();
      throw error;
    },
  );
  for (const warning of state.health().warnings) {
    log.problem({ what: 'this Redis may lose work', code: 'REDIS_UNSAFE', fields: { warning } });
  }
  return {
    state,
    close: async () => {
      await state.close();
      await embedded?.close();
    },
  };
}

/** Opens Redis as the service does, tries it, and lets go of it. */
export async function askRedis(place: Place): Promise<RedisLook> {
  const storage = await openStorage(place, { problem: () => undefined });
  try {
    await storage.state.ping();
    const { redis, warnings } = storage.state.health();
    return { place: redis, warnings, nowMs: await storage.state.redisNowMs() };
  } finally {
    await storage.close();
  }
}
