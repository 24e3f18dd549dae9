import type { Flow } from '@orrery/collectors/model/flow';
import type { Rejection, SourceReport } from '@orrery/collectors/model/source-report';
import type { SourceDeps } from '@orrery/collectors/pipeline/source-deps';
import pino from 'pino';

/** A sink for flows in memory that keeps rows by their natural key, as the table does, and can be told to fail. */
export interface FlowSink {
  readonly deps: SourceDeps;
  /** Rows by node, time and id. */
  readonly rows: ReadonlyMap<string, Flow>;
  readonly reports: readonly SourceReport[];
  readonly rejections: readonly Rejection[];
  /** What the next calls reject with, one by one. */
  readonly failures: Error[];
  /** Sizes of the batches that were stored. */
  readonly batches: readonly number[];
  /** Sum of a count over all reports. */
  total(count: 'received' | 'stored' | 'rejected' | 'dropped' | 'lostUpstream'): number;
  /** Called before each batch is stored. */
  beforeStore: () => Promise<void> | void;
}

/** Empty, and never failing until it is told to. @param now Unix ms */
export function flowSink(now: () => number = Date.now): FlowSink {
  const rows = new Map<string, Flow>();
  const reports: SourceReport[] = [], rejections: Rejection[] = [], failures: Error[] = [], batches: number[] = [];
  const unused = (): Promise<never> => Promise.reject(new Error('not a source of this kind of row'));
  const sink: FlowSink = {
    rows, reports, rejections, failures, batches,
    beforeStore: () => {},
    total: (count) => reports.reduce((sum, report) => sum + report[count], 0),
    deps: {
      tenant: 'default',
      now,
      logger: pino({ level: 'silent' }),
      log: { report: (report) => reports.push(report), reject: (rejection) => rejections.push(rejection) },
      sink: {
        spans: unused, accessLogs: unused, edgeTraffic: unused, edgeOperations: unused, edgeZoneTraffic: unused, seriesNames: unused, scrapeState: unused, lastScrapeStates: unused, seriesNamesOf: unused,
        flows: async (batch) => {
          await sink.beforeStore();
          const failure = failures.shift();
          if (failure) throw failure;
          batches.push(batch.length);
          for (const row of batch) rows.set(`${row.node} ${row.timeNs} ${row.id}`, row);
        },
      },
    },
  };
  return sink;
}

/** Waits until `condition` holds; the test's own time limit is the only one. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
