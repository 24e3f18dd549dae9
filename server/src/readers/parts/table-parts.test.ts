import { expect, it } from 'vitest';
import { sql } from '@orrery/collectors/store/sql';
import { openTestStore } from '../../jobs/engine-fixture.ts';
import { watchTables } from './table-parts.ts';

it('looks again when it should: what was looked at serves one reading, a moment later', async () => {
  const { store, close } = await openTestStore();
  try {
    let at = 1_000, looks = 0;
    const tables = watchTables({ query: (query, options) => { looks++; return store.query(query, options); } }, () => at);
    const write = (n: number): Promise<void> => store.command(sql`
      INSERT INTO edge_traffic_10s (tenant, bucket, edge_id, instrument, side, feed, origin, measured, requests) SELECT 'looked', toDateTime(${Math.floor(Date.now() / 10_000) * 10}), toFixedString('0123456789abcdef', 16), 'proxy', 'source', 'f', ${n}, 1, 1`, { name: 'fill' });
    const before = await tables.now();
    expect(before.of('edge_traffic_10s').names).toEqual([]);
    await write(1);
    const after = await tables.now();
    expect(after.changeToken).not.toBe(before.changeToken);
    expect(after.of('edge_traffic_10s').names).toHaveLength(1);
    expect(after.of('edge_traffic_1m').token).toBe(before.of('edge_traffic_1m').token);

    expect([await tables.recent(), looks]).toEqual([after, 2]);
    await write(2);
    expect((await tables.recent()).of('edge_traffic_10s').names).not.toEqual(after.of('edge_traffic_10s').names);
    const late = await tables.now();
    at += 60;
    await write(3);
    expect((await tables.recent()).changeToken).not.toBe(late.changeToken);
    expect(looks).toBe(5);
  } finally {
    await close();
  }
}, 60_000);
