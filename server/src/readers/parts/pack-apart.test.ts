import { NativeFormatError } from '@orrery/collectors/store/native-reader';
import { sql } from '@orrery/collectors/store/sql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestStore, type TestStore } from '../../jobs/engine-fixture.ts';
import { bucketColumns, widest } from './bucket-columns.ts';
import { createPacker } from './pack-apart.ts';
import { addCounts, mostOf } from './row-counts.ts';
import { packBytes, type AnswerForm } from './pack-bytes.ts';

let opened: TestStore, answer: Uint8Array;
const bucket = Math.floor(Date.now() / 10_000) * 10;
const form: AnswerForm = { kind: 'bucket', shape: widest, bucket };

beforeAll(async () => {
  opened = await openTestStore();
  await opened.store.command(sql`
    INSERT INTO edge_traffic_10s (tenant, bucket, edge_id, instrument, side, feed, origin, measured, requests, latency_sum_ms, responses, latency, source_principal)
    SELECT 'packed', toDateTime(${bucket}), toFixedString(unhex(lower(hex(MD5(toString(number % 700))))), 16), 'proxy', 'source', 'f', number, 3, number, number / 3, map('http 200 -', number, concat('http 50', toString(number % 4), ' -'), 1), map(number % 20, number),
      concat('spiffe://', toString(number % 9)) FROM numbers(1000)`, { name: 'fill' });
  answer = await opened.store.queryNative(sql`
    SELECT ${bucketColumns(widest)}, toUInt32(reinterpretAsUInt64(substring(edge_id, 1, 8))) AS hash_low, toUInt32(bitShiftRight(reinterpretAsUInt64(substring(edge_id, 1, 8)), 32)) AS hash_high
    FROM edge_traffic_10s WHERE tenant = 'packed' ORDER BY origin`, { name: 'rows' });
}, 60_000);
/** What is packed in a thread is handed over. */
const copy = (): Uint8Array => new Uint8Array(answer);
afterAll(() => opened.close());

it('packs in a thread what it packs here, several answers at once', async () => {
  const here = packBytes(answer, form)!, pack = createPacker(0);
  expect(here.low).toHaveLength(700);
  expect(here.sums.requests![0]).toBe(0 + 700);
  const parts = await Promise.all([pack(copy(), form), pack(copy(), form), pack(Buffer.from(answer), form)]);
  for (const part of parts) expect(part).toEqual(here);
});

it('says what is wrong with an answer, and packs the next', async () => {
  const pack = createPacker(0);
  await expect(pack(copy().subarray(0, 1_000), form)).rejects.toThrow(NativeFormatError);
  expect((await pack(copy(), form))?.low).toHaveLength(700);
  expect((await pack(new Uint8Array(), form))?.low).toHaveLength(0);
});

it('has no room for what a narrower shape leaves out', async () => {
  const narrow = { ...widest, requests: 0 } as const, bytes = await opened.store.queryNative(sql`
    SELECT ${bucketColumns(narrow)}, toUInt32(1) AS hash_low, toUInt32(1) AS hash_high FROM edge_traffic_10s WHERE tenant = 'packed'`, { name: 'rows' });
  expect(await createPacker(0)(bytes, { ...form, shape: narrow })).toBeNull();
});

it.each([[2, 65_534, true], [2, 65_535, false], [2, 65_536, false], [4, 65_536, true], [4, 4_294_967_294, true], [4, 4_294_967_295, false], [4, 4_294_967_296, false], [8, 4_294_967_296, true]] as const)('in %i bytes a count of %i has room: %s', async (room, count, fits) => {
  const tenant = `room ${room} ${count}`;
  await opened.store.command(sql`
    INSERT INTO edge_traffic_10s (tenant, bucket, edge_id, instrument, side, feed, origin, measured, requests, responses, latency)
    SELECT ${tenant}, toDateTime(${bucket}), toFixedString('e', 16), 'proxy', 'source', 'f', 1, 3, toUInt64(${count}), map('http 200 -', toUInt64(${count})), map(3, toUInt64(${count}))`, { name: 'fill' });
  for (const column of ['requests', 'responses', 'latency'] as const) {
    const shape = { ...widest, [column]: room };
    const part = packBytes(await opened.store.queryNative(sql`
      SELECT ${bucketColumns(shape)}, toUInt32(1) AS hash_low, toUInt32(1) AS hash_high FROM edge_traffic_10s WHERE tenant = ${tenant}`, { name: 'rows' }), { ...form, shape });
    expect(part && (column === 'requests' ? part.sums.requests![0] : column === 'responses' ? part.responses.counts[0] : mostOf(part.latency))).toBe(fits ? count : null);
  }
});

it('adds up the counts of rows that share a key, in whatever order their keys come', async () => {
  await opened.store.command(sql`
    INSERT INTO edge_traffic_10s (tenant, bucket, edge_id, instrument, side, feed, origin, measured, latency)
    SELECT 'shared', toDateTime(${bucket}), toFixedString('e', 16), 'proxy', 'source', 'f', number, 3, [map(1, 1, 4, 2, 9, 3), map(9, 10, 4, 20, 2, 30, 1, 40), map(4, 100)][number + 1] FROM numbers(3)`, { name: 'fill' });
  const part = packBytes(await opened.store.queryNative(sql`
    SELECT ${bucketColumns(widest)}, toUInt32(1) AS hash_low, toUInt32(1) AS hash_high FROM edge_traffic_10s WHERE tenant = 'shared' ORDER BY origin`, { name: 'rows' }), form)!;
  const counts = new Float64Array(12);
  addCounts(counts, [0], Uint32Array.of(0), part.latency);
  expect([...counts]).toEqual([0, 41, 30, 0, 122, 0, 0, 0, 0, 13, 0, 0]);
});
