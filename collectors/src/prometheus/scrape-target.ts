import type { ScrapeState, SeriesName } from '../model/scrape-sample.ts';
import type { SourceDeps } from '../pipeline/source-deps.ts';
import { longestSpreadMs } from './counter-deltas.ts';
import { deriveOperations } from './derive-operations.ts';
import { deriveRows } from './derive-rows.ts';
import { deriveZones } from './derive-zones.ts';
import type { InternTable } from './intern-table.ts';
import { createExpositionParser } from './parse-exposition.ts';
import { nothingDerived, originOf, rederive, type DerivedScrape } from './rederive.ts';
import { fetchPage, ScrapeError, type ScrapeLimits } from './scrape.ts';
import { SeriesTable, type Series, type SeriesBudget, type SeriesLimits } from './series-table.ts';
import type { ReadingContext } from './series-meaning.ts';
import type { Target } from './targets.ts';
import { wantsSeries } from './decode-series.ts';

/** What a scraper of one target needs beside the common dependencies. */
export interface TargetOptions {
  readonly feed: string;
  readonly target: Target;
  readonly limits: ScrapeLimits & SeriesLimits;
  readonly reading: Omit<ReadingContext, 'components' | 'targetLabels'>;
  readonly budget: SeriesBudget;
  readonly interned: InternTable;
  readonly fetch: typeof globalThis.fetch;
}

/** What is to be stored of one scrape, in this order; kept until all of it is stored. */
interface Unstored extends DerivedScrape {
  readonly names: readonly SeriesName[];
  readonly state: ScrapeState;
  /** Samples of the page that these hold. */
  readonly samples: number;
}

interface Outcome {
  readonly up: -1 | 0 | 1;
  readonly received: number;
  readonly stored: number;
  readonly rejected: number;
  readonly dropped: number;
  readonly durationMs: number;
  readonly samples: number;
  readonly seriesAdded: number;
  readonly newestMs: number;
  readonly error: string;
}

const maxNamedLines = 10;
/** Clocks are set right by less all the time. */
const clockBackMs = 1_000;

/**
 * Scrapes one target and stores each interval exactly once, whatever dies in between:
 *
 * 1. At the start the two newest states are read; the rows between them are derived and written again (the writing
 *    may have been cut short), and counting goes on from the newer one.
 * 2. Of each page, names of new series are stored, then the state (the cumulative values), then the rows derived from
 *    it. Only when all are stored does the page become the one to compare with.
 * 3. Where the store fails, the same three are tried again, unchanged, before the target is scraped anew. What it
 *    counted meanwhile is in its counters.
 */
export class TargetScraper {
  readonly #deps: SourceDeps;
  readonly #options: TargetOptions;
  readonly #table: SeriesTable;
  #lastMs: number | null = null;
  #loaded = false;
  #unstored: Unstored | null = null;
  #lastError: string | null = null;
  #up: -1 | 0 | 1 = -1;

  constructor(deps: SourceDeps, options: TargetOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#table = this.#newTable();
  }

