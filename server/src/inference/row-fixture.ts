import { edgeTraffic, Measured, type EdgeTraffic } from '@orrery/collectors/model/edge-traffic';
import type { Edge } from '@orrery/collectors/model/edge';
import { workload, type Entity } from '@orrery/collectors/model/entity';
import { envoyLayout } from '@orrery/collectors/model/latency-layout';
import type { CountColumn, Counts } from './counts.ts';
import { summedFields, type RowColumns, type SummedField } from './row-columns.ts';
import type { EdgeWindow } from './ports.ts';

/** Rows for tests, in few words. */
export interface RowSpec extends Partial<Omit<EdgeTraffic, 'edge' | 'responses'>> {
  readonly from: Entity;
  readonly to: Entity;
  readonly service?: string;
  readonly serviceGuessed?: boolean;
  readonly port?: number;
  readonly responses?: Readonly<Record<string, number>>;
  readonly firstBucket?: number;
  readonly lastBucket?: number;
}

export const t0 = 1_800_000_000;

let last = 0;
const ids = new Map<string, string>();

/** A window row: requests (from `responses` if not given) and latency of Envoy's layout unless the spec says otherwise. */
export function row(spec: RowSpec): EdgeWindow {
  const { from, to, service = '', serviceGuessed = false, port = 0, responses = {}, firstBucket = t0, lastBucket = t0 + 290, ...rest } = spec;
  const edge: Edge = { source: from, destination: to, service, serviceGuessed, port };
  const counts = new Map(Object.entries(responses));
  const requests = rest.requests ?? [...counts].filter(([key]) => /^(http|grpc)/.test(key)).reduce((sum, [, n]) => sum + n, 0);
  const errors = rest.errors ?? [...counts].filter(([key]) => /^http (5|0 |- )/.test(key) || /^grpc [^0]/.test(key)).reduce((sum, [, n]) => sum + n, 0);
  const traffic = edgeTraffic({
    tenant: 't', bucket: t0, edge, instrument: 'proxy', side: 'destination', feed: 'scrape:istio',
    measured: Measured.requests | Measured.errors, protocols: 1, layout: envoyLayout,
    ...rest, requests, errors, responses: counts,
  });
  const text = JSON.stringify(edge);
  let edgeId = ids.get(text);
  if (!edgeId) ids.set(text, (edgeId = (++last).toString(16).padStart(32, '0')));
  const { edge: _edge, bucket: _bucket, origin: _origin, tenant: _tenant, ...window } = traffic;
  return { ...window, edge, edgeId, firstBucket, lastBucket };
}

export const web = workload('c', 'shop', 'web', 'web', 'v1');
export const orders = workload('c', 'shop', 'orders', 'orders', 'v1');
export const reviews1 = workload('c', 'shop', 'reviews-v1', 'reviews', 'v1');
export const reviews2 = workload('c', 'shop', 'reviews-v2', 'reviews', 'v2');
export const host = (name: string, namespace = 'shop'): string => `${name}.${namespace}.svc.cluster.local`;

/** The same rows as columns. */
export function columnsOf(rows: readonly EdgeWindow[]): RowColumns {
  const numbers = (of: (one: EdgeWindow) => number): Float64Array => Float64Array.from(rows, of);
  return {
    ...Object.fromEntries(summedFields.map((field) => [field, numbers((one) => one[field])])) as Record<SummedField, Float64Array>,
    keys: rows.map(({ edgeId, edge, instrument, side, feed, intent, layout }) => ({ edgeId, edge, instrument, side, feed, intent, layout })),
    measured: numbers((one) => one.measured), protocols: numbers((one) => one.protocols), openConnections: numbers((one) => one.openConnections),
    firstBucket: numbers((one) => one.firstBucket), lastBucket: numbers((one) => one.lastBucket),
    via: rows.map((one) => one.via), sourcePrincipal: rows.map((one) => one.sourcePrincipal), destinationPrincipal: rows.map((one) => one.destinationPrincipal),
    responses: countColumn(rows.map((one) => one.responses)), latency: countColumn(rows.map((one) => one.latency)),
  };
}

function countColumn<K>(lists: readonly Counts<K>[]): CountColumn<K> {
  const ends: number[] = [], keys: K[] = [], counts: number[] = [];
  for (const list of lists) {
    for (const [key, count] of list) {
      keys.push(key);
      counts.push(count);
    }
    ends.push(keys.length);
  }
  return { ends, keys, counts };
}
