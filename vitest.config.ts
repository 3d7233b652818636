import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

/** Tests of what keeps nothing to itself: no process, port or global. They share a worker, and what it has loaded once. */
const pure = ['cli', 'console', 'core', 'functions', 'protocol', 'simulator'].map((folder) => `test/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    // Against what hangs alone: a test that is cut off because the machine is busy goes on beside the next ones, which then fail with it.
    testTimeout: 600_000,
    hookTimeout: 1_200_000,
    expect: { poll: { timeout: 60_000 } },
    // As many as the house's cores: with Java and a browser beside each, three kept both cores busy all the time, and people at the browser waited.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'alone', include: ['test/**/*.test.ts'], exclude: pure } },
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
    ],
  },
});
