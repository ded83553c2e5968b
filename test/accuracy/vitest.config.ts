import { defineConfig } from 'vitest/config';

/** What takes half an hour and more: `ACCURACY_SLOW=1 npm run accuracy`. */
const isSlow = process.env['ACCURACY_SLOW'] === '1';

/** `npm run accuracy`: every lab host through the real code path. */
export default defineConfig({
  test: {
    include: [isSlow ? 'test/accuracy/*.slow.ts' : 'test/accuracy/*.accuracy.ts'],
    hookTimeout: 60_000,
    pool: 'forks',
    // Hosts mostly wait for their window; more at once than this, or another load beside it, would starve two cores: a
    // burst then looks like a flood, and packets that come late like loss.
    maxConcurrency: 6,
    // As for the tests, once more in CI for a real kernel that was late, which is said beside the host.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    reporters: ['verbose'],
  },
});
