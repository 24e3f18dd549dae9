import { edgeTraffic, Instrument, Measured, type EdgeTraffic } from '../model/edge-traffic.ts';
import type { LatencyLayout } from '../model/latency-layout.ts';
import { bucketShares, counterDelta, splitCount, sumDelta, type BucketShares } from './counter-deltas.ts';
import { deriveLatency, type LatencyDelta } from './derive-latency.ts';
import type { CounterPair, EdgeSeries } from './series-meaning.ts';

/** The interval (fromMs, toMs] and the key of the rows that tell of it. */
export interface DerivedInterval {
  readonly tenant: string;
  readonly feed: string;
  readonly origin: bigint;
  readonly fromMs: number;
  readonly toMs: number;
  /** True where the target flags failed connections on both sides. */
  readonly tellsFailures: boolean;
}

/**
 * The waist's rows of one scrape. A function of its arguments alone: two stored states of a target give
 * the same rows again, under the same keys, after a restart.
 *
 * 1. Each counter's delta is divided over the 10 s buckets that the interval overlaps; then the parts are added up
 *    by (bucket, edge, side), so requests stay the sum of their responses in every bucket.
 * 2. A histogram goes into the row of its layout; everything else into the row of the edge's first layout.
 * 3. What is open at either end of the interval counts as open in all of its buckets.
 * 4. An edge on which nothing moved and nothing is open gives no row.
 */
export function deriveRows(pairs: readonly CounterPair[], interval: DerivedInterval): EdgeTraffic[] {
  const spread = bucketShares(interval.fromMs, interval.toMs);
  const rows = new Map<string, RowSum>();
  for (const pair of pairs) rowOf(rows, pair.meaning).take(pair, spread);
  const deltas = deriveLatency(pairs);
  const mainLayouts = new Map<string, LatencyLayout>();
  for (const { row, layout } of deltas) {
    const main = mainLayouts.get(row);
    if (main === undefined || layout.id < main.id) mainLayouts.set(row, layout);
  }
  for (const delta of deltas) {
    const main = mainLayouts.get(delta.row)?.id === delta.layout.id;
    rowOf(rows, delta.meaning, main ? null : delta.layout).takeLatency(delta, spread);
  }
  return [...rows.values()].flatMap((row) => row.finish(interval, spread, mainLayouts.get(row.name) ?? null));
}

function rowOf(rows: Map<string, RowSum>, meaning: EdgeSeries, otherLayout: LatencyLayout | null = null): RowSum {
  const key = otherLayout === null ? meaning.row : `${otherLayout.id} ${meaning.row}`;
  let row = rows.get(key);
  if (row === undefined) rows.set(key, row = new RowSum(meaning, otherLayout));
  return row;
}

type CountField = 'requests' | 'errors' | 'messagesSent' | 'messagesReceived' | 'bytesSent' | 'bytesReceived'
  | 'connectionsOpened' | 'connectionsClosed' | 'connectionsFailed'
  | 'requestsSecured' | 'requestsPlaintext' | 'connectionsSecured' | 'connectionsPlaintext';

interface BucketSum {
  readonly counts: Map<CountField, number>;
  readonly responses: Map<string, number>;
  readonly latency: Map<number, number>;
  latencySumMs: number;
}

/** All that the series of one (edge, side) say, by bucket. */
class RowSum {
  readonly name: string;
  readonly #first: EdgeSeries;
  readonly #layout: LatencyLayout | null;
  readonly #buckets = new Map<number, BucketSum>();
  readonly #via = new Set<string>();
  #measured = 0;
  #measuredIfFailuresTold = 0;
  #protocols = 0;
  #openBefore = 0;
  #openNow = 0;
  #sourcePrincipal = '';
  #destinationPrincipal = '';

  constructor(first: EdgeSeries, layout: LatencyLayout | null) {
    this.name = first.row;
    this.#first = first;
    this.#layout = layout;
  }

