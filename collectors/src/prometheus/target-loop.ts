import type { SourceDeps } from '../pipeline/source-deps.ts';
import type { ScrapeConfig, ScrapeJob } from './config.ts';
import { hash64 } from './hash64.ts';
import type { InternTable } from './intern-table.ts';
import { TargetScraper } from './scrape-target.ts';
import type { SeriesBudget } from './series-table.ts';
import { nameMatcher } from './series-meaning.ts';
import type { Slots } from './slots.ts';
import { nextScrapeMs, offsetMs, type Target } from './targets.ts';

/** What the loops of all targets have in common. */
export interface Shared {
  readonly config: ScrapeConfig;
  readonly deps: SourceDeps;
  readonly fetch: typeof globalThis.fetch;
  readonly slots: Slots;
  readonly budget: SeriesBudget;
  readonly interned: InternTable;
}

/** Scrapes one target at its own moment of every interval. A scrape that takes longer than that skips the next. */
export class TargetLoop {
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
      reading: { cluster: job.cluster, gateways: nameMatcher(config.gateways), eastWestGateways: nameMatcher(config.eastWestGateways), waypoints: nameMatcher(config.waypoints) },
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
