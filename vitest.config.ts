import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real servers, kernels and browsers answer within seconds; a test that needs longer says so itself.
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Real kernels on a machine that others load are late now and then: once more in CI, which says so beside the test;
    // never at a desk, where a test that wavers is to be mended.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    pool: 'forks',
    // Two cores are the smallest machine we test on; most tests wait for kernels and windows, not for a core.
    maxWorkers: 3,
    reporters: ['default'],
  },
});