  take({ meaning, previous, current }: CounterPair, spread: BucketShares): void {
    this.#describe(meaning);
    const { measure } = meaning;
    const count = counterDelta(previous, current);
    switch (measure.kind) {
      case 'requests':
        this.#add(count, spread, [
          'requests',
          ...measure.isError ? ['errors'] as const : [],
          ...measure.security === 'secured' ? ['requestsSecured'] as const : measure.security === 'plaintext' ? ['requestsPlaintext'] as const : [],
        ], measure.response);
        return;
      case 'connectionsOpened':
        this.#openBefore += Math.floor(previous ?? 0);
        this.#openNow += Math.floor(current);
        this.#add(count, spread, [
          'connectionsOpened',
          ...measure.security === 'secured' ? ['connectionsSecured'] as const : measure.security === 'plaintext' ? ['connectionsPlaintext'] as const : [],
        ]);
        return;
      case 'connectionsClosed':
        this.#openBefore -= Math.floor(previous ?? 0);
        this.#openNow -= Math.floor(current);
        this.#add(count, spread, measure.failed ? ['connectionsClosed', 'connectionsFailed'] : ['connectionsClosed'], measure.response);
        return;
      case 'latencySum': {
        const sum = sumDelta(previous, current);
        if (sum > 0) spread.buckets.forEach((bucket, i) => { this.#bucket(bucket).latencySumMs += sum * spread.shares[i]!; });
        return;
      }
      case 'bytesSent': case 'bytesReceived': case 'messagesSent': case 'messagesReceived':
        this.#add(count, spread, [measure.kind]);
        return;
      case 'latencyBucket': case 'connectionsFailed':
    }
  }

  takeLatency({ counts, meaning }: LatencyDelta, spread: BucketShares): void {
    this.#describe(meaning);
    for (const [index, count] of counts) {
      splitCount(count, spread.shares).forEach((part, i) => {
        if (part === 0) return;
        const { latency } = this.#bucket(spread.buckets[i]!);
        latency.set(index, (latency.get(index) ?? 0) + part);
      });
    }
  }

  finish(interval: DerivedInterval, spread: BucketShares, mainLayout: LatencyLayout | null): EdgeTraffic[] {
    const measured = this.#measured | (interval.tellsFailures ? this.#measuredIfFailuresTold : 0);
    const open = Math.max(0, this.#openBefore, this.#openNow);
    const touched = open > 0 && (measured & Measured.openConnections) !== 0 ? spread.buckets : [...this.#buckets.keys()].sort((a, b) => a - b);
    return touched.map((bucket) => {
      const { counts, responses, latency, latencySumMs } = this.#bucket(bucket);
      return edgeTraffic({
        tenant: interval.tenant, bucket, edge: this.#first.edge, instrument: Instrument.proxy, side: this.#first.side,
        feed: interval.feed, origin: interval.origin,
        measured, protocols: this.#protocols, via: [...this.#via].sort(),
        ...Object.fromEntries(counts), responses,
        layout: this.#layout ?? mainLayout, latency, latencySumMs, openConnections: open,
        sourcePrincipal: this.#sourcePrincipal, destinationPrincipal: this.#destinationPrincipal,
      });
    });
  }

  #describe(meaning: EdgeSeries): void {
    this.#measured |= meaning.measured;
    this.#measuredIfFailuresTold |= meaning.measuredIfFailuresTold;
    this.#protocols |= meaning.protocols;
    for (const via of meaning.via) this.#via.add(via);
    this.#sourcePrincipal = firstByName(this.#sourcePrincipal, meaning.sourcePrincipal);
    this.#destinationPrincipal = firstByName(this.#destinationPrincipal, meaning.destinationPrincipal);
  }

  #add(count: number, spread: BucketShares, fields: readonly CountField[], response = ''): void {
    if (count === 0) return;
    splitCount(count, spread.shares).forEach((part, i) => {
      if (part === 0) return;
      const { counts, responses } = this.#bucket(spread.buckets[i]!);
      for (const field of fields) counts.set(field, (counts.get(field) ?? 0) + part);
      if (response !== '') responses.set(response, (responses.get(response) ?? 0) + part);
    });
  }

  #bucket(bucket: number): BucketSum {
    let sum = this.#buckets.get(bucket);
    if (sum === undefined) this.#buckets.set(bucket, sum = { counts: new Map(), responses: new Map(), latency: new Map(), latencySumMs: 0 });
    return sum;
  }
}

/** Of two principals the one that sorts first, an empty one last: the same whatever the order of the series. */
function firstByName(a: string, b: string): string {
  if (a === '' || b === '') return a === '' ? b : a;
  return a < b ? a : b;
}
