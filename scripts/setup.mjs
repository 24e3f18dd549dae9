// Makes a fresh clone ready, then gets out of the way. Runs on any Node >= 18: it is what installs the pinned one.
// usage: node scripts/setup.mjs [build] [browser]
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const wants = new Set(process.argv.slice(2));
const say = (text) => process.stderr.write(`orrery: ${text}\n`);

/** Hash of the files that decide a step; a step runs again when it changes. */
function digest(paths) {
  const hash = createHash('sha256');
  const add = (path) => {
    if (!existsSync(path)) return;
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) if (name !== 'dist' && name !== 'node_modules') add(join(path, name));
    } else if (!/\.test\.ts$/.test(path)) {
      hash.update(path).update(readFileSync(path));
    }
  };
  for (const path of paths) add(join(root, path));
  return hash.digest('hex');
}

function step(name, paths, done, run) {
  const stampFile = join(root, 'node_modules', `.orrery-${name}`);
  const stamp = digest(paths);
  if (done() && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  run();
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(stampFile, stamp);
}

function sh(command, args) {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (result.status !== 0) {
    say(`«${command} ${args.join(' ')}» failed${result.error ? `: ${result.error.message}` : ` with exit code ${result.status}`}`);
    process.exit(1);
  }
}

const bin = (name) => join(root, 'node_modules', '.bin', name);

step('install', ['package-lock.json', 'package.json'], () => existsSync(bin('tsc')) && existsSync(bin('node')), () => {
  say('installing dependencies (about a minute the first time)');
  sh('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
});

const node = bin('node');
if (!existsSync(node)) {
  say('the pinned Node did not install: npm must be allowed to run the install script of the package «node»');
  process.exit(1);
}

if (wants.has('build')) {
  step('build', ['collectors', 'server', 'tsconfig.base.json'], () => existsSync(join(root, 'server/dist/main.js')), () => {
    say('building collectors and server');
    sh(node, [join(root, 'node_modules/typescript/bin/tsc'), '-b']);
  });
  step('web', ['web', 'server/schema.graphql'], () => existsSync(join(root, 'web/dist/index.html')), () => {
    say('building the console');
    sh(node, [join(root, 'node_modules/vite/bin/vite.js'), 'build', 'web', '--logLevel', 'warn']);
  });
}

if (wants.has('browser')) {
  const chromium = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  if (!existsSync(chromium)) {
    const canApt = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
    if (!canApt) {
      say('the browser tests need Chromium: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH');
      process.exit(1);
    }
    say('installing Chromium for the browser tests');
    execFileSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 2, 2] });
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'], { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  }
}
