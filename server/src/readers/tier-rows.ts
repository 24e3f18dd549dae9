import type { TierStep } from '@orrery/collectors/model/time-window';
import { identifier, joinSql, param, sql, type Sql } from '@orrery/collectors/store/sql';
import type { Scope } from '../inference/ports.ts';
import type { TierSegment } from './tier-segments.ts';
import { trafficColumns } from './traffic-columns.ts';

/**
 * The rows of a scope: each segment from its own tier, deduplicated, of some edges or all.
 * @param edgeIds null for all; or the right side of `edge_id IN …`
 */
export function tierRows(scope: Scope, segments: readonly TierSegment[], step: TierStep, edgeIds: Sql | null): Sql {
  const conditions = [sql`measured != 0`];
  if (edgeIds) conditions.push(sql`edge_id IN ${edgeIds}`);
  if (scope.namespaces) {
    const namespaces = param('Array(String)', scope.namespaces);
    conditions.push(sql`edge_id IN (SELECT edge_id FROM edges WHERE tenant = ${scope.tenant} AND (source_namespace IN ${namespaces} OR destination_namespace IN ${namespaces}))`);
  }
  return joinSql(segments.map((segment) => sql`
    SELECT ${trafficColumns(Math.max(0, segment.step - step))} FROM ${identifier(segment.table)} FINAL
    WHERE tenant = ${scope.tenant} AND bucket >= toDateTime(${segment.from}) AND bucket < toDateTime(${segment.to}) AND ${joinSql(conditions, ' AND ')}
    SETTINGS do_not_merge_across_partitions_select_final = 1`), ' UNION ALL ');
}
