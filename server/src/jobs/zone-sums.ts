import { edgeText, type Edge } from '@orrery/collectors/model/edge';
import type { Instrument, Side } from '@orrery/collectors/model/edge-traffic';
import type { EdgeZoneTraffic, ZonePair } from '@orrery/collectors/model/edge-zone-traffic';

type Sum = { -readonly [K in keyof EdgeZoneTraffic]: EdgeZoneTraffic[K] };

/** Adds up traffic by bucket, edge, side and zones. */
export class ZoneSums {
  readonly #edges = new Map<string, Map<string, Sum>>();
  readonly #teller: { readonly tenant: string; readonly instrument: Instrument; readonly feed: string };

  constructor(tenant: string, instrument: Instrument, feed: string) {
    this.#teller = { tenant, instrument, feed };
  }

  add(bucket: number, edge: Edge, side: Side, zones: ZonePair, counted: Pick<EdgeZoneTraffic, 'requests' | 'bytesSent' | 'bytesReceived'>): void {
    const key = `${bucket} ${side} ${edgeText(this.#teller.tenant, edge)}`, pair = JSON.stringify([zones.source, zones.destination]);
    let pairs = this.#edges.get(key);
    if (!pairs) this.#edges.set(key, (pairs = new Map()));
    let sum = pairs.get(pair);
    if (!sum) pairs.set(pair, (sum = { ...this.#teller, bucket, edge, side, zones, origin: 0n, requests: 0, bytesSent: 0, bytesReceived: 0 }));
    sum.requests += counted.requests;
    sum.bytesSent += counted.bytesSent;
    sum.bytesReceived += counted.bytesReceived;
  }

  /** Of each edge all pairs, also those of which an end is not known, or none where no pair is known whole. */
  rows(): EdgeZoneTraffic[] {
    return [...this.#edges.values()].flatMap((pairs) => {
      const sums = [...pairs.values()];
      return sums.some(({ zones }) => zones.source !== '' && zones.destination !== '') ? sums : [];
    });
  }
}
