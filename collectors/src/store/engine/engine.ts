import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { lockDataDir, type DataDirLock } from './data-dir-lock.ts';
import { engineConfig, engineUsers, type EngineUser } from './engine-config.ts';
import { engineLibrary, thisPlatform } from './library.ts';
import { answers, freePort } from './loopback.ts';

/** `durable`: a row that is acknowledged survives the machine, not only the process. */
export interface EngineOptions {
  readonly dataDir: string;
  readonly database: string;
  readonly memoryBytes: number;
  readonly durable: boolean;
  /** How long the first start may take. */
  readonly startTimeoutMs: number;
}

/** A running engine. Port, path and passwords stay the same over restarts, so a client goes on. */
export interface Engine {
  /** Base URL without credentials, e.g. `http://127.0.0.1:40123`. */
  readonly url: string;
  /** Secret path under which alone it answers. */
  readonly pathname: string;
  readonly app: EngineUser;
  readonly reader: EngineUser;
  /** Of the engine's process now; null while it is being restarted. */
  pid(): number | null;
  isReady(): boolean;
  /** Ends the engine cleanly and gives the data directory free. */
  stop(): Promise<void>;
}

const readyPollMs = 15;
const stopGraceMs = 15_000;
const restartBackoffMs = { first: 50, most: 5_000, healthyAfter: 20_000 };
const orphanWaitMs = 20_000;
const startStatements = `SYSTEM START LISTEN HTTP; SELECT count() FROM file('stdin', 'LineAsString') FORMAT Null`;

/**
 * Starts ClickHouse as a supervised child process on loopback:
 *  1. lock the data directory;
 *  2. write the configuration, with fresh random passwords of which the files hold hashes only;
 *  3. start the host process; its last statement waits on stdin, so closing stdin (or dying) ends it;
 *  4. whenever it dies, start it again with back-off, on the same port.
 * @throws EngineUnsupported, DataDirInUse, or an Error with the engine's last words.
 */
export async function startEngine(options: EngineOptions, logger: Logger): Promise<Engine> {
  const library = engineLibrary(thisPlatform());
  const dataDir = resolve(options.dataDir);
  const configDir = join(dataDir, 'engine');
  mkdirSync(configDir, { recursive: true, mode: 0o700 });
  const lock = await lockDataDir(dataDir, orphanWaitMs);

  try {
    const secret = (): string => randomBytes(24).toString('base64url');
    const app = { name: 'app', password: secret() };
    const reader = { name: 'reader', password: secret() };
    const urlKey = secret();
    const configFile = join(configDir, 'config.xml');
    const usersFile = join(configDir, 'users.xml');
    writeFileSync(configFile, engineConfig({ usersFile, urlKey, memoryBytes: options.memoryBytes, durable: options.durable }), { mode: 0o600 });
    writeFileSync(usersFile, engineUsers(options.database, app, reader), { mode: 0o600 });
    const supervisor = new Supervisor({ library, configFile, dataPath: join(dataDir, 'clickhouse'), lock, pathname: `/${urlKey}`, app, logger });
    await supervisor.start(options.startTimeoutMs);
    return {
      url: `http://127.0.0.1:${supervisor.port}`, pathname: `/${urlKey}`, app, reader,
      pid: () => supervisor.pid(),
      isReady: () => supervisor.isReady(),
      stop: () => supervisor.stop(),
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

interface SupervisorOptions {
  readonly library: string;
  readonly configFile: string;
  readonly dataPath: string;
  readonly lock: DataDirLock;
  readonly pathname: string;
  readonly app: EngineUser;
  readonly logger: Logger;
}

/** Keeps one engine process running until it is told to stop. */
class Supervisor {
  readonly #options: SupervisorOptions;
  #port = 0;
  #child: ChildProcess | null = null;
  #ended: Promise<void> = Promise.resolve();
  #lastWords = '';
  #ready = false;
  #stopping = false;
  #wake = new AbortController();

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  get port(): number {
    return this.#port;
  }

  pid(): number | null {
    return this.#child?.pid ?? null;
  }

  isReady(): boolean {
    return this.#ready;
  }

  /** First start: a port that someone else took in the meantime is replaced, any other failure is final. */
  async start(timeoutMs: number): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      this.#port = await freePort();
      this.#spawn();
      if (await this.#becomesReady(timeoutMs)) break;
      await this.#kill();
      if (attempt < 5 && /already in use|EADDRINUSE/i.test(this.#lastWords)) continue;
      throw new Error(`the embedded ClickHouse engine did not start: ${this.#lastWords.trim() || `no answer within ${timeoutMs} ms`}`);
    }
    void this.#supervise();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#ready = false;
    this.#wake.abort();
    const child = this.#child;
    if (child) {
      child.stdin?.end();
      const late = setTimeout(() => child.kill('SIGKILL'), stopGraceMs);
      await this.#ended;
      clearTimeout(late);
    }
    this.#options.lock.release();
  }

  async #supervise(): Promise<void> {
    let backoff = restartBackoffMs.first;
    for (;;) {
      const since = performance.now();
      await this.#ended;
      this.#ready = false;
      if (this.#stopping) return;
      if (performance.now() - since > restartBackoffMs.healthyAfter) backoff = restartBackoffMs.first;
      this.#options.logger.error({ lastWords: this.#lastWords.trim(), restartInMs: backoff }, 'the embedded ClickHouse engine died; restarting it');
      await sleep(backoff, undefined, { signal: this.#wake.signal }).catch(() => undefined);
      if (this.#stopping) return;
      backoff = Math.min(backoff * 2, restartBackoffMs.most);
      this.#spawn();
      if (await this.#becomesReady(stopGraceMs)) this.#options.logger.info('the embedded ClickHouse engine is back');
      else await this.#kill();
    }
  }

  #spawn(): void {
    const { library, configFile, dataPath, lock, logger } = this.#options;
    const host = join(import.meta.dirname, `engine-host${extname(import.meta.filename)}`);
    const child = spawn(process.execPath, [
      '--disable-warning=ExperimentalWarning', host, library,
      `--path=${dataPath}`, `--http_port=${this.#port}`, '--listen_host=127.0.0.1', `--config-file=${configFile}`,
      '--query', startStatements,
    ], {
      // Its own process group: Ctrl-C reaches the parent alone, which drains before it ends the engine.
      detached: true,
      stdio: ['pipe', 'ignore', 'pipe', lock.engineFd],
      env: { TZ: 'UTC' },
    });
    this.#child = child;
    this.#lastWords = '';
    lock.noteEngine(child.pid);
    child.stdin?.on('error', () => undefined);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-2_000);
      logger.debug({ engine: text.trim() }, 'engine output');
    });
    this.#ended = new Promise((done) => {
      const end = (): void => {
        if (this.#child === child) this.#child = null;
        done();
      };
      child.once('exit', end);
      child.once('error', (error) => {
        this.#lastWords += error.message;
        end();
      });
    });
  }

  async #becomesReady(timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    const { pathname, app } = this.#options;
    while (this.#child !== null && !this.#stopping && performance.now() < deadline) {
      if (await answers(this.#port, pathname, app)) {
        this.#ready = true;
        return true;
      }
      await sleep(readyPollMs);
    }
    return false;
  }

  async #kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#ended;
  }
}
