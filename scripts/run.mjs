// Runs one habit with the pinned Node: start, demo, build, test, check, conformance, bench, chaos, screenshots.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const [habit, ...rest] = process.argv.slice(2);
const bin = (path) => join(root, 'node_modules', path);
// Not process.execPath: on a fresh clone the shell remembers the older Node that ran the set-up before this one was there.
const node = bin('.bin/node');
const source = ['--conditions=development', '--disable-warning=ExperimentalWarning'];

// How the server is run: a small nursery, a heap that grows slowly and few arenas keep 200 MB of it from lying idle (docs/adr/0020).
const server = JSON.parse(readFileSync(join(root, 'server/bin/process.json'), 'utf8'));

const habits = {
  start: [[...server.nodeArgs, ...server.v8Flags, 'server/dist/main.js', 'serve', ...rest]],
  demo: [[...source, 'test/simulator/demo.ts', ...rest]],
  build: [[bin('typescript/bin/tsc'), '-b'], [bin('vite/bin/vite.js'), 'build', 'web', '--logLevel', 'warn']],
  test: [[bin('vitest/vitest.mjs'), 'run', ...rest]],
  check: [
    [bin('typescript/bin/tsc'), '-b'],
    [bin('typescript/bin/tsc'), '-p', 'test'],
    [bin('svelte-check/bin/svelte-check'), '--workspace', 'web', '--fail-on-warnings'],
    [bin('eslint/bin/eslint.js'), '.', '--max-warnings=0'],
    [bin('dependency-cruiser/bin/dependency-cruiser.mjs'), '--config', '.dependency-cruiser.cjs', 'collectors/src', 'server/src', 'web/src', 'test'],
    ['scripts/check-generated.mjs'],
  ],
  conformance: [[...source, 'test/conformance/run.ts', ...rest]],
  bench: [[...source, 'test/load/run.ts', ...rest]],
  chaos: [[...source, 'test/chaos/run.ts', ...rest]],
  screenshots: [[...source, 'test/e2e/screenshots.ts', ...rest]],
};

const steps = habits[habit ?? ''];
if (!steps) {
  process.stderr.write(`usage: node scripts/run.mjs <${Object.keys(habits).join('|')}> [arguments]\n`);
  process.exit(2);
}

let child;
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child?.kill(signal));
for (const args of steps) {
  const code = await new Promise((done) => {
    child = spawn(node, args, { cwd: root, stdio: 'inherit', ...(habit === 'start' ? { env: { ...server.env, ...process.env } } : {}) });
    child.on('exit', (exit, signal) => {
      if (signal) process.stderr.write(`orrery: ${habit} was ended by ${signal}\n`);
      done(exit ?? 128 + constants.signals[signal]);
    });
  });
  if (code !== 0) process.exit(code);
}
