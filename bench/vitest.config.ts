import { defineConfig } from 'vitest/config';

/** `npm run bench`: measurements against the budgets of the product, one at a time, each printed as a table. */
export default defineConfig({
  test: {
    include: ['bench/**/*.bench.ts'],
    testTimeout: 900_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    reporters: ['default'],
  },
});
