import { joinSql, param, sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { isEventKind, isEventSource, type MeshEvent } from '../events/event.ts';
import type { EventReader } from '../events/event-reader.ts';

interface EventRow extends Omit<MeshEvent, 'kind' | 'source'> {
  readonly kind: string;
  readonly source: string;
  readonly total: number;
}

export function createEventReader(store: Pick<Store, 'query'>): EventReader {
  return {
    async events({ scope, fromMs, toMs, kinds, limit }) {
      const conditions = [
        sql`tenant = ${scope.tenant}`, sql`time < fromUnixTimestamp64Milli(${Math.ceil(toMs)})`, sql`end_time >= fromUnixTimestamp64Milli(${Math.floor(fromMs)})`,
        ...(scope.namespaces === null ? [] : [sql`(namespace = '' OR namespace IN ${param('Array(String)', scope.namespaces)})`]),
        ...(kinds === null ? [] : [sql`kind IN ${param('Array(String)', kinds)}`]),
      ];
      const rows = await store.query<EventRow>(sql`
        SELECT id, toUnixTimestamp64Milli(time) AS timeMs, toUnixTimestamp64Milli(end_time) AS endMs, kind, title, body, cluster, namespace,
          entity_kind AS entityKind, entity_name AS entityName, before, after, source, url, count() OVER () AS total
        FROM events FINAL WHERE ${joinSql(conditions, ' AND ')} ORDER BY time DESC, id DESC LIMIT ${limit}`, { name: 'events', timeoutMs: 10_000 });
      return { events: rows.map(eventOf).reverse(), total: Number(rows[0]?.total ?? 0) };
    },
  };
}

/** A bundle may come from a newer Orrery: what it knows and this one does not is still an event. */
function eventOf({ total: _, kind, source, timeMs, endMs, ...row }: EventRow): MeshEvent {
  return { ...row, timeMs: Number(timeMs), endMs: Number(endMs), kind: isEventKind(kind) ? kind : 'custom', source: isEventSource(source) ? source : 'api' };
}
