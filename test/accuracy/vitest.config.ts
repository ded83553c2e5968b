import { defineConfig } from 'vitest/config';

/** What takes half an hour and more: `ACCURACY_SLOW=1 npm run accuracy`. */
const isSlow = process.env['ACCURACY_SLOW'] === '1';

/** `npm run accuracy`: every lab host through the real code path. */
export default defineConfig({
  test: {
    include: [isSlow ? 'test/accuracy/*.slow.ts' : 'test/accuracy/*.accuracy.ts'],
    hookTimeout: 60_000,
    pool: 'forks',
    // Hosts wait for their window, most of the time: one takes a second and a half of a core in twenty seconds. More at
    // once, beside the demo's story in CI, would make a burst look like a flood (measured on a machine ten times as busy).
    maxConcurrency: 5,
    reporters: ['verbose'],
  },
});
