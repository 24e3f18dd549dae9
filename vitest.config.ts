import { defineConfig } from 'vitest/config';

/** One test run for the whole house: unit tests beside their source, the rest under `test/`. */
export default defineConfig({
  resolve: {
    conditions: ['development'],
    // Node gives packages the CommonJS build of graphql, Vite would give us the other: two realms of one library.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  ssr: { resolve: { conditions: ['development'] } },
  test: {
    include: [
      'collectors/src/**/*.test.ts',
      'server/src/**/*.test.ts',
      'web/src/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
