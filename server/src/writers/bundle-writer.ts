import { identifier, sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { BadBundle, type BundlePiece } from '../bundle/manifest.ts';

type WriterStore = Pick<Store, 'query' | 'command' | 'insertNative'>;

/** Puts the pieces of a bundle into the tables of a store of their own. */
export interface BundleWriter {
  write(piece: Pick<BundlePiece, 'table' | 'body'>): Promise<void>;
}

/** What recording writes; nothing else of a bundle reaches the store. */
const tables = [
  'edge_traffic_10s', 'edge_traffic_1m', 'edge_traffic_10m', 'edge_traffic_1h', 'edge_operation', 'edge_zone_traffic', 'edges', 'latency_layouts',
  'identities', 'events', 'config_objects', 'finding_history', 'source_reports', 'job_progress',
] as const;

/**
 * Prepares an empty store for rows of any age: what was recorded long ago must not expire on arrival.
 * @throws BadBundle from `write` on what a recording never holds
 */
export async function createBundleWriter(store: WriterStore): Promise<BundleWriter> {
  const known = await store.query<{ name: string; columns: string[]; ttl: boolean }>(sql`
    SELECT t.name AS name, c.columns AS columns, position(t.engine_full, ' TTL ') > 0 AS ttl
    FROM (SELECT name, engine_full FROM system.tables WHERE database = currentDatabase() AND name IN ${tables}) AS t
    INNER JOIN (SELECT table, arraySort(p -> p.1, groupArray((position, name))).2 AS columns FROM system.columns WHERE database = currentDatabase() GROUP BY table) AS c ON c.table = t.name`,
  { name: 'tables of a bundle' });
  for (const { name, ttl } of known) if (ttl) await store.command(sql`ALTER TABLE ${identifier(name)} REMOVE TTL`, { name: `keep ${name}` });
  const columns = new Map(known.map((table) => [table.name, table.columns]));
  let piece = 0;
  return {
    async write({ table, body }) {
      const names = columns.get(table);
      if (!names) throw new BadBundle(`the bundle holds ${table}, which no recording writes`);
      // Columns that an older bundle lacks take their defaults.
      await store.insertNative(table, names, body, `bundle:${++piece}`);
    },
  };
}
