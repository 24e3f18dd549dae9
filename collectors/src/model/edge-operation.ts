import { edgeText, type Edge } from './edge.ts';
import type { Instrument, Side } from './edge-traffic.ts';
import type { LatencyCounts, LatencyLayout } from './latency-layout.ts';

/** What one operation of an edge did in one minute, as one instrument on one side told by one feed. */
export interface EdgeOperation {
  readonly tenant: string;
  /** Start of the minute, Unix seconds. */
  readonly bucket: number;
  readonly edge: Edge;
  readonly instrument: Instrument;
  readonly side: Side;
  readonly feed: string;
  /** Route, method or operation, e.g. `GET /orders/{id}`; `_other` for those beyond the busiest. Never ''. */
  readonly operation: string;
  /** As in `EdgeTraffic`. */
  readonly origin: bigint;
  /** 0 marks a withdrawn row: a recomputed bucket no longer has this operation. */
  readonly requests: number;
  readonly errors: number;
  /** Sampling-corrected. */
  readonly requestsEstimated: number;
  readonly layout: LatencyLayout | null;
  readonly latency: LatencyCounts;
}

/** Seconds of a bucket. */
export const operationStep = 60;
/** Operations that an edge has names for in a bucket, beside `_other`. */
export const operationsPerEdge = 50;
/** Joins the operations beyond `operationsPerEdge`. */
export const otherOperation = '_other';

const longestName = 200;

/** An operation's name as it is stored: one line of bounded length. */
export function operationName(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim().slice(0, longestName);
}

/**
 * The rows with all but the busiest 50 operations of each edge, bucket, instrument, side, feed and origin added up as
 * `_other`. Requests, errors and latency counts are conserved; of equally busy ones those stay whose names sort first.
 */
export function boundOperations(rows: readonly EdgeOperation[]): EdgeOperation[] {
  const groups = new Map<string, EdgeOperation[]>();
  for (const row of rows) {
    const key = `${row.bucket} ${row.instrument} ${row.side} ${row.origin} ${row.feed} ${edgeText(row.tenant, row.edge)}`;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()].flatMap(boundGroup);
}

function boundGroup(rows: readonly EdgeOperation[]): EdgeOperation[] {
  const requests = new Map<string, number>();
  for (const row of rows) if (row.operation !== otherOperation) requests.set(row.operation, (requests.get(row.operation) ?? 0) + row.requests);
  if (requests.size <= operationsPerEdge) return [...rows];
  const busiest = [...requests].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, operationsPerEdge);
  const named = new Set(busiest.map(([operation]) => operation));
  const others = new Map<number, EdgeOperation>();
  for (const row of rows) {
    if (named.has(row.operation)) continue;
    const layout = row.layout?.id ?? 0;
    const sum = others.get(layout);
    others.set(layout, sum ? added(sum, row) : { ...row, operation: otherOperation });
  }
  return [...rows.filter((row) => named.has(row.operation)), ...others.values()];
}

/** Two rows of one key as one. */
export function added(a: EdgeOperation, b: EdgeOperation): EdgeOperation {
  const latency = new Map(a.latency);
  for (const [index, count] of b.latency) latency.set(index, (latency.get(index) ?? 0) + count);
  return { ...a, requests: a.requests + b.requests, errors: a.errors + b.errors, requestsEstimated: a.requestsEstimated + b.requestsEstimated, latency };
}
