import { defineConfig } from 'vitest/config';

/** `npm run accuracy`: every lab host through the real code path. */
export default defineConfig({
  test: {
    include: ['test/accuracy/*.accuracy.ts'],
    hookTimeout: 60_000,
    pool: 'forks',
    // Hosts mostly wait for their window; more at once than this would starve two cores.
    maxConcurrency: 4,
    reporters: ['verbose'],
  },
});
