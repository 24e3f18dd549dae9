import type { AccessLog } from '../model/access-log.ts';
import type { EdgeOperation } from '../model/edge-operation.ts';
import type { EdgeTraffic } from '../model/edge-traffic.ts';
import type { EdgeZoneTraffic } from '../model/edge-zone-traffic.ts';
import type { Flow } from '../model/flow.ts';
import type { Rejection, SourceReport } from '../model/source-report.ts';
import type { ScrapeState, SeriesName } from '../model/scrape-sample.ts';
import type { Span } from '../model/span.ts';

/**
 * Where sources put what they decoded. Every method resolves once the rows are in ClickHouse, so an
 * acknowledgement may follow it; it rejects with `Overloaded` when the queue is full (nothing was kept),
 * or with `StoreUnavailable` after the retries of one block are used up (rows may or may not be stored:
 * resending counts once, because every row has a natural key).
 */
export interface Sink {
  spans(rows: readonly Span[]): Promise<void>;
  flows(rows: readonly Flow[]): Promise<void>;
  accessLogs(rows: readonly AccessLog[]): Promise<void>;
  edgeTraffic(rows: readonly EdgeTraffic[]): Promise<void>;
  edgeOperations(rows: readonly EdgeOperation[]): Promise<void>;
  edgeZoneTraffic(rows: readonly EdgeZoneTraffic[]): Promise<void>;
  seriesNames(rows: readonly SeriesName[]): Promise<void>;
  scrapeState(rows: readonly ScrapeState[]): Promise<void>;
  /** The last two states of a target, newest first; [] if it was never scraped. */
  lastScrapeStates(tenant: string, feed: string, target: string): Promise<readonly ScrapeState[]>;
  /** Names of series by hash; hashes never stored are missing from the map. */
  seriesNamesOf(tenant: string, series: readonly bigint[]): Promise<ReadonlyMap<bigint, SeriesName>>;
}

/** Counts and health of sources, flushed to the store every few seconds; never blocks and is bounded. */
export interface SourceLog {
  report(report: SourceReport): void;
  reject(rejection: Rejection): void;
}

/** The queue is full: push back with 429/503 and Retry-After, or RESOURCE_EXHAUSTED with RetryInfo. */
export class Overloaded extends Error {
  readonly retryAfterMs: number;
  constructor(retryAfterMs: number) {
    super(`the ingest queue is full; retry after ${retryAfterMs} ms`);
    this.name = 'Overloaded';
    this.retryAfterMs = retryAfterMs;
  }
}

/** The store did not take the block within its retries. Retryable. */
export class StoreUnavailable extends Error {
  readonly retryAfterMs: number;
  constructor(retryAfterMs: number, options?: { cause?: unknown }) {
    super('the store is not available', options);
    this.name = 'StoreUnavailable';
    this.retryAfterMs = retryAfterMs;
  }
}
