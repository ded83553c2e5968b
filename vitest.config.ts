import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real servers, kernels and browsers answer within seconds; a test that needs longer says so itself.
    testTimeout: 20_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Two cores are the smallest machine we test on; most tests wait for kernels and windows, not for a core.
    maxWorkers: 3,
    reporters: ['default'],
  },
});
