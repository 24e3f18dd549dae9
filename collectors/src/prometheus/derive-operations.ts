import { boundOperations, operationStep, type EdgeOperation } from '../model/edge-operation.ts';
import { Instrument } from '../model/edge-traffic.ts';
import type { LatencyLayout } from '../model/latency-layout.ts';
import { bucketShares, counterDelta, splitCount, type BucketShares } from './counter-deltas.ts';
import { deriveLatency } from './derive-latency.ts';
import type { DerivedInterval } from './derive-rows.ts';
import type { CounterPair, EdgeSeries } from './series-meaning.ts';

/**
 * What one scrape tells of operations, where the proxies label their series with them (Istio's `request_operation`).
 * Divided over the minutes of the interval as rows are over their buckets; the busiest 50 of an edge keep their names.
 */
export function deriveOperations(pairs: readonly CounterPair[], interval: DerivedInterval): EdgeOperation[] {
  const told = pairs.filter(({ meaning }) => meaning.operation !== '');
  if (told.length === 0) return [];
  const minutes = minuteShares(bucketShares(interval.fromMs, interval.toMs));
  const sums = new Map<string, OperationSum>();
  const sumOf = (meaning: EdgeSeries): OperationSum => {
    const key = `${meaning.row}\0${meaning.operation}`;
    let sum = sums.get(key);
    if (!sum) sums.set(key, (sum = { meaning, minutes: minutes.buckets.map(() => ({ requests: 0, errors: 0, latency: new Map() })), layout: null }));
    return sum;
  };
  for (const { meaning, previous, current } of told) {
    if (meaning.measure.kind !== 'requests') continue;
    const { isError } = meaning.measure;
    splitCount(counterDelta(previous, current), minutes.shares).forEach((part, i) => {
      const minute = sumOf(meaning).minutes[i]!;
      minute.requests += part;
      if (isError) minute.errors += part;
    });
  }
  for (const { meaning, layout, counts } of deriveLatency(told)) {
    const sum = sumOf(meaning);
    // One proxy has one layout; a second one, after its restart within the interval, would be another row of the same requests.
    if (sum.layout !== null && sum.layout.id !== layout.id) continue;
    sum.layout = layout;
    for (const [index, count] of counts) splitCount(count, minutes.shares).forEach((part, i) => {
      const { latency } = sum.minutes[i]!;
      if (part > 0) latency.set(index, (latency.get(index) ?? 0) + part);
    });
  }
  const { tenant, feed, origin } = interval;
  return boundOperations([...sums.values()].flatMap(({ meaning, minutes: counted, layout }) => counted.flatMap(({ requests, errors, latency }, i) => (requests === 0 ? [] : [{
    tenant, bucket: minutes.buckets[i]!, edge: meaning.edge, instrument: Instrument.proxy, side: meaning.side, feed, operation: meaning.operation, origin,
    requests, errors, requestsEstimated: requests, layout, latency,
  }]))));
}

interface OperationSum {
  readonly meaning: EdgeSeries;
  readonly minutes: { requests: number; errors: number; readonly latency: Map<number, number> }[];
  layout: LatencyLayout | null;
}

function minuteShares({ buckets, shares }: BucketShares): BucketShares {
  const minutes = new Map<number, number>();
  buckets.forEach((bucket, i) => {
    const minute = bucket - (bucket % operationStep);
    minutes.set(minute, (minutes.get(minute) ?? 0) + shares[i]!);
  });
  return { buckets: [...minutes.keys()], shares: [...minutes.values()] };
}
