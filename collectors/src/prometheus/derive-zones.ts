import { Instrument } from '../model/edge-traffic.ts';
import type { EdgeZoneTraffic } from '../model/edge-zone-traffic.ts';
import { bucketShares, counterDelta, splitCount } from './counter-deltas.ts';
import type { DerivedInterval } from './derive-rows.ts';
import type { CounterPair } from './series-meaning.ts';

type Sum = { -readonly [K in keyof EdgeZoneTraffic]: EdgeZoneTraffic[K] };

/**
 * What one scrape tells of traffic between zones, where proxies label their series with the zones of both ends (ztunnel
 * does). A function of its arguments alone, divided over buckets as `deriveRows` divides: the bytes of the two agree.
 */
export function deriveZones(pairs: readonly CounterPair[], interval: DerivedInterval): EdgeZoneTraffic[] {
  const told = pairs.filter(({ meaning }) => meaning.zones !== undefined);
  if (told.length === 0) return [];
  const { buckets, shares } = bucketShares(interval.fromMs, interval.toMs);
  const sums = new Map<string, Sum>();
  for (const { meaning, previous, current } of told) {
    const { zones, measure, edge, side } = meaning;
    if (zones === undefined) continue;
    const field = measure.kind;
    if (field !== 'bytesSent' && field !== 'bytesReceived' && field !== 'requests') continue;
    splitCount(counterDelta(previous, current), shares).forEach((part, i) => {
      if (part === 0) return;
      const bucket = buckets[i]!, key = JSON.stringify([bucket, zones.source, zones.destination, meaning.row]);
      let sum = sums.get(key);
      if (!sum) {
        sums.set(key, (sum = { tenant: interval.tenant, bucket, edge, instrument: Instrument.proxy, side, feed: interval.feed, zones, origin: interval.origin, requests: 0, bytesSent: 0, bytesReceived: 0 }));
      }
      sum[field] += part;
    });
  }
  return [...sums.values()];
}
