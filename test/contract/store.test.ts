import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBlockWriter } from '@orrery/collectors/store/block-writer';
import { acquireLease, leads, releaseLease } from '@orrery/collectors/store/lease';
import { migrationsDir, readMigrations } from '@orrery/collectors/store/migrate';
import { openStore } from '@orrery/collectors/store/open-store';
import { sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import fc from 'fast-check';
import { rowsContract } from './rows.contract.ts';
import * as samples from './samples.ts';
import { silent, targets, type Target } from './targets.ts';

describe.each(targets)('the store, %s', (_name, make) => {
  let target: Target;
  let store: Store;

  beforeAll(async () => {
    target = await make();
    // Several processes come to an empty server at once wherever that is possible.
    const opened = await Promise.all(Array.from({ length: target.shared ? 5 : 1 }, () => openStore(target.config, silent)));
    expect(new Set(opened.map((one) => Buffer.from(one.edgeKey).toString('hex'))).size).toBe(1);
    store = opened[0] as Store;
    await Promise.all(opened.slice(1).map((one) => one.close()));
  });

  afterAll(async () => {
    await store?.close();
    await target?.end();
  });

  const count = async (table: 'spans' | 'edge_traffic_10s', final: boolean): Promise<number> => {
    const query = table === 'spans'
      ? (final ? sql`SELECT count() AS n FROM spans FINAL` : sql`SELECT count() AS n FROM spans`)
      : (final ? sql`SELECT count() AS n FROM edge_traffic_10s FINAL` : sql`SELECT count() AS n FROM edge_traffic_10s`);
    return (await store.query<{ n: number }>(query, { name: 'count' }))[0]?.n ?? -1;
  };

  it('keeps its schema and its edge key when it is opened again', async () => {
    const before = store.edgeKey;
    await store.close();
    store = await openStore(target.config, silent);
    expect(store.edgeKey).toEqual(before);
    const rows = await store.query<{ name: string; n: number }>(sql`SELECT name, count() AS n FROM schema_migrations FINAL GROUP BY name ORDER BY name`, { name: 'migrations' });
    expect(rows).toEqual(readMigrations(migrationsDir()).map(({ name }) => ({ name, n: 1 })));
  });

  it('refuses a schema that a newer program made, and one whose migration was edited', async () => {
    await store.command(sql`INSERT INTO schema_migrations (version, name, checksum) SELECT 9999, '9999_later.sql', 'x'`, { name: 'newer' });
    await store.close();
    await expect(openStore(target.config, silent)).rejects.toThrow(/newer Orrery \(9999_later\.sql/);
    const repair = await reopenUnchecked(target);
    await repair.command(sql`DELETE FROM schema_migrations WHERE version = 9999`, { name: 'repair' });
    await repair.command(sql`INSERT INTO schema_migrations (version, name, checksum, applied_at) SELECT version, name, 'edited', applied_at + 1 FROM schema_migrations WHERE version = 1`, { name: 'edit' });
    await repair.close();
    await expect(openStore(target.config, silent)).rejects.toThrow(/0001_waist\.sql differs/);
    const mend = await reopenUnchecked(target);
    await mend.command(sql`DELETE FROM schema_migrations WHERE checksum = 'edited'`, { name: 'repair' });
    await mend.close();
    store = await openStore(target.config, silent);
  });

  it('gives spans and flows another lifetime when the configuration does', async () => {
    const lifetimes = async (): Promise<unknown[]> => (await store.query<{ ttl: string }>(
      sql`SELECT extract(engine_full, 'TTL (.*) SETTINGS') AS ttl FROM system.tables WHERE database = currentDatabase() AND name IN ('spans', 'flows') ORDER BY name`, { name: 'lifetimes' })).map((row) => row.ttl);
    for (const ttlDays of [30, target.config.ttlDays]) {
      await store.close();
      store = await openStore({ ...target.config, ttlDays }, silent);
      expect(await lifetimes()).toEqual([`toDateTime(time) + toIntervalDay(${ttlDays})`, `start_bucket + toIntervalDay(${ttlDays})`]);
    }
  });

  rowsContract(() => store);

  it('drops a block whose token it has seen, and keeps the same rows under another', async () => {
    const [rows] = fc.sample(fc.array(samples.span, { minLength: 20, maxLength: 20 }), { numRuns: 1, seed: 1 });
    const writer = createBlockWriter(store);
    const before = await count('spans', false);
    for (let i = 0; i < 3; i++) await writer.spans(rows ?? [], 'same token');
    expect(await count('spans', false)).toBe(before + 20);
  });

  it('counts rows once that are sent again among other neighbours', async () => {
    await store.command(sql`TRUNCATE TABLE spans`, { name: 'truncate' });
    await store.command(sql`TRUNCATE TABLE edge_traffic_10s`, { name: 'truncate' });
    const spans = fc.sample(samples.span, { numRuns: 60, seed: 2 });
    const traffic = fc.sample(samples.traffic, { numRuns: 60, seed: 3 });
    const writer = createBlockWriter(store);
    await writer.spans(spans.slice(0, 40), 'spans a');
    await writer.spans([...spans.slice(20)].reverse(), 'spans b');
    await writer.edgeTraffic(traffic.slice(0, 40), 'traffic a');
    await writer.edgeTraffic([...traffic.slice(20)].reverse(), 'traffic b');
    expect(await count('spans', true)).toBe(60);
    expect(await count('edge_traffic_10s', true)).toBe(60);
  });

  it('lets a recomputed row replace the older one, whichever came first', async () => {
    await store.command(sql`TRUNCATE TABLE edge_traffic_10s`, { name: 'truncate' });
    const [row] = fc.sample(samples.traffic, { numRuns: 1, seed: 4 });
    if (!row) throw new Error('no sample');
    const writer = createBlockWriter(store);
    await writer.edgeTraffic([{ ...row, requests: 2 }], 'second', 2);
    await writer.edgeTraffic([{ ...row, requests: 1 }], 'first', 1);
    expect(await store.query(sql`SELECT requests FROM edge_traffic_10s FINAL`, { name: 'requests' })).toEqual([{ requests: 2 }]);
  });

  it('readers cannot write, nor reach files and other hosts', async () => {
    const refused = [
      sql`SELECT * FROM file('/etc/passwd', 'LineAsString')`,
      sql`SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')`,
      sql`SELECT * FROM s3('http://127.0.0.1:1/bucket/key', 'LineAsString')`,
      sql`INSERT INTO edges (tenant) VALUES ('x')`,
      sql`DROP TABLE edges`,
      sql`CREATE TABLE leak (a Int8) ENGINE = Memory`,
    ];
    for (const query of refused) {
      await expect(store.query(query, { name: 'injected' }), query.text).rejects.toMatchObject({ name: 'StoreError', type: expect.stringMatching(/^(ACCESS_DENIED|READONLY|SYNTAX_ERROR)$/) as string });
    }
  });

  it('names the statement and the reason of a failure, and nothing secret', async () => {
    const failure = await store.query(sql`SELECT * FROM no_such_table`, { name: 'the statement' }).then(() => null, (error: unknown) => error as Error);
    expect(failure?.message).toMatch(/^the statement: UNKNOWN_TABLE: /);
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain(new URL(target.config.url ?? 'http://x:none-here@y').password);
  });

  it('ends a query at its time limit', async () => {
    await expect(store.query(sql`SELECT sum(sipHash64(number)) AS s FROM numbers(1000000000000)`, { name: 'endless', timeoutMs: 1_000 })).rejects.toMatchObject({ name: 'StoreError', passes: true });
  });

  describe('leases', () => {
    it('have one leader for each epoch, however many race', async () => {
      for (let epoch = 1; epoch <= 10; epoch++) {
        const now = samples.nowMs + epoch * 1_000;
        const won = await Promise.all(Array.from({ length: 16 }, (_, i) => acquireLease(store, 'race', `holder ${i} of ${epoch}`, 1_000, now)));
        const leaders = won.filter((lease) => lease !== null);
        expect(leaders).toHaveLength(1);
        expect(leaders[0]).toMatchObject({ epoch });
      }
    });

    it('are renewed by their holder, refused to others, and pass on when they end', async () => {
      const t = samples.nowMs;
      const first = await acquireLease(store, 'jobs', 'a', 1_000, t);
      expect(first).toEqual({ name: 'jobs', epoch: 1, holder: 'a', expiresAtMs: t + 1_000 });
      expect(await acquireLease(store, 'jobs', 'b', 1_000, t + 500)).toBeNull();
      const renewed = await acquireLease(store, 'jobs', 'a', 1_000, t + 600);
      expect(renewed).toMatchObject({ epoch: 2, expiresAtMs: t + 1_600 });
      const taken = await acquireLease(store, 'jobs', 'b', 1_000, t + 1_600);
      expect(taken).toMatchObject({ epoch: 3, holder: 'b' });
      if (!renewed || !taken) throw new Error('no lease');
      expect(await leads(store, renewed)).toBe(false);
      expect(await leads(store, taken)).toBe(true);
      await releaseLease(store, taken, t + 1_700);
      expect(await acquireLease(store, 'jobs', 'c', 1_000, t + 1_701)).toMatchObject({ holder: 'c', epoch: 5 });
    });
  });
});

/** The store without its migrations being checked: what a careless hand would do. */
async function reopenUnchecked(target: Target): Promise<{ command: Store['command']; close: () => Promise<void> }> {
  const { createHttpStore } = await import('@orrery/collectors/store/http-store');
  const { engineIn, urlOf } = await import('./targets.ts');
  if (target.config.url !== undefined) return createHttpStore({ writer: { url: target.config.url }, reader: null, database: target.config.database });
  const engine = await engineIn(target.config.dataDir);
  const http = createHttpStore({ writer: { url: urlOf(engine, 'app') }, reader: null, database: target.config.database });
  return {
    command: http.command,
    close: async () => {
      await http.close();
      await engine.stop();
    },
  };
}
