import { configDefaults, defineConfig } from 'vitest/config';
import { LongestFirst } from './test/order/longest-first.ts';
import { filesInOneProcess } from './test/order/one-process.ts';

const shared = filesInOneProcess();

export default defineConfig({
  test: {
    // Real servers, kernels and browsers answer within seconds; a test that needs longer says so itself.
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Real kernels on a machine that others load are late now and then: once more in CI, which says so beside the test;
    // never at a desk, where a test that wavers is to be mended.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    pool: 'forks',
    // Two cores are the smallest machine we test on; most tests wait for kernels and windows, not for a core: all of them
    // need about 12 min of one core's time.
    maxWorkers: 6,
    sequence: { sequencer: LongestFirst },
    reporters: ['default'],
    projects: [
      {
        extends: true,
        test: {
          name: 'apart',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...shared],
        },
      },
      { extends: true, test: { name: 'together', include: [...shared], isolate: false } },
    ],
  },
});
