import { readNative } from '@orrery/collectors/store/native-reader';
import { sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { noRows } from '../../inference/edge-row.ts';
import { answerColumns, decodeKeys, decodeSums } from '../decode-traffic.ts';
import type { EdgeNames } from '../edge-names.ts';
import type { LatencyLayouts } from '../latency-layouts.ts';
import { tierRows } from '../tier-rows.ts';
import type { TierSegment } from '../tier-segments.ts';
import { answerColumns as answered, sumColumns } from '../traffic-columns.ts';
import { RowRegistry } from './row-registry.ts';
import { packPart, type TrafficPart } from './traffic-part.ts';

export interface PartReading {
  readonly store: Pick<Store, 'queryNative'>;
  readonly names: EdgeNames;
  readonly layouts: LatencyLayouts;
}

const readTimeoutMs = 20_000;

/** What a part without rows packs to. */
export const emptyPart = packPart(new RowRegistry(), new Uint32Array(), noRows);

/** Reads and packs a part, its new rows entered in the registry. Buckets are stamped with their start; `shelvedRows` as of `packPart`. */
export async function readPart({ store, names, layouts }: PartReading, tenant: string, registry: RowRegistry, segment: TierSegment, shelvedRows: Uint32Array | null): Promise<TrafficPart> {
  const bytes = await store.queryNative(sql`
    SELECT ${answered}, toUInt32(row_hash) AS hash_low, toUInt32(bitShiftRight(row_hash, 32)) AS hash_high FROM (
      SELECT ${sumColumns}, sipHash64(edge_id, toInt8(instrument), toInt8(side), toString(feed), toInt8(intent), layout_id) AS row_hash
      FROM (${tierRows({ tenant, namespaces: null }, [segment], segment.step, null)}) GROUP BY edge_id, instrument, side, feed, intent, layout_id)`, { name: 'edge windows', timeoutMs: readTimeoutMs });
  const native = readNative(bytes);
  if (native.rows === 0) return emptyPart;
  const answer = answerColumns(native);
  const low = answer.numbers('hash_low'), high = answer.numbers('hash_high');
  const isNew = (i: number): boolean => registry.find(low[i]!, high[i]!) === -1;
  const fresh = Array.from(low.keys()).filter(isNew);
  if (fresh.length > 0) {
    const ids = answer.texts('edge_id'), layoutIds = answer.numbers('layout_id');
    await Promise.all([names.load(tenant, [...new Set(fresh.map((i) => ids[i]!))]), layouts.load(fresh.map((i) => layoutIds[i]!))]);
    const keys = decodeKeys(answer, fresh, (id) => names.get(tenant, id), (id) => layouts.get(id));
    // Another part may have brought the row meanwhile.
    fresh.forEach((i, n) => { if (isNew(i)) registry.add(low[i]!, high[i]!, keys[n]!); });
  }
  const rows = new Uint32Array(native.rows);
  for (let i = 0; i < rows.length; i++) rows[i] = registry.find(low[i]!, high[i]!);
  return packPart(registry, rows, decodeSums(native.rows, answer), shelvedRows);
}
