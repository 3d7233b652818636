import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // Two workers: the local cloud starts a Java process per file that needs it.
    maxWorkers: 2,
  },
});
