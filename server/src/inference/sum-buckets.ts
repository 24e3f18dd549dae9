import { plainRow } from './edge-row.ts';
import { summedFields } from './row-columns.ts';
import type { EdgeBucket, EdgeWindow } from './ports.ts';

/** A window row with the bucket rows that it is the sum of, by bucket. */
export interface SummedRow { readonly row: EdgeWindow; readonly buckets: ReadonlyMap<number, EdgeWindow> }

/** Sums bucket rows of equal edge, instrument, side, feed, intent and layout: what a window read of the same buckets gives. */
export function sumBuckets(buckets: readonly EdgeBucket[]): SummedRow[] {
  const groups = new Map<string, EdgeBucket[]>();
  for (const bucket of buckets) {
    const key = JSON.stringify([bucket.edgeId, bucket.instrument, bucket.side, bucket.feed, bucket.intent, bucket.layout?.id ?? 0]);
    const group = groups.get(key);
    if (group) group.push(bucket);
    else groups.set(key, [bucket]);
  }
  return [...groups.values()].map((group) => ({ row: sumRows(group), buckets: byBucket(group) }));
}

/** Two rows of one bucket are parts of it. */
function byBucket(group: readonly EdgeBucket[]): Map<number, EdgeWindow> {
  const buckets = new Map<number, EdgeWindow>();
  for (const row of group) {
    const known = buckets.get(row.bucket);
    buckets.set(row.bucket, known ? sumRows([known, row]) : row);
  }
  return buckets;
}

function sumRows(rows: readonly EdgeWindow[]): EdgeWindow {
  const sum: { -readonly [K in keyof EdgeWindow]: EdgeWindow[K] } = { ...plainRow(rows[0]!) };
  const responses = new Map(sum.responses), latency = new Map(sum.latency);
  const via = new Set(sum.via);
  for (const row of rows.slice(1)) {
    for (const name of summedFields) sum[name] += row[name];
    for (const [key, count] of row.responses) responses.set(key, (responses.get(key) ?? 0) + count);
    for (const [index, count] of row.latency) latency.set(index, (latency.get(index) ?? 0) + count);
    for (const entry of row.via) via.add(entry);
    sum.measured |= row.measured;
    sum.protocols |= row.protocols;
    sum.openConnections = Math.max(sum.openConnections, row.openConnections);
    sum.firstBucket = Math.min(sum.firstBucket, row.firstBucket);
    sum.lastBucket = Math.max(sum.lastBucket, row.lastBucket);
  }
  return { ...sum, responses, latency, via: [...via].sort() };
}
