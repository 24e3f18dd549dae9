import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What Orrery measures of itself, served at `/metrics`. Label values come from configuration and code, never from telemetry. */
export interface SelfMetrics {
  readonly registry: Registry;
  readonly ingest: Readonly<Record<IngestOutcome, Counter<'source' | 'feed'>>>;
  readonly storeDuration: Histogram<'operation'>;
  readonly storeFailures: Counter<'operation'>;
  readonly httpDuration: Histogram<'route' | 'method' | 'status'>;
  readonly graphDuration: Histogram;
  readonly tickDuration: Histogram<never>;
  readonly tickFailures: Counter<never>;
  /** Registers a gauge that is read when it is scraped. */
  gauge(name: string, help: string, labelNames: readonly string[], read: () => readonly Reading[]): void;
  /** The same for what has been counted since the start elsewhere; `name` ends in `_total`. */
  counter(name: string, help: string, labelNames: readonly string[], read: () => readonly Reading[]): void;
}

/** One value of a metric that is read when it is scraped. */
export interface Reading {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What may become of a datum: received = stored + rejected + dropped; `lostUpstream` never came. */
export const ingestOutcomes = ['received', 'stored', 'rejected', 'dropped', 'lostUpstream'] as const;
/** One of `ingestOutcomes`. */
export type IngestOutcome = (typeof ingestOutcomes)[number];

const ingestHelp: Readonly<Record<IngestOutcome, readonly [name: string, help: string]>> = {
  received: ['orrery_ingest_received_total', 'Data that arrived: spans, samples, flows. Equals stored + rejected + dropped when nothing is in flight.'],
  stored: ['orrery_ingest_stored_total', 'Data acknowledged by the store.'],
  rejected: ['orrery_ingest_rejected_total', 'Data refused for good: malformed, too large, not understood.'],
  dropped: ['orrery_ingest_dropped_total', 'Data given up because its sender cannot be pushed back.'],
  lostUpstream: ['orrery_ingest_lost_upstream_total', 'Data that the sender says it lost before it reached Orrery.'],
};

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Gauges of the Node defaults whose names end in `_total`, which OpenMetrics keeps for counters. */
const misnamed = ['nodejs_active_resources_total', 'nodejs_active_handles_total', 'nodejs_active_requests_total'];

/** A registry of its own with every metric of this process, so that two servers in one process do not mix. */
export function createMetrics(): SelfMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  for (const name of misnamed) registry.removeSingleMetric(name);
  const ingest = (outcome: IngestOutcome): Counter<'source' | 'feed'> => {
    const [name, help] = ingestHelp[outcome];
    return new Counter({ name, help, labelNames: ['source', 'feed'], registers });
  };

  return {
    registry,
    ingest: { received: ingest('received'), stored: ingest('stored'), rejected: ingest('rejected'), dropped: ingest('dropped'), lostUpstream: ingest('lostUpstream') },
    storeDuration: new Histogram({ name: 'orrery_store_operation_duration_seconds', help: 'Time of queries, statements and inserts, by name.', labelNames: ['operation'], buckets: seconds, registers }),
    storeFailures: new Counter({ name: 'orrery_store_operation_failures_total', help: 'Queries, statements and inserts that failed, by name.', labelNames: ['operation'], registers }),
    httpDuration: new Histogram({ name: 'orrery_http_request_duration_seconds', help: 'Time until the response was sent, by route.', labelNames: ['route', 'method', 'status'], buckets: seconds, registers }),
    graphDuration: new Histogram({ name: 'orrery_graph_build_duration_seconds', help: 'Time of making a graph that was not kept: reading and inference.', buckets: seconds, registers }),
    tickDuration: new Histogram({ name: 'orrery_live_graph_tick_duration_seconds', help: 'Time of one tick of a live graph.', buckets: seconds, registers }),
    tickFailures: new Counter({ name: 'orrery_live_graph_tick_failures_total', help: 'Ticks of live graphs that failed.', registers }),
    gauge(name, help, labelNames, read) {
      const gauge: Gauge = new Gauge({
        name, help, labelNames: [...labelNames], registers,
        collect: () => {
          for (const { labels, value } of read()) gauge.set(labels, value);
        },
      });
    },
    counter(name, help, labelNames, read) {
      const counter: Counter = new Counter({
        name, help, labelNames: [...labelNames], registers,
        collect: () => {
          counter.reset();
          for (const { labels, value } of read()) counter.inc(labels, value);
        },
      });
    },
  };
}
