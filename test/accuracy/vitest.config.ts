import { defineConfig } from 'vitest/config';

/** `npm run accuracy`: every lab host through the real code path. */
export default defineConfig({
  test: {
    include: ['test/accuracy/*.accuracy.ts'],
    hookTimeout: 60_000,
    pool: 'forks',
    // Hosts wait for their window, most of the time: one takes two seconds of a core in twenty, so these take about a
    // third of two cores, and the demo's story beside them in CI has room.
    maxConcurrency: 6,
    reporters: ['verbose'],
  },
});
