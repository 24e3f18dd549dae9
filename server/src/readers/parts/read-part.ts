import { readNative, type NativeAnswer } from '@orrery/collectors/store/native-reader';
import { identifier, joinSql, sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { answerColumns, decodeKeys, type AnswerColumns } from '../decode-traffic.ts';
import type { EdgeNames } from '../edge-names.ts';
import type { LatencyLayouts } from '../latency-layouts.ts';
import { tierRows } from '../tier-rows.ts';
import type { TierSegment } from '../tier-segments.ts';
import { answerSums, rowKeys, sumColumns } from '../traffic-columns.ts';
import { bucketColumns, widest, type BucketShape } from './bucket-columns.ts';
import type { LoosePart } from './loose-part.ts';
import { numberPart } from './number-part.ts';
import type { Packer } from './pack-apart.ts';
import type { RowRegistry } from './row-registry.ts';
import { emptyPart, type SharedArrays, type TrafficPart } from './traffic-part.ts';

export interface PartReading {
  readonly store: Pick<Store, 'queryNative'>;
  readonly names: EdgeNames;
  readonly layouts: LatencyLayouts;
  readonly pack: Packer;
}

const readTimeoutMs = 20_000;
const keys = joinSql(rowKeys, ', ');
const rowHash = sql`sipHash64(edge_id, toInt8(instrument), toInt8(side), toString(feed), toInt8(intent), layout_id)`;
const hashHalves = sql`toUInt32(row_hash) AS hash_low, toUInt32(bitShiftRight(row_hash, 32)) AS hash_high`;

/**
 * Reads and packs a part, its new rows entered in the registry. Buckets are stamped with their start. A single bucket is read
 * as it is stored, for a row that two scrapes share adds up like any other; several are added up by the store.
 * @param shelved of another part: equal arrays are shared
 * @param shape that the rows of a single bucket will most likely fit
 */
export async function readPart(reading: PartReading, tenant: string, registry: RowRegistry, segment: TierSegment, shelved: SharedArrays | null, shape: BucketShape): Promise<TrafficPart> {
  const from = tierRows({ tenant, namespaces: null }, [segment], segment.step, null);
  if (isSingle(segment)) return readBucket(reading, tenant, registry, segment, from, shelved, shape);
  const bytes = await fetched(reading, sql`
    SELECT ${answerSums}, ${hashHalves} FROM (SELECT ${sumColumns}, ${rowHash} AS row_hash FROM (${from}) GROUP BY ${keys})`);
  return numbered(reading, tenant, registry, from, (await reading.pack(bytes, { kind: 'sums' }))!, shelved);
}

async function readBucket(reading: PartReading, tenant: string, registry: RowRegistry, segment: TierSegment, from: Sql, shelved: SharedArrays | null, shape: BucketShape): Promise<TrafficPart> {
  const bytes = await fetched(reading, sql`SELECT ${bucketColumns(shape)}, ${hashHalves} FROM (SELECT *, ${rowHash} AS row_hash FROM (${from}))`);
  const loose = await reading.pack(bytes, { kind: 'bucket', shape, bucket: segment.from });
  if (loose === null) return readBucket(reading, tenant, registry, segment, from, shelved, widest);
  return numbered(reading, tenant, registry, from, loose, shelved);
}

/** Whether a part is of one bucket, so that it can be patched. */
export function isSingle({ from, to, step }: TierSegment): boolean {
  return to - from <= step;
}

/**
 * Reads what came into a single bucket since its table had the parts `seen`: the rows of all edges that later parts tell of.
 * @returns those that there are, and the numbers of those that are no more, ascending
 */
export async function readPatch(reading: PartReading, tenant: string, registry: RowRegistry, segment: TierSegment, seen: readonly string[]): Promise<{ readonly patch: TrafficPart; readonly gone: Uint32Array }> {
  const table = identifier(segment.table), ofBucket = sql`tenant = ${tenant} AND bucket >= toDateTime(${segment.from}) AND bucket < toDateTime(${segment.to})`, later = sql`FROM ${table} WHERE ${ofBucket} AND _part NOT IN ${seen}`;
  const from = tierRows({ tenant, namespaces: null }, [segment], segment.step, sql`(SELECT edge_id ${later})`);
  const [patch, withdrawn] = await Promise.all([
    readBucket(reading, tenant, registry, segment, from, null, widest),
    read(reading, sql`
      SELECT ${hashHalves} FROM (SELECT ${rowHash} AS row_hash, max(measured) AS most FROM ${table} FINAL WHERE ${ofBucket} AND edge_id IN (SELECT edge_id ${later} AND measured = 0) GROUP BY ${keys}) WHERE most = 0
      SETTINGS do_not_merge_across_partitions_select_final = 1`),
  ]);
  return { patch, gone: withdrawn.rows === 0 ? new Uint32Array() : goneRows(registry, patch, answerColumns(withdrawn)) };
}

/**
 * What was withdrawn with nothing of another origin beside it. The answer says that by itself: between it and the patch the store may have
 * merged its parts, and the two then speak of different edges.
 */
function goneRows(registry: RowRegistry, { rows }: TrafficPart, answer: AnswerColumns): Uint32Array {
  const low = answer.numbers('hash_low'), high = answer.numbers('hash_high'), there = new Set(rows);
  return Uint32Array.from(low, (half, i) => registry.find(half, high[i]!)).filter((row) => row !== 0xffff_ffff && !there.has(row)).sort();
}

/** @param from the rows behind the answer, for the keys of those that are new */
async function numbered(reading: PartReading, tenant: string, registry: RowRegistry, from: Sql, loose: LoosePart, shelved: SharedArrays | null): Promise<TrafficPart> {
  const { low, high } = loose, rows = new Int32Array(low.length);
  if (rows.length === 0) return emptyPart;
  const find = (): boolean => {
    for (let i = 0; i < rows.length; i++) rows[i] = registry.find(low[i]!, high[i]!);
    return !rows.includes(-1);
  };
  if (!find()) {
    await enterKeys(reading, tenant, registry, from);
    // What went before its key was read is left out: then the bucket has changed, and is read again.
    find();
  }
  return numberPart(registry, loose, rows, shelved);
}

/** Enters the keys of all rows that are new. A row that came since the part was read is in it next time. */
async function enterKeys(reading: PartReading, tenant: string, registry: RowRegistry, from: Sql): Promise<void> {
  const native = await read(reading, sql`SELECT DISTINCT ${keys}, ${hashHalves} FROM (SELECT *, ${rowHash} AS row_hash FROM (${from}))`);
  if (native.rows === 0) return;
  const answer = answerColumns(native), low = answer.numbers('hash_low'), high = answer.numbers('hash_high'), ids = answer.texts('edge_id'), layoutIds = answer.numbers('layout_id');
  const fresh = Array.from(low.keys()).filter((i) => registry.find(low[i]!, high[i]!) === -1);
  // Edges are measured in this order (`draw-graph.ts`), and what they read then lies side by side.
  fresh.sort((a, b) => (ids[a]! < ids[b]! ? -1 : ids[a]! > ids[b]! ? 1 : a - b));
  const { names, layouts } = reading;
  await Promise.all([names.load(tenant, [...new Set(fresh.map((i) => ids[i]!))]), layouts.load(fresh.map((i) => layoutIds[i]!))]);
  const entered = decodeKeys(answer, fresh, (id) => names.get(tenant, id), (id) => layouts.get(id));
  // Another part with the same rows may have been read meanwhile.
  fresh.forEach((i, n) => { if (registry.find(low[i]!, high[i]!) === -1) registry.add(low[i]!, high[i]!, entered[n]!); });
}

async function fetched({ store }: PartReading, query: Sql): Promise<Uint8Array> {
  return store.queryNative(query, { name: 'edge windows', timeoutMs: readTimeoutMs });
}

async function read(reading: PartReading, query: Sql): Promise<NativeAnswer> {
  return readNative(await fetched(reading, query));
}
