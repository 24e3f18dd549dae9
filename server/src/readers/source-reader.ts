import type { Rejection } from '@orrery/collectors/model/source-report';
import { param, sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import type { SourceReader, SourceSummary } from '../sources/source-reader.ts';

/** Sources are bounded by configuration, their feeds and targets are not: the rest is cut. */
const maxSources = 5_000;

/** Reads what the sources said of themselves. */
export function createSourceReader(store: Pick<Store, 'query'>): SourceReader {
  return {
    summaries: ({ tenant }, sinceMs) => store.query<SourceSummary>(sql`
      SELECT source, feed, target,
        sum(received) AS received, sum(stored) AS stored, sum(rejected) AS rejected, sum(dropped) AS dropped, sum(lost_upstream) AS lostUpstream, sum(series_added) AS seriesAdded,
        argMax(up, time) AS up, argMax(duration_ms, time) AS durationMs, argMax(samples, time) AS samples, toUnixTimestamp64Milli(max(newest)) AS newestMs,
        toUnixTimestamp64Milli(max(time)) AS lastReportMs, argMax(error, time) AS error
      FROM source_reports AS reports
      WHERE tenant = ${tenant} AND reports.time >= fromUnixTimestamp64Milli(${param('Int64', Math.floor(sinceMs))})
      GROUP BY source, feed, target ORDER BY source, feed, target LIMIT ${maxSources}`, { name: 'source summaries', timeoutMs: 10_000 }),

    rejections: ({ tenant }, sinceMs, limit) => store.query<Omit<Rejection, 'tenant'>>(sql`
      SELECT toUnixTimestamp64Milli(time) AS timeMs, source, feed, target, reason, count, sample
      FROM rejections
      WHERE tenant = ${tenant} AND time >= fromUnixTimestamp64Milli(${param('Int64', Math.floor(sinceMs))})
      ORDER BY time DESC, source, feed, target, reason LIMIT ${limit}`, { name: 'rejections', timeoutMs: 10_000 }),
  };
}
