import { afterAll, beforeAll, expect, it } from 'vitest';
import { SpanKind } from '@orrery/collectors/model/span';
import { createBlockWriter } from '@orrery/collectors/store/block-writer';
import { param, sql } from '@orrery/collectors/store/sql';
import { createSpansJob } from './derive-from-spans.ts';
import { openTestStore, span, untilIdle, type TestStore } from './engine-fixture.ts';
import { saveProgress } from './job-progress.ts';

let opened: TestStore;
const hour = 3_600_000, now = Date.now();
beforeAll(async () => { opened = await openTestStore(); }, 60_000);
afterAll(() => opened.close());

it('what came while no process made edges, and is too old for it now, is told once; what was too old when it came, or had been seen, is not', async () => {
  const { store } = opened, writer = createBlockWriter(store);
  /** Calls that began so many hours ago, and came so many hours ago. */
  const calls = async (count: number, began: number, came: number): Promise<void> => {
    const name = `${began} ${came}`;
    await writer.spans(Array.from({ length: count }, (_, i) => span({ trace: i, id: 1 + Math.round(10 * began + 1_000 * came), app: 'web', kind: SpanKind.server, at: now - began * hour, name })), name);
    await store.command(sql`INSERT INTO spans SELECT * REPLACE (fromUnixTimestamp64Milli(${param('Int64', now - Math.round(came * hour))}) AS inserted_at) FROM spans WHERE name = ${name}`, { name: 'as if it came then' });
    await store.command(sql`OPTIMIZE TABLE spans FINAL`, { name: 'the later row of each span' });
    await store.command(sql`ALTER TABLE spans DELETE WHERE name = ${name} AND inserted_at > fromUnixTimestamp64Milli(${param('Int64', now - 1000)}) SETTINGS mutations_sync = 1`, { name: 'no other' });
  };
  await calls(2, 10, 9.9);
  await calls(3, 8, 7.9);
  await calls(5, 15, 7.8);
  await calls(7, 5, 4.9);
  await saveProgress(store, 'derive from spans', { seenUntil: now - 9 * hour, completeUntil: 0, asOf: now - 9 * hour });
  const told = (): Promise<object[]> => store.query(sql`SELECT source, reason, toUInt32(count) AS count FROM rejections`, { name: 'told' });
  for (let runs = 0; runs < 2; runs++) {
    await untilIdle(createSpansJob(store, writer, Date.now));
    expect(await told()).toEqual([{ source: 'otlp', reason: 'came while nobody made edges, for more than 6 h: stored, but in no edge', count: 3 }]);
  }
  const [edges] = await store.query<{ n: number }>(sql`SELECT toUInt32(sum(requests)) AS n FROM edge_traffic_10s FINAL`, { name: 'edges' });
  expect(edges?.n).toBe(7);
}, 60_000);
