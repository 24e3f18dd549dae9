import { edgeTraffic, Intent, type EdgeTraffic, type Instrument, type Side } from '@orrery/collectors/model/edge-traffic';
import { edgeText, type Edge } from '@orrery/collectors/model/edge';
import { spanLayout } from '@orrery/collectors/model/latency-layout';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** An EdgeTraffic row that is still being counted. */
export interface EdgeSum extends Omit<Mutable<EdgeTraffic>, 'responses' | 'latency'> {
  readonly responses: Map<string, number>;
  readonly latency: Map<number, number>;
}

/** Rows under construction, one for each bucket, edge, side and intent. */
export class EdgeSums {
  readonly #rows = new Map<string, EdgeSum>();
  readonly #tenant: string;
  readonly #instrument: Instrument;
  readonly #feed: string;

  constructor(tenant: string, instrument: Instrument, feed: string) {
    this.#tenant = tenant;
    this.#instrument = instrument;
    this.#feed = feed;
  }

  row(bucket: number, edge: Edge, side: Side, intent: Intent = Intent.primary): EdgeSum {
    const key = `${bucket} ${side} ${intent} ${edgeText(this.#tenant, edge)}`;
    let sum = this.#rows.get(key);
    if (!sum) {
      const empty = edgeTraffic({ tenant: this.#tenant, bucket, edge, instrument: this.#instrument, side, feed: this.#feed, intent, layout: spanLayout });
      this.#rows.set(key, (sum = { ...empty, responses: new Map(), latency: new Map() }));
    }
    return sum;
  }

  rows(): EdgeTraffic[] {
    return [...this.#rows.values()];
  }
}

/** Counts into a map. */
export function addTo<K>(counts: Map<K, number>, key: K, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}
