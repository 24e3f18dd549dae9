import { identifier, integerLiteral, param, sql } from './sql.ts';
import type { Store } from './store.ts';

/** Tables whose lifetime the configuration decides, with the column that it counts from. */
const configurable = [
  { table: 'spans', since: sql`start_bucket` },
  { table: 'flows', since: sql`toDateTime(time)` },
  { table: 'access_logs', since: sql`bucket` },
] as const;

/**
 * Gives spans, flows and access logs the configured lifetime, where an earlier configuration gave them another one.
 * @returns names of the tables that were changed.
 */
export async function applyRetention(store: Pick<Store, 'query' | 'command'>, ttlDays: number, cluster: string | undefined): Promise<string[]> {
  const rows = await store.query<{ name: string; definition: string }>(
    sql`SELECT name, engine_full AS definition FROM system.tables WHERE database = currentDatabase() AND name IN ${configurable.map(({ table }) => table)}`,
    { name: 'retention' },
  );
  const changed: string[] = [];
  for (const { table, since } of configurable) {
    const definition = rows.find(({ name }) => name === table)?.definition ?? '';
    if (definition.includes(`toIntervalDay(${ttlDays})`)) continue;
    const onCluster = cluster === undefined ? sql`` : sql`ON CLUSTER ${param('Identifier', cluster)}`;
    await store.command(sql`ALTER TABLE ${identifier(table)} ${onCluster} MODIFY TTL ${since} + toIntervalDay(${integerLiteral(ttlDays)})`, { name: `retention of ${table}` });
    changed.push(table);
  }
  return changed;
}
