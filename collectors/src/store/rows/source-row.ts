import type { Rejection, SourceReport } from '../../model/source-report.ts';
import { dateTime64Ms, float64, int8, lowCardinality, string, uint64 } from '../native-types.ts';
import { column, tableRow } from '../native-block.ts';

/** Columns of `source_reports`: every row counts. */
export const sourceReportRow = tableRow<SourceReport>('source_reports', [
  column('tenant', lowCardinality, (r) => r.tenant),
  column('time', dateTime64Ms, (r) => r.timeMs),
  column('source', lowCardinality, (r) => r.source),
  column('feed', lowCardinality, (r) => r.feed),
  column('target', string, (r) => r.target),
  column('received', uint64, (r) => r.received),
  column('stored', uint64, (r) => r.stored),
  column('rejected', uint64, (r) => r.rejected),
  column('dropped', uint64, (r) => r.dropped),
  column('lost_upstream', uint64, (r) => r.lostUpstream),
  column('up', int8, (r) => r.up),
  column('duration_ms', float64, (r) => r.durationMs),
  column('samples', uint64, (r) => r.samples),
  column('series_added', uint64, (r) => r.seriesAdded),
  column('newest', dateTime64Ms, (r) => r.newestMs),
  column('error', string, (r) => r.error),
]);

/** Columns of `rejections`: every row counts. */
export const rejectionRow = tableRow<Rejection>('rejections', [
  column('tenant', lowCardinality, (r) => r.tenant),
  column('time', dateTime64Ms, (r) => r.timeMs),
  column('source', lowCardinality, (r) => r.source),
  column('feed', lowCardinality, (r) => r.feed),
  column('target', string, (r) => r.target),
  column('reason', string, (r) => r.reason),
  column('count', uint64, (r) => r.count),
  column('sample', string, (r) => r.sample),
]);
