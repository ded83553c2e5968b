/** Starts the embedded Redis in argv[2], prints the server's pid and waits to be killed. */
import { Redis } from 'ioredis';
import { startEmbeddedRedis } from '../../../src/state/embedded/embedded-redis.ts';

const { socketPath } = await startEmbeddedRedis({ dataDir: process.argv[2] ?? '' });
const client = new Redis({ path: socketPath });
await client.set('by', 'parent');
const info = await client.info('server');
console.log(/process_id:(\d+)/.exec(info)?.[1]);
setInterval(() => undefined, 60_000);