  /** One scrape, from the exchange to the stored rows. Never throws: what goes wrong is reported. */
  async scrape(): Promise<void> {
    const startedMs = this.#deps.now();
    const nothing = { received: 0, stored: 0, rejected: 0, dropped: 0, durationMs: 0, samples: 0, seriesAdded: 0, newestMs: 0 };
    try {
      if (!this.#loaded) await this.#load();
    } catch (error) {
      this.#report({ ...nothing, up: this.#up, error: `not scraped: ${messageOf(error)}` });
      return;
    }
    const recovered = this.#unstored?.samples ?? 0;
    try {
      if (this.#unstored !== null) await this.#store(this.#unstored);
    } catch (error) {
      this.#report({ ...nothing, up: this.#up, error: `not scraped: ${messageOf(error)}` });
      return;
    }
    let outcome: Outcome;
    try {
      outcome = await this.#scrapeAndStore(startedMs);
    } catch (error) {
      const message = error instanceof ScrapeError ? error.message : `the page could not be read: ${messageOf(error)}`;
      outcome = { ...nothing, up: 0, durationMs: this.#deps.now() - startedMs, error: message };
    }
    this.#report({ ...outcome, received: outcome.received + recovered, stored: outcome.stored + recovered });
  }

  /** Gives up the memory of the target. What is stored of it stays. */
  close(): void {
    this.#table.close();
  }

  async #load(): Promise<void> {
    const { tenant, sink } = this.#deps;
    const { feed, target } = this.#options;
    const [newer, older] = await sink.lastScrapeStates(tenant, feed, target.name);
    if (newer !== undefined) {
      const names = await sink.seriesNamesOf(tenant, newer.series);
      this.#table.load({ series: [...newer.series], values: [...newer.values] }, names, newer.timeMs);
      if (older !== undefined) await this.#storeDerived(rederive(newer, older, (series) => this.#table.meaningOf(series)));
      this.#lastMs = newer.timeMs;
    }
    this.#loaded = true;
  }

  async #scrapeAndStore(startedMs: number): Promise<Outcome> {
    const { timeMs, samples, rejected } = await this.#readPage();
    const table = this.#table;
    const { tenant } = this.#deps;
    const { feed, target } = this.#options;
    const names = table.nameFresh(tenant);
    const state: ScrapeState = { tenant, feed, target: target.name, timeMs, ...table.state() };
    const taken = samples - table.notCounts;
    const lost = { rejected: rejected + table.notCounts, dropped: table.overLimit };
    const error = [
      table.overLimit > 0 ? `${table.overLimit} series beyond the limit of series per target or in total` : '',
      this.#lastMs !== null && timeMs - this.#lastMs > longestSpreadMs ? `not scraped for ${hours(timeMs - this.#lastMs)} h: what was counted meanwhile is not told` : '',
      timeMs > this.#deps.now() + clockBackMs ? `the clock of this machine went back behind the scrape before: until it is past ${new Date(timeMs).toISOString()}, what is counted is stored at that time` : '',
    ].filter((reason) => reason !== '').join('; ');
    const outcome = { up: 1 as const, ...lost, durationMs: this.#deps.now() - startedMs, samples, seriesAdded: table.added, newestMs: timeMs };
    this.#unstored = { names, state, ...this.#derived(this.#lastMs, state), samples: taken };
    try {
      await this.#store(this.#unstored);
      return { ...outcome, received: taken + lost.rejected + lost.dropped, stored: taken, error };
    } catch (failure) {
      // Kept and tried again before the next scrape, and counted then.
      return { ...outcome, received: lost.rejected + lost.dropped, stored: 0, error: messageOf(failure) };
    }
  }

  async #readPage(): Promise<{ timeMs: number; samples: number; rejected: number }> {
    const { limits, target, fetch, interned } = this.#options;
    const table = this.#table;
    let timeMs = 0, samples = 0, rejected = 0;
    let end = (): void => undefined;
    await fetchPage(target, limits, fetch, (format) => {
      timeMs = Math.max(this.#deps.now(), (this.#lastMs ?? 0) + 1);
      table.beginPage(timeMs);
      const parser = createExpositionParser<Series>({
        wants: wantsSeries,
        series: (name, labels, key) => table.admit(name, labels, key),
        sample(series, value) {
          samples++;
          table.take(series, value);
        },
        malformed: (line, reason, sample) => {
          table.malformed();
          if (++rejected <= maxNamedLines) this.#reject(`line ${line}: ${reason}`, 1, sample);
        },
      }, { format, cache: table.cache, interned });
      end = () => void parser.end();
      return parser;
    });
    end();
    if (rejected > maxNamedLines) this.#reject('further lines that cannot be read', rejected - maxNamedLines, '');
    if (table.notCounts > 0) this.#reject('a counter that is NaN, infinite or negative', table.notCounts, '');
    return { timeMs, samples, rejected };
  }

  #derived(fromMs: number | null, state: ScrapeState): DerivedScrape {
    if (fromMs === null || state.timeMs - fromMs > longestSpreadMs) return nothingDerived;
    const { pairs, tellsFailures } = this.#table.pairs();
    const interval = { tenant: state.tenant, feed: state.feed, origin: originOf(state), fromMs, toMs: state.timeMs, tellsFailures };
    return { rows: deriveRows(pairs, interval), operations: deriveOperations(pairs, interval), zones: deriveZones(pairs, interval) };
  }

  async #storeDerived({ rows, operations, zones }: DerivedScrape): Promise<void> {
    const { sink } = this.#deps;
    if (rows.length > 0) await sink.edgeTraffic(rows);
    if (operations.length > 0) await sink.edgeOperations(operations);
    if (zones.length > 0) await sink.edgeZoneTraffic(zones);
  }

  async #store(unstored: Unstored): Promise<void> {
    const { sink } = this.#deps;
    if (unstored.names.length > 0) await sink.seriesNames(unstored.names);
    this.#table.freshNamed();
    await sink.scrapeState([unstored.state]);
    await this.#storeDerived(unstored);
    this.#table.commit();
    this.#lastMs = unstored.state.timeMs;
    this.#unstored = null;
  }

  #newTable(): SeriesTable {
    const { reading, target, limits, budget } = this.#options;
    return new SeriesTable({ ...reading, targetLabels: target.labels }, limits, budget);
  }

  #reject(reason: string, count: number, sample: string): void {
    const { tenant, log, now } = this.#deps;
    const { feed, target } = this.#options;
    log.reject({ tenant, timeMs: now(), source: 'scrape', feed, target: target.name, reason, count, sample });
  }

  #report(outcome: Outcome): void {
    const { tenant, log, logger, now } = this.#deps;
    const { feed, target } = this.#options;
    this.#up = outcome.up;
    log.report({ tenant, timeMs: now(), source: 'scrape', feed, target: target.name, lostUpstream: 0, ...outcome });
    // Said once when it changes, not at every interval.
    if (outcome.error !== this.#lastError) {
      if (outcome.error !== '') logger.warn({ feed, target: target.name, error: outcome.error }, 'scrape');
      else if (this.#lastError !== null) logger.info({ feed, target: target.name }, 'scrape: up again');
    }
    this.#lastError = outcome.error;
    logger.debug({ feed, target: target.name, series: this.#table.size, ...outcome }, 'scraped');
  }
}

function hours(ms: number): string {
  return (ms / 3_600_000).toFixed(1).replace(/\.0$/, '');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
