import type { Rejection } from '@orrery/collectors/model/source-report';
import type { Scope } from '../../inference/ports.ts';
import type { SourceReader, SourceSummary } from '../../sources/source-reader.ts';
import { inRange } from '../in-range.ts';
import { scrapeHistory, type AskedWindow, type ScrapeHistory, type ScrapeReader } from './scrape-history.ts';

/** `DataSource` of the schema. */
export interface DataSource {
  readonly source: string;
  readonly feed: string;
  readonly target: string;
  readonly state: 'live' | 'stale' | 'down' | 'silent';
  readonly newestMs: number | null;
  readonly lastReportMs: number | null;
  readonly received: number;
  readonly stored: number;
  readonly rejected: number;
  readonly dropped: number;
  readonly lostUpstream: number;
  readonly up: boolean | null;
  readonly durationMs: number | null;
  readonly samples: number | null;
  readonly seriesAdded: number;
  readonly error: string;
}

/** `Rejection` of the schema. */
export type RejectionObject = Omit<Rejection, 'tenant'>;

/** What sources sent and what became of it. Every method may throw `ApiError`. */
export interface Sources {
  dataSources(minutes: number): Promise<readonly DataSource[]>;
  /** Of a window in Unix seconds. */
  scrapeHistory(window: AskedWindow): Promise<ScrapeHistory>;
  rejections(minutes: number, limit: number): Promise<readonly RejectionObject[]>;
}

const maxMinutes = 1_440;
const maxRejections = 1_000;
/** Newest datum older than this: stale. Twice the usual longest scrape interval. */
const staleAfterMs = 120_000;

/** Answers of a tenant. @param now Unix milliseconds */
export function createSources(tenant: string, reader: SourceReader & ScrapeReader, now: () => number): Sources {
  const scope: Scope = { tenant, namespaces: null };
  const since = (minutes: number): number => now() - inRange('minutes', minutes, 1, maxMinutes) * 60_000;
  return {
    dataSources: async (minutes) => (await reader.summaries(scope, since(minutes))).map((summary) => dataSource(summary, now())),
    scrapeHistory: (window) => scrapeHistory(reader, scope, window, now() / 1000),
    rejections: (minutes, limit) => reader.rejections(scope, since(minutes), inRange('limit', limit, 1, maxRejections)),
  };
}

/** A summary with its state: down by its last report, silent without data, stale when its newest datum is old. */
function dataSource(summary: SourceSummary, now: number): DataSource {
  const { source, feed, target, received, stored, rejected, dropped, lostUpstream, seriesAdded, error } = summary;
  const state = summary.up === 0 ? 'down' : summary.newestMs === 0 ? 'silent' : now - summary.newestMs > staleAfterMs ? 'stale' : 'live';
  return {
    source, feed, target, state, received, stored, rejected, dropped, lostUpstream, seriesAdded, error,
    newestMs: summary.newestMs === 0 ? null : summary.newestMs,
    lastReportMs: summary.lastReportMs === 0 ? null : summary.lastReportMs,
    up: summary.up === -1 ? null : summary.up === 1,
    durationMs: summary.up === -1 ? null : summary.durationMs,
    samples: source === 'scrape' && summary.up !== -1 ? summary.samples : null,
  };
}
