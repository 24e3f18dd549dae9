import { sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';

/** The store's parts of a table at some time. */
export interface TableParts {
  /** Changed by every insert and merge. */
  readonly token: string;
  /** Rows that came later are in parts of other names. */
  readonly names: readonly string[];
}

/** The parts of all tables of traffic at some time. */
export interface TrafficTables {
  /** Changed by every insert into any of them: a block number is given to each and kept by merges. */
  readonly changeToken: string;
  of(table: string): TableParts;
}

export interface TableWatch {
  /** As they are now, which costs a look at the list of parts. */
  now(): Promise<TrafficTables>;
  /** As they are now, or were when `now` was last asked a moment ago: who asked whether anything changed need not look again to read it. Once. */
  recent(): Promise<TrafficTables>;
}

const momentMs = 50;
const noParts: TableParts = { token: '', names: [] };

/** @param now Unix milliseconds */
export function watchTables(store: Pick<Store, 'query'>, now: () => number): TableWatch {
  let last: { readonly atMs: number; readonly tables: Promise<TrafficTables> } | null = null;
  return {
    now() {
      const tables = readTables(store);
      last = { atMs: now(), tables };
      return tables;
    },
    recent() {
      const known = last;
      last = null;
      return known && Math.abs(now() - known.atMs) <= momentMs ? known.tables : readTables(store);
    },
  };
}

async function readTables(store: Pick<Store, 'query'>): Promise<TrafficTables> {
  const rows = await store.query<{ table: string; token: string; blocks: string; names: string[] }>(sql`
    SELECT table, toString(sipHash128(groupArray((partition_id, parts)))) AS token, toString(sipHash128(groupArray((partition_id, block)))) AS blocks, arrayFlatten(groupArray(parts)) AS names FROM (
      SELECT table, partition_id, max(max_block_number) AS block, arraySort(groupArray(name)) AS parts FROM system.parts
      WHERE active AND database = currentDatabase() AND startsWith(table, 'edge_traffic_') GROUP BY table, partition_id ORDER BY table, partition_id)
    GROUP BY table ORDER BY table`, { name: 'table parts', timeoutMs: 5_000 });
  const tables = new Map(rows.map(({ table, token, names }) => [table, { token, names }]));
  return { changeToken: rows.map(({ table, blocks }) => `${table} ${blocks}`).join(), of: (table) => tables.get(table) ?? noParts };
}
