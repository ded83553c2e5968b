import { createHash } from 'node:crypto';
import type { StoreContext } from './context.ts';
import type { Turn } from './link.ts';
import { writing } from './lua.ts';
import type { ChangeOrder } from './queue-plan.ts';

/** A go is valid for 60 s, so an order is worth nothing after that. */
const GIVEN_SECONDS = 90;
/** That it was taken is kept well beyond the validity of any go. */
const TAKEN_SECONDS = 24 * 3_600;

/**
 * BullMQ's jobs alone cannot promise "at most once": a hung Redis may execute an `add` after its caller was
 * told that it failed. So an order counts only once it is given, which is a step that is never done late, and
 * taking it is the one step after which it is executed.
 */
const GIVE = writing(`
local held = redis.call('GET', KEYS[1])
if held and held ~= 'given' then return 0 end
redis.call('SET', KEYS[1], 'given', 'EX', ARGV[2])
return 1
`);

const TAKE = writing(`
local held = redis.call('GET', KEYS[1])
if held == ARGV[3] then return 1 end
if held ~= 'given' then return 0 end
redis.call('SET', KEYS[1], ARGV[3], 'EX', ARGV[2])
return 1
`);

/** One id per change and go; also the id of its job. */
export const orderId = ({ changeId, go }: ChangeOrder): string =>
  `go-${createHash('sha256')
    .update(JSON.stringify([changeId, go.payload, go.signature]))
    .digest('hex')
    .slice(0, 40)}`;

/** Makes the order count. False when it was executed already. */
export async function giveOrder(turn: Turn, { keys }: StoreContext, order: ChangeOrder): Promise<boolean> {
  return (await turn.script(GIVE, [keys.order(orderId(order))], [GIVEN_SECONDS])) === 1;
}

/** True for one taker only, however often it asks, and only once the order was given. */
export async function takeOrder(
  { link, keys }: StoreContext,
  order: ChangeOrder,
  taker: string,
): Promise<boolean> {
  const reply = await link.write('take an order', async (turn) =>
    turn.script(TAKE, [keys.order(orderId(order))], [TAKEN_SECONDS, `taken ${taker}`]),
  );
  return reply === 1;
}
