import type { Instrument, Intent, Side } from '@orrery/collectors/model/edge-traffic';
import type { Entity } from '@orrery/collectors/model/entity';
import type { TimeWindow } from '@orrery/collectors/model/time-window';
import type { LateRows } from '../quality/source-issues.ts';
import type { Scope } from '../ports.ts';

/** A row as it is stored, one bucket of its tier. */
export interface StoredRow {
  /** Unix seconds. */
  readonly bucket: number;
  readonly edgeId: string;
  readonly instrument: Instrument;
  readonly side: Side;
  readonly feed: string;
  readonly intent: Intent;
  /** 16 hex digits; zeros where a job made it. */
  readonly origin: string;
  readonly measured: number;
  readonly requests: number;
  readonly errors: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly connectionsOpened: number;
  readonly connectionsFailed: number;
  readonly latencyCount: number;
  readonly latencySumMs: number;
  /** By `responseKey`, the most first, at most 20. */
  readonly responses: readonly (readonly [key: string, count: number])[];
  /** Unix milliseconds. */
  readonly storedMs: number;
}

/** A scrape: what rows with its origin were made from. */
export interface StoredScrape { readonly origin: string; readonly feed: string; readonly target: string; readonly timeMs: number }

/** A series whose labels name the ends of an edge. */
export interface StoredSeries { readonly id: string; readonly name: string; readonly labels: ReadonlyMap<string, string> }

/** A flow between two ends. */
export interface StoredFlow { readonly id: string; readonly timeMs: number; readonly text: string }

/** `first` rows from `offset` on. */
export interface Page { readonly first: number; readonly offset: number }

/** One end of an edge as series and flows name it. */
export type End = Pick<Entity, 'namespace' | 'name' | 'app' | 'kind'>;

/** Reads what numbers were made of. */
export interface ProofReader {
  rows(scope: Scope, window: TimeWindow, edgeIds: readonly string[], page: Page): Promise<{ readonly rows: readonly StoredRow[]; readonly total: number }>;
  /** Of the given origins. */
  scrapes(scope: Scope, window: TimeWindow, origins: readonly string[], limit: number): Promise<readonly StoredScrape[]>;
  /** Targets whose scrapes made rows of some edges, by name; only of the time of which the finest tier is kept. */
  targets(scope: Scope, window: Pick<TimeWindow, 'from' | 'to'>, edgeIds: readonly string[], limit: number): Promise<readonly string[]>;
  /** null = any end. */
  series(scope: Scope, source: readonly End[] | null, destination: readonly End[] | null, limit: number): Promise<readonly StoredSeries[]>;
  flows(scope: Scope, window: TimeWindow, source: readonly End[] | null, destination: readonly End[] | null, limit: number): Promise<readonly StoredFlow[]>;
  late(scope: Scope, window: TimeWindow): Promise<readonly LateRows[]>;
}
