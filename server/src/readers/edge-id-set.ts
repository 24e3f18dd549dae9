import { joinSql, param, sql, type Sql } from '@orrery/collectors/store/sql';

/** Ids in one parameter: the server takes 128 KiB in a field (`http_max_field_value_size`), an id takes 35 bytes of it. */
const idsPerParameter = 3_500;

/** The right side of `edge_id IN …`: any number of ids, 32 hex digits each, which may end in zero bytes. */
export function edgeIdSet(ids: readonly string[]): Sql {
  const chunks = Array.from({ length: Math.max(1, Math.ceil(ids.length / idsPerParameter)) }, (_, i) => ids.slice(i * idsPerParameter, (i + 1) * idsPerParameter));
  const arrays = joinSql(chunks.map((chunk) => sql`${param('Array(String)', chunk)}`), ', ');
  return sql`(SELECT toFixedString(unhex(arrayJoin(arrayConcat(${arrays}))), 16))`;
}
