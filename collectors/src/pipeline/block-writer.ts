import type { AccessLog } from '../model/access-log.ts';
import type { EdgeOperation } from '../model/edge-operation.ts';
import type { EdgeTraffic } from '../model/edge-traffic.ts';
import type { EdgeZoneTraffic } from '../model/edge-zone-traffic.ts';
import type { Flow } from '../model/flow.ts';
import type { ScrapeState, SeriesName } from '../model/scrape-sample.ts';
import type { Rejection, SourceReport } from '../model/source-report.ts';
import type { Span } from '../model/span.ts';

/**
 * What the pipeline needs of the store. Each write is one block: it resolves when ClickHouse has the rows, and the
 * same token again writes nothing twice. A failure that no retry can mend carries `permanent: true`.
 */
export interface BlockWriter {
  spans(rows: readonly Span[], token: string): Promise<void>;
  flows(rows: readonly Flow[], token: string): Promise<void>;
  accessLogs(rows: readonly AccessLog[], token: string): Promise<void>;
  edgeTraffic(rows: readonly EdgeTraffic[], token: string): Promise<void>;
  edgeOperations(rows: readonly EdgeOperation[], token: string): Promise<void>;
  edgeZoneTraffic(rows: readonly EdgeZoneTraffic[], token: string): Promise<void>;
  seriesNames(rows: readonly SeriesName[], token: string): Promise<void>;
  scrapeStates(rows: readonly ScrapeState[], token: string): Promise<void>;
  sourceReports(rows: readonly SourceReport[], token: string): Promise<void>;
  rejections(rows: readonly Rejection[], token: string): Promise<void>;
}

/** What the pipeline reads back at start or hand-over, so that counters continue. */
export interface ScrapeMemory {
  lastScrapeStates(tenant: string, feed: string, target: string): Promise<readonly ScrapeState[]>;
  seriesNamesOf(tenant: string, series: readonly bigint[]): Promise<ReadonlyMap<bigint, SeriesName>>;
}

/** Whether a failed write is worth another try. */
export function isPermanent(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'permanent' in error && error.permanent === true;
}
