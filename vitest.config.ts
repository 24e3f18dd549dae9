import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

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
    // A limit is for what hangs: what is waited for comes late on a busy machine.
    testTimeout: 180_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 30_000 } },
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
});
