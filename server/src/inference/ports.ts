import type { TimeWindow } from '@orrery/collectors/model/time-window';
import type { Edge } from '@orrery/collectors/model/edge';
import type { EdgeTraffic, Instrument, Side } from '@orrery/collectors/model/edge-traffic';
import type { LatencyCounts, LatencyLayout } from '@orrery/collectors/model/latency-layout';
import type { Counts } from './counts.ts';
import type { RowReading } from './row-reading.ts';

/** Whose data, mandatory for every read. `namespaces` null = all; [] = none. */
export interface Scope {
  readonly tenant: string;
  readonly namespaces: readonly string[] | null;
}

/**
 * One (edge, instrument, side, feed, intent, layout) summed over a window's buckets: what the graph is built from.
 * `edge` is null where `edges` has no name for the id.
 */
export interface EdgeWindow extends Omit<EdgeTraffic, 'edge' | 'bucket' | 'origin' | 'tenant' | 'responses' | 'latency'> {
  readonly edgeId: string;
  readonly edge: Edge | null;
  /** By `responseKey`. */
  readonly responses: Counts<string>;
  /** By bound index of `layout`. */
  readonly latency: Counts<number>;
  /** Unix seconds of the oldest and newest bucket with this row. */
  readonly firstBucket: number;
  readonly lastBucket: number;
}

/** The same for one bucket: a point of a time series. */
export interface EdgeBucket extends EdgeWindow {
  readonly bucket: number;
}

/** What one (edge, instrument, side, feed) did of one operation, over a window. */
export interface OperationWindow {
  readonly edgeId: string;
  readonly instrument: Instrument;
  readonly side: Side;
  readonly feed: string;
  /** Route, method or operation; `_other` for those beyond the busiest. */
  readonly operation: string;
  readonly requests: number;
  readonly errors: number;
  readonly requestsEstimated: number;
  readonly layout: LatencyLayout | null;
  readonly latency: LatencyCounts;
}

export interface OperationReader {
  /** Of the given stored edges (32 hex digits each), null for all of the scope; one item per layout. */
  operations(scope: Scope, window: TimeWindow, edgeIds: readonly string[] | null): Promise<readonly OperationWindow[]>;
  /** Changes whenever operations were written; cheap. */
  changeToken(): Promise<string>;
}

/** The first and the last bucket with data, Unix seconds; of no data from `Infinity` to `-Infinity`. */
export interface BucketRange { readonly first: number; readonly last: number }

/** Reads the waist. Implementations deduplicate by natural key and choose nothing: choosing is inference's work. */
export interface TrafficReader {
  edgeWindows(scope: Scope, window: TimeWindow): Promise<readonly EdgeWindow[]>;
  /**
   * The same rows as columns. Who asked may let them go.
   * @param watched whether the same is asked for again and again: then they are kept, and the next know how they differ
   */
  readEdges(scope: Scope, window: TimeWindow, watched?: boolean): Promise<RowReading>;
  /** Only the given stored edges (32 hex digits each), one item per bucket. */
  edgeBuckets(scope: Scope, window: TimeWindow, edgeIds: readonly string[]): Promise<readonly EdgeBucket[]>;
  /**
   * The first and the last bucket of a window with data of anybody, as its rows would tell them; of none from `Infinity` to `-Infinity`.
   * A graph of some namespaces covers the same seconds as that of all: else the same edge would have two rates.
   */
  dataRange(tenant: string, window: TimeWindow): Promise<BucketRange>;
  /** Unix seconds of the oldest bucket, by the finest tier that still tells when data began; null if there is no data. */
  oldestBucket(scope: Scope): Promise<number | null>;
  /** Changes whenever any row was written for the tenant; cheap; what a tick compares. */
  changeToken(scope: Scope): Promise<string>;
}
