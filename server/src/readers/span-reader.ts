import type { Edge } from '@orrery/collectors/model/edge';
import { EntityKind, type Entity } from '@orrery/collectors/model/entity';
import type { Span } from '@orrery/collectors/model/span';
import type { TimeWindow } from '@orrery/collectors/model/time-window';
import { joinSql, param, sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import type { Scope } from '../inference/ports.ts';
import { createEdgeNames } from './edge-names.ts';
import { spanColumns, spanOf, type SpanColumnsRow } from './span-columns.ts';

export interface SpanReader {
  /** Spans of a client and server pair behind some stored edges, newest first; failing ones first if asked. */
  edgeSpans(scope: Scope, window: TimeWindow, edgeIds: readonly string[], options: { readonly limit: number; readonly errorsFirst: boolean }): Promise<readonly Span[]>;
  /** Spans of one trace by start; `aroundMs` null searches everything kept. */
  trace(scope: Scope, traceId: string, aroundMs: number | null, limit: number): Promise<readonly Span[]>;
}

/** Samples come from the end of the window: a longer look back costs much and shows nothing that helps. */
const searchSeconds = 1_800;
const aroundSeconds = 3_600;
/** Edges that a search looks for; the samples of the first ones stand for all. */
const maxEdges = 20;
const timeoutMs = 15_000;

/** Reads spans, each once whatever was resent. */
export function createSpanReader(store: Pick<Store, 'query'>): SpanReader {
  const names = createEdgeNames(store);

  return {
    async edgeSpans({ tenant }, window, edgeIds, { limit, errorsFirst }) {
      const some = edgeIds.slice(0, 200);
      await names.load(tenant, some);
      const edges = distinctPairs(some.flatMap((id) => names.get(tenant, id) ?? [])).slice(0, maxEdges);
      if (edges.length === 0) return [];
      const from = Math.max(window.from, window.to - searchSeconds);
      const range = sql`tenant = ${tenant} AND start_bucket >= toDateTime(${Math.floor(from / 10) * 10}) AND start_bucket < toDateTime(${window.to})`;
      const order = errorsFirst ? sql`failed DESC, start DESC` : sql`start DESC`;
      const paired = joinSql(edges.map((edge) => sql`
        SELECT c.trace_id AS trace_id, c.span_id AS client, s.span_id AS server, c.failed OR s.failed AS failed, c.start AS start
        FROM (SELECT trace_id, span_id, start, status = 2 AS failed FROM spans WHERE ${range} AND kind IN (3, 4) AND ${isEntity(edge.source)}) AS c
        INNER JOIN (SELECT trace_id, span_id, parent_span_id, status = 2 AS failed FROM spans WHERE ${range} AND kind IN (2, 5) AND ${isEntity(edge.destination)}) AS s
        ON c.trace_id = s.trace_id AND c.span_id = s.parent_span_id`), ' UNION ALL ');
      const single = joinSql(edges.flatMap(singleSided).map((condition) => sql`
        SELECT trace_id, span_id AS client, span_id AS server, status = 2 AS failed, start FROM spans WHERE ${range} AND ${condition}`), ' UNION ALL ');
      const search = hasSingle(edges) ? joinSql([paired, single], ' UNION ALL ') : paired;
      const rows = await store.query<SpanColumnsRow>(sql`
        WITH found AS (SELECT trace_id, client, server, failed, start FROM (${search}) ORDER BY ${order}, trace_id, client LIMIT 1 BY trace_id, client, server LIMIT ${limit})
        SELECT ${spanColumns} FROM spans
        WHERE ${range} AND (trace_id, span_id) IN (SELECT trace_id, arrayJoin([client, server]) FROM found)
        ORDER BY ${errorsFirst ? sql`status = 2 DESC, spans.start DESC` : sql`spans.start DESC`}, traceId, spanId
        LIMIT 1 BY trace_id, span_id, kind, app LIMIT ${limit}`, { name: 'edge spans', timeoutMs });
      return rows.map(spanOf);
    },

    async trace({ tenant }, traceId, aroundMs, limit) {
      const range = aroundMs === null ? sql`1` : sql`start_bucket >= toDateTime(${Math.floor(aroundMs / 1000) - aroundSeconds}) AND start_bucket <= toDateTime(${Math.ceil(aroundMs / 1000) + aroundSeconds})`;
      const rows = await store.query<SpanColumnsRow>(sql`
        SELECT ${spanColumns} FROM spans WHERE tenant = ${tenant} AND ${range} AND trace_id = unhex(${traceId})
        ORDER BY spans.start, spanId LIMIT 1 BY trace_id, span_id, kind, app LIMIT ${limit}`, { name: 'trace', timeoutMs });
      return rows.map(spanOf);
    },
  };
}

/** Who recorded a span: a workload by name or app, an application by app. */
function isEntity(entity: Entity): Sql {
  const conditions = [entity.namespace === '' ? sql`1` : sql`namespace IN ${param('Array(String)', [entity.namespace, ''])}`];
  const byApp = sql`(app = ${entity.app || entity.name} AND app != '')`;
  conditions.push(entity.kind === EntityKind.app ? byApp : sql`(entity_name = ${entity.name} OR (entity_kind = 'app' AND ${byApp}))`);
  return joinSql(conditions, ' AND ');
}

/** Edges of which one side alone records spans: databases, topics, external hosts, services that are not traced, nameless root callers. */
function singleSided({ source, destination }: Edge): Sql[] {
  switch (destination.kind) {
    case EntityKind.database:
      return [sql`kind = 3 AND ${isEntity(source)} AND db_system != '' AND startsWith(${destination.name}, concat(db_system, ':', server_address))`];
    case EntityKind.topic:
      return [sql`kind IN (3, 4) AND ${isEntity(source)} AND concat(messaging_system, ':', messaging_destination) = ${destination.name}`];
    case EntityKind.external:
    case EntityKind.service:
      return [sql`kind = 3 AND ${isEntity(source)} AND (server_address = ${destination.name} OR peer_service = ${destination.name})`];
    case EntityKind.app:
      return [sql`kind = 3 AND ${isEntity(source)} AND db_system = '' AND ${isAddressed(destination)}`];
    default:
  }
  if (source.kind === EntityKind.topic) return [sql`kind IN (3, 5) AND ${isEntity(destination)} AND concat(messaging_system, ':', messaging_destination) = ${source.name}`];
  if (source.kind === EntityKind.unknown || source.kind === EntityKind.world) return [sql`kind = 2 AND ${isEntity(destination)} AND parent_span_id = unhex('0000000000000000')`];
  return [];
}

/** Whether a client span names an application as a caller in its cluster does: `orders`, `orders.shop`, `orders.shop.svc[.…]`. */
function isAddressed({ name, namespace }: Entity): Sql {
  const full = `${name}.${namespace}`;
  return sql`(peer_service = ${name} OR server_address IN ${param('Array(String)', [name, full, `${full}.svc`])} OR startsWith(server_address, ${`${full}.svc.`}))`;
}

function hasSingle(edges: readonly Edge[]): boolean {
  return edges.some((edge) => singleSided(edge).length > 0);
}

function distinctPairs(edges: readonly Edge[]): Edge[] {
  const seen = new Map<string, Edge>();
  for (const edge of edges) seen.set(JSON.stringify([edge.source, edge.destination]), edge);
  return [...seen.values()];
}
