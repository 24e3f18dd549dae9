import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

/** Tests beside sources that share nothing but the process: one worker runs many files of theirs, which spares a start for each. */
const units = [
  'collectors/src/{envoy,hubble,istio,model,otlp,pipeline,prometheus}/**/*.test.ts',
  'server/src/{alerts,api,commands,compare,inference,promql,validation}/**/*.test.ts',
  'web/src/**/*.test.ts',
];

/** One test run for the whole house: unit tests beside their source, the rest under `test/`. */
export default defineConfig({
  resolve: {
    conditions: ['development'],
    // Node gives packages the CommonJS build of graphql, Vite would give us the other: two realms of one library.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  ssr: { resolve: { conditions: ['development'] } },
  test: {
    // A limit is for what hangs: what is waited for comes late on a busy machine.
    testTimeout: 180_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 30_000 } },
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'processes', include: ['collectors/src/**/*.test.ts', 'server/src/**/*.test.ts', 'test/**/*.test.ts'], exclude: ['**/node_modules/**', ...units] } },
      { extends: true, test: { name: 'units', include: units, isolate: false } },
    ],
  },
});
