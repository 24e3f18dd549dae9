import { joinSql, param, sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { objectKey, type PastEvent, type PastEvents } from '../inference/explain/past-events.ts';

const readTimeoutMs = 10_000;
const weekMs = 604_800_000;

interface EventRow {
  readonly id: string;
  readonly at: number;
  readonly kind: string;
  readonly title: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly entityKind: string;
  readonly entityName: string;
  readonly before: string;
  readonly after: string;
  readonly body: string;
}

interface ObjectRow {
  readonly cluster: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly object: string;
}

/** Reads events for explanations and comparisons: by time, or one by its id. */
export function createPastEventReader(store: Pick<Store, 'query'>): PastEvents {
  async function read(tenant: string, conditions: readonly Sql[], order: Sql, limit: number): Promise<PastEvent[]> {
    const rows = await store.query<EventRow>(sql`
      SELECT id, toUnixTimestamp64Milli(time) AS at, kind, title, cluster, namespace, entity_kind AS entityKind, entity_name AS entityName, before, after, body
      FROM events FINAL WHERE tenant = ${tenant} AND ${joinSql(conditions, ' AND ')} ORDER BY ${order}, id LIMIT ${limit}`,
    { name: 'past events', timeoutMs: readTimeoutMs });
    return rows.map((row) => ({
      id: row.id, timeMs: Number(row.at), kind: row.kind, title: row.title, before: row.before, after: row.after, body: row.body,
      entity: { cluster: row.cluster, namespace: row.namespace, kind: row.entityKind, name: row.entityName },
    }));
  }
  const since = (ms: number): Sql => sql`time >= fromUnixTimestamp64Milli(${Math.floor(ms)})`;
  const until = (ms: number, column: Sql = sql`time`): Sql => sql`${column} < fromUnixTimestamp64Milli(${Math.ceil(ms)})`;
  return {
    near: ({ tenant }, atMs, fromMs, toMs, limit) => read(tenant, [since(fromMs), until(toMs)], sql`abs(at - ${param('Int64', Math.round(atMs))})`, limit),
    async byId({ tenant }, id, aroundMs) {
      const near = aroundMs === null ? [] : [since(aroundMs - weekMs), until(aroundMs + weekMs)];
      return (await read(tenant, [sql`id = ${id}`, ...near], sql`time`, 1))[0] ?? null;
    },
    async objects({ tenant }, names, untilMs) {
      const wanted = joinSql(names.map(({ kind, namespace, name }) => sql`(${kind}, ${namespace}, ${name})`), ', ');
      const rows = await store.query<ObjectRow>(sql`
        SELECT cluster, kind, namespace, name, argMax(object, (seen_at, written_at)) AS object
        FROM config_objects WHERE tenant = ${tenant} AND ${until(untilMs, sql`seen_at`)} AND NOT deleted AND (kind, namespace, name) IN (${wanted})
        GROUP BY cluster, kind, namespace, name LIMIT ${10 * names.length}`, { name: 'changed configuration', timeoutMs: readTimeoutMs });
      return new Map(rows.map((row) => [objectKey(row), row.object]));
    },
  };
}
