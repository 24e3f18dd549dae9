import type { RunningSource, SourceDeps } from '../pipeline/source-deps.ts';
import type { ScrapeConfig, ScrapeJob } from './config.ts';
import { FileTargets } from './file-targets.ts';
import { InternTable } from './intern-table.ts';
import { Slots } from './slots.ts';
import { TargetLoop, type Shared } from './target-loop.ts';
import { makeTarget, TargetError, withoutRepeats, type Target } from './targets.ts';

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
      received: 0, stored: 0, rejected: 0, dropped: 0, lostUpstream: 0, up: -1, durationMs: 0, samples: 0, seriesAdded: 0, newestMs: 0, error: `targets file: ${error}`,
    });
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
