import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLab, type Lab } from '../../src/demo/lab/lab.ts';
import { circumstancesOf } from './circumstances.ts';
import { keepalivePart } from './keepalive-table.ts';
import { measureKeepalive, shortfalls, type KeepaliveEffect } from './keepalive.ts';
import { writePart } from './page.ts';
import { startProduct, type Product } from './product.ts';

const WINDOW_S = 5;
/** The first setting alone takes 120 + 9 x 75 s to show, twice; the host takes a change back after so long. */
const CONFIRM_WITHIN_MS = 1_800_000;
const LIMIT_MS = 3_000_000;
/** How many of the offered settings are applied. */
const COUNTS = [1, 2, 3];

/** The settings build on each other, so that each is measured with those before it, on a host of its own. */
describe.concurrent('keepalive settings, measured until dead connections are noticed', () => {
  let lab: Lab;
  let product: Product;
  const effects = new Map<number, KeepaliveEffect>();
  beforeAll(async () => {
    lab = await startLab({ prefix: 'tcpcheck-accuracy-slow' });
    product = await startProduct(WINDOW_S * 1000, CONFIRM_WITHIN_MS);
  });
  afterAll(async () => {
    await lab.stop();
    await product.close();
    const [first, ...others] = COUNTS.flatMap((many) => effects.get(many) ?? []);
    if (first === undefined) return;
    const part = keepalivePart([first, ...others], circumstancesOf(first.diagnosis));
    process.stdout.write(`\n${part}\n`);
    if (effects.size === COUNTS.length) await writePart('slow', part);
  });

  it.each(COUNTS)(
    'the first %d of them',
    async (many) => {
      const host = await lab.addHost({
        name: `keepalive-${many}`,
        workload: { kind: 'inbound-half-open', how: 'slow-keepalive' },
      });
      try {
        const effect = await measureKeepalive({ product, host }, many);
        expect(shortfalls(effect)).toEqual([]);
        effects.set(many, effect);
      } finally {
        await host.stop();
      }
    },
    LIMIT_MS,
  );
});
