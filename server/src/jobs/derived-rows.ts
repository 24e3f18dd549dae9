import type { EdgeTraffic, Instrument } from '@orrery/collectors/model/edge-traffic';
import { edgeTraffic } from '@orrery/collectors/model/edge-traffic';
import type { LatencyLayout } from '@orrery/collectors/model/latency-layout';
import type { BlockWriter } from '@orrery/collectors/store/block-writer';
import { sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { createEdgeNames } from '../readers/edge-names.ts';
import type { DirtyBucket } from './changed-buckets.ts';
import { createRowVersions } from './row-versions.ts';

/** Writes recomputed buckets: only the rows that differ from what stands there, and a withdrawal for each that is gone. */
export interface DerivedRows {
  write(buckets: readonly DirtyBucket[], rows: readonly EdgeTraffic[]): Promise<number>;
}

interface Written { readonly row: EdgeTraffic; readonly content: string }

/** Buckets whose rows are remembered; an older one is read back from the store first. */
const rememberedBuckets = 64;

/** @param now Unix ms; versions grow with it, and never fall behind the last one */
export function createDerivedRows(store: Pick<Store, 'query'>, writer: Pick<BlockWriter, 'edgeTraffic' | 'edgeIdOf'>, instrument: Instrument, layout: LatencyLayout, now: () => number): DerivedRows {
  const written = new Map<string, ReadonlyMap<string, Written>>();
  const names = createEdgeNames(store);
  const nextVersion = createRowVersions('derived', now);

  /** What stands in the store for buckets that this process did not write: keys and names, contents unknown. */
  async function readBack(missing: readonly DirtyBucket[]): Promise<void> {
    for (const { tenant, bucket } of missing) {
      const standing = new Map<string, Written>();
      const rows = await store.query<{ id: string; side: EdgeTraffic['side']; feed: string; intent: EdgeTraffic['intent']; layout: number }>(sql`
        SELECT lower(hex(edge_id)) AS id, side, feed, intent, layout_id AS layout FROM edge_traffic_10s FINAL
        WHERE tenant = ${tenant} AND bucket = toDateTime(${bucket}) AND instrument = ${instrument} AND origin = 0 AND measured != 0`,
      { name: `standing ${instrument} rows`, timeoutMs: 10_000 });
      await names.load(tenant, [...new Set(rows.map((row) => row.id))]);
      for (const { id, side, feed, intent, layout: layoutId } of rows) {
        const edge = names.get(tenant, id);
        if (!edge) continue;
        const row = edgeTraffic({ tenant, bucket, edge, instrument, side, feed, intent, layout: layoutId === 0 ? null : layout });
        standing.set(keyOf(row, id), { row, content: '' });
      }
      written.set(bucketKey({ tenant, bucket }), standing);
    }
  }

  return {
    async write(buckets, rows) {
      await readBack(buckets.filter((one) => !written.has(bucketKey(one))));
      const fresh = new Map(buckets.map((one) => [bucketKey(one), new Map<string, Written>()]));
      const changed: EdgeTraffic[] = [];
      for (const row of rows) {
        const key = keyOf(row, writer.edgeIdOf(row.tenant, row.edge));
        const content = contentOf(row);
        fresh.get(bucketKey(row))?.set(key, { row, content });
        if (written.get(bucketKey(row))?.get(key)?.content !== content) changed.push(row);
      }
      for (const [bucket, standing] of fresh) {
        for (const [key, { row }] of written.get(bucket) ?? []) if (!standing.has(key)) changed.push(withdrawn(row));
      }
      if (changed.length > 0) {
        const { version, token } = nextVersion();
        await writer.edgeTraffic(changed, token, version);
      }
      for (const [bucket, standing] of fresh) {
        written.delete(bucket);
        written.set(bucket, standing);
      }
      for (const bucket of written.keys()) {
        if (written.size <= rememberedBuckets) break;
        written.delete(bucket);
      }
      return changed.length;
    },
  };
}

function bucketKey({ tenant, bucket }: DirtyBucket): string {
  return `${tenant}\0${bucket}`;
}

function keyOf(row: EdgeTraffic, edgeId: string): string {
  return `${edgeId} ${row.side} ${row.intent} ${row.layout?.id ?? 0} ${row.feed}`;
}

function contentOf(row: EdgeTraffic): string {
  const { edge: _edge, tenant: _tenant, origin: _origin, layout: _layout, responses, latency, ...rest } = row;
  return JSON.stringify([rest, [...responses].sort(), [...latency].sort(([a], [b]) => a - b)]);
}

function withdrawn({ tenant, bucket, edge, instrument, side, feed, intent, layout }: EdgeTraffic): EdgeTraffic {
  return edgeTraffic({ tenant, bucket, edge, instrument, side, feed, intent, layout, measured: 0 });
}
