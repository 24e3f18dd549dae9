import type { RunningSource, SourceDeps } from '../pipeline/source-deps.ts';
import type { ScrapeConfig, ScrapeJob } from './config.ts';
import { FileTargets } from './file-targets.ts';
import { hash64 } from './hash64.ts';
import { InternTable } from './intern-table.ts';
import { TargetScraper } from './scrape-target.ts';
import type { SeriesBudget } from './series-table.ts';
import { nameMatcher } from './series-meaning.ts';
import { makeTarget, nextScrapeMs, offsetMs, TargetError, withoutRepeats, type Target } from './targets.ts';

/** Starts scraping the configured jobs. Resolves once all their targets are scheduled; throws on a static target that is none. */
export async function startScraping(config: ScrapeConfig, deps: SourceDeps, fetch: typeof globalThis.fetch = globalThis.fetch): Promise<RunningSource> {
  const shared: Shared = { config, deps, fetch, slots: new Slots(config.concurrency), budget: { used: 0, limit: config.maxSeries }, interned: new InternTable() };
  const jobs = config.jobs.map((job) => new JobRunner(job, shared));
  await Promise.all(jobs.map((job) => job.refresh()));
  const timer = setInterval(() => void Promise.all(jobs.map((job) => job.refresh())), config.fileRefreshSeconds * 1000);
  return {
    addresses: [],
    async stop() {
      clearInterval(timer);
      await Promise.all(jobs.map((job) => job.stop()));
    },
  };
}

interface Shared {
  readonly config: ScrapeConfig;
  readonly deps: SourceDeps;
  readonly fetch: typeof globalThis.fetch;
  readonly slots: Slots;
  readonly budget: SeriesBudget;
  readonly interned: InternTable;
}

/** Keeps one loop for each target of a job, as the files say at the moment. */
class JobRunner {
  readonly #job: ScrapeJob;
  readonly #shared: Shared;
  readonly #static: readonly Target[];
  readonly #files: FileTargets;
  readonly #loops = new Map<string, TargetLoop>();
  readonly #ending = new Set<Promise<void>>();
  #refreshing: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(job: ScrapeJob, shared: Shared) {
    this.#job = job;
    this.#shared = shared;
    this.#static = job.targets.map((address) => staticTarget(address, job));
    this.#files = new FileTargets(job.files, job);
  }

  /** Reads the target files and starts and ends loops accordingly; one reading at a time. */
  refresh(): Promise<void> {
    this.#refreshing = this.#refreshing.then(() => this.#refresh());
    return this.#refreshing;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#refreshing;
    for (const name of [...this.#loops.keys()]) this.#end(name);
    await Promise.all(this.#ending);
  }

  async #refresh(): Promise<void> {
    if (this.#stopped) return;
    const found = await this.#files.read((path, reason) => this.#reportFile(path, reason));
    if (this.#stopped) return;
    const targets = new Map(withoutRepeats([...this.#static, ...found]).map((target) => [target.name, target]));
    for (const [name, loop] of this.#loops) {
      if (!sameTarget(loop.target, targets.get(name))) this.#end(name);
    }
    // A changed target goes on where its former loop ended: two at once would count twice.
    await Promise.all(this.#ending);
    if (this.#stopped) return;
    for (const [name, target] of targets) {
      if (!this.#loops.has(name)) this.#loops.set(name, new TargetLoop(target, this.#job, this.#shared));
    }
  }

  #end(name: string): void {
    const loop = this.#loops.get(name);
    this.#loops.delete(name);
    if (loop === undefined) return;
    const ended = loop.stop().finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }

  #reportFile(path: string, error: string): void {
    const { deps } = this.#shared;
    deps.log.report({
      tenant: deps.tenant, timeMs: deps.now(), source: 'scrape', feed: `scrape:${this.#job.name}`, target: path,
      received: 0, stored: 0, rejected: 0, dropped: 0, lostUpstream: 0, up: -1, durationMs: 0, newestMs: 0, error: `targets file: ${error}`,
    });
  }
}

/** Scrapes one target at its own moment of every interval. A scrape that takes longer than that skips the next. */
class TargetLoop {
  readonly target: Target;
  readonly #scraper: TargetScraper;
  readonly #shared: Shared;
  readonly #intervalMs: number;
  readonly #offset: number;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(target: Target, job: ScrapeJob, shared: Shared) {
    this.target = target;
    this.#shared = shared;
    this.#intervalMs = job.intervalSeconds * 1000;
    this.#offset = offsetMs(hash64(target.name), this.#intervalMs);
    const { config, deps, fetch, budget, interned } = shared;
    this.#scraper = new TargetScraper(deps, {
      feed: `scrape:${job.name}`, target, fetch, budget, interned,
      limits: { timeoutMs: job.timeoutSeconds * 1000, bodyBytes: job.maxBodyBytes, series: job.maxSeriesPerTarget, services: job.maxServicesPerTarget },
      reading: { cluster: job.cluster, gateways: nameMatcher(config.gateways), waypoints: nameMatcher(config.waypoints) },
    });
    this.#schedule();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
    this.#scraper.close();
  }

  #schedule(): void {
    const now = this.#shared.deps.now();
    this.#timer = setTimeout(() => { this.#running = this.#tick(); }, nextScrapeMs(now, this.#offset, this.#intervalMs) - now);
  }

  async #tick(): Promise<void> {
    await this.#shared.slots.use(async () => {
      if (!this.#stopped) await this.#scraper.scrape();
    });
    if (!this.#stopped) this.#schedule();
  }
}

/** Lets a bounded number of tasks run at once; the others wait in their order. There is one at most for each target. */
class Slots {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  async use(task: () => Promise<void>): Promise<void> {
    if (this.#free === 0) await new Promise<void>((resume) => this.#waiting.push(resume));
    else this.#free--;
    try {
      await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}

function staticTarget(address: string, job: ScrapeJob): Target {
  try {
    return makeTarget(address, job.labels, job);
  } catch (error) {
    if (error instanceof TargetError) throw new TargetError(`scrape job ${job.name}: ${error.message}`, { cause: error });
    throw error;
  }
}

function sameTarget(a: Target, b: Target | undefined): boolean {
  return b !== undefined && a.url === b.url && a.authorization === b.authorization
    && JSON.stringify([...a.labels].sort()) === JSON.stringify([...b.labels].sort());
}
