import type { Rejection, SourceReport } from '@orrery/collectors/model/source-report';
import type { Scope } from '../inference/ports.ts';

/** What one source reported since a time: counts summed, the rest from its last report. */
export interface SourceSummary extends Omit<SourceReport, 'tenant' | 'timeMs'> {
  /** Unix ms. */
  readonly lastReportMs: number;
}

/** Reads what sources said of themselves. */
export interface SourceReader {
  /** By source, feed and target. @param sinceMs Unix ms */
  summaries(scope: Scope, sinceMs: number): Promise<readonly SourceSummary[]>;
  /** Newest first. @param sinceMs Unix ms */
  rejections(scope: Scope, sinceMs: number, limit: number): Promise<readonly Omit<Rejection, 'tenant'>[]>;
}
