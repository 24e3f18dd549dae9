import type { Rejection, SourceReport } from '@orrery/collectors/model/source-report';
import { ingestOutcomes, type SelfMetrics } from './metrics.ts';

interface SourceLogLike {
  report(report: SourceReport): void;
  reject(rejection: Rejection): void;
}

/** Different (source, feed) pairs that get label values of their own; the rest is counted as `_other`. */
const maxFeeds = 500;

/** A source log that also counts into the metrics. */
export function observeSourceLog(log: SourceLogLike, metrics: SelfMetrics): SourceLogLike {
  const feeds = new Set<string>();
  return {
    report(report) {
      const key = `${report.source} ${report.feed}`;
      const known = feeds.has(key) || feeds.size < maxFeeds;
      if (known) feeds.add(key);
      const labels = { source: report.source, feed: known ? report.feed : '_other' };
      for (const outcome of ingestOutcomes) metrics.ingest[outcome].inc(labels, Math.max(0, report[outcome]));
      log.report(report);
    },
    reject: (rejection) => log.reject(rejection),
  };
}
