import { joinSql, sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import type { PastEvent, PastEvents } from '../inference/explain/past-events.ts';

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
}

/** Reads events for explanations and comparisons: by time, or one by its id. */
export function createPastEventReader(store: Pick<Store, 'query'>): PastEvents {
  async function read(tenant: string, conditions: readonly Sql[], limit: number): Promise<PastEvent[]> {
    const rows = await store.query<EventRow>(sql`
      SELECT id, toUnixTimestamp64Milli(time) AS at, kind, title, cluster, namespace, entity_kind AS entityKind, entity_name AS entityName, before, after
      FROM events FINAL WHERE tenant = ${tenant} AND ${joinSql(conditions, ' AND ')} ORDER BY time, id LIMIT ${limit}`,
    { name: 'past events', timeoutMs: readTimeoutMs });
    return rows.map((row) => ({
      id: row.id, timeMs: Number(row.at), kind: row.kind, title: row.title, before: row.before, after: row.after,
      entity: { cluster: row.cluster, namespace: row.namespace, kind: row.entityKind, name: row.entityName },
    }));
  }
  const since = (ms: number): Sql => sql`time >= fromUnixTimestamp64Milli(${Math.floor(ms)})`;
  const until = (ms: number): Sql => sql`time < fromUnixTimestamp64Milli(${Math.ceil(ms)})`;
  return {
    between: ({ tenant }, fromMs, toMs, limit) => read(tenant, [since(fromMs), until(toMs)], limit),
    async byId({ tenant }, id, aroundMs) {
      const near = aroundMs === null ? [] : [since(aroundMs - weekMs), until(aroundMs + weekMs)];
      return (await read(tenant, [sql`id = ${id}`, ...near], 1))[0] ?? null;
    },
  };
}
