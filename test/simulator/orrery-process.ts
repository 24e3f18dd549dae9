import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = resolve(import.meta.dirname, '../..');
const main = join(root, 'server/dist/main.js');
/** As `npm start` runs it. */
const settings = JSON.parse(readFileSync(join(root, 'server/bin/process.json'), 'utf8')) as { readonly nodeArgs: readonly string[]; readonly v8Flags: readonly string[]; readonly env: Readonly<Record<string, string>> };

export interface OrreryOptions {
  /** Where configuration, log and store go. */
  readonly dataDir: string;
  /** Beside `server`, `store` and `otlp`, which are set here. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly ports?: Partial<OrreryPorts>;
  /** More environment for the child. */
  readonly env?: Readonly<Record<string, string>>;
  readonly logLevel?: string;
}

export interface OrreryPorts { readonly http: number; readonly otlpGrpc: number; readonly otlpHttp: number }

/** The built server as a child process, with its configuration in a file: what a user runs. */
export interface OrreryProcess {
  readonly url: string;
  readonly ports: OrreryPorts;
  readonly pid: number;
  /** From spawning until `/readyz` answered 200. */
  readonly readyMs: number;
  /** What it printed, the last 64 KiB. */
  output(): string;
  /** Resolves with its exit. */
  readonly exited: Promise<void>;
  /** Sends SIGTERM, after 15 s SIGKILL. */
  stop(): Promise<void>;
}

/**
 * A port of loopback that was free a moment ago, below those that the system gives to who asks for any:
 * nothing but another caller takes it before it is used, or while what listens on it starts anew.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(12_000, 32_000);
    const isFree = await new Promise<boolean>((done) => {
      const server = createServer();
      server.once('error', () => { done(false); });
      server.listen(port, '127.0.0.1', () => server.close(() => { done(true); }));
    });
    if (isFree) return port;
  }
}

/**
 * Starts the server and waits until it is ready.
 * @throws Error with its last output when it exits or is not ready within `timeoutMs`.
 */
export async function startOrrery(options: OrreryOptions, timeoutMs = 120_000): Promise<OrreryProcess> {
  if (!existsSync(main)) throw new Error(`${main} is missing: build the server first (npm run build)`);
  const ports = {
    http: options.ports?.http ?? await freePort(),
    otlpGrpc: options.ports?.otlpGrpc ?? await freePort(),
    otlpHttp: options.ports?.otlpHttp ?? await freePort(),
  };
  mkdirSync(options.dataDir, { recursive: true });
  const configFile = join(options.dataDir, 'orrery.yaml');
  // JSON is YAML too.
  writeFileSync(configFile, JSON.stringify({
    ...options.config,
    server: { host: '127.0.0.1', port: ports.http },
    store: { dataDir: join(options.dataDir, 'store') },
    otlp: { grpcPort: ports.otlpGrpc, httpPort: ports.otlpHttp },
    self: { logLevel: options.logLevel ?? 'warn' },
  }, null, 2));

  const started = performance.now();
  // In a process group of its own: Ctrl-C reaches it by `stop` alone, once, and it ends in order.
  const child = spawn(process.execPath, [...settings.nodeArgs, ...settings.v8Flags, main, 'serve', '--config', configFile], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], detached: true, env: childEnvironment(options.env) });
  let output = '';
  const keep = (chunk: Buffer): void => { output = (output + chunk.toString()).slice(-65_536); };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exited = new Promise<void>((done) => { child.once('exit', () => { done(); }); });
  const url = `http://127.0.0.1:${ports.http}`;
  for (;;) {
    if (hasExited(child)) throw new Error(`the server ended with ${child.exitCode ?? child.signalCode}:\n${output}`);
    if (await isReady(url)) break;
    if (performance.now() - started > timeoutMs) {
      child.kill('SIGKILL');
      throw new Error(`the server was not ready within ${timeoutMs} ms:\n${output}`);
    }
    await sleep(20);
  }
  return {
    url, ports, exited, pid: child.pid ?? 0, readyMs: performance.now() - started,
    output: () => output,
    async stop() {
      if (hasExited(child)) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await exited;
      clearTimeout(timer);
    },
  };
}

const hasExited = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

/** The parent's environment without Orrery's own variables, which would override the written configuration. */
function childEnvironment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !name.startsWith('ORRERY_') && name !== 'CLICKHOUSE_URL' && name !== 'NODE_OPTIONS') env[name] = value;
  }
  return { ...settings.env, ...env, ...more };
}
