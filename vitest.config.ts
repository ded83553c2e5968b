import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real servers, kernels and browsers answer within seconds; a test that needs longer says so itself.
    testTimeout: 20_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Two cores are the smallest machine we test on; more forks would only fight over them.
    maxWorkers: 2,
    reporters: ['default'],
  },
});
