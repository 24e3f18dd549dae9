import { identifier, joinSql, sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';

/** A stored row in a form that JSON keeps exactly: 64-bit integers as text, times as Unix numbers, ids as hex. */
export type Plain = Record<string, unknown>;

/** All rows of a table as `Plain`, whatever its columns are. */
export async function storedRows(store: Store, table: string, except: readonly string[] = []): Promise<Plain[]> {
  const columns = await store.query<{ name: string; type: string }>(
    sql`SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = ${table} ORDER BY position`, { name: 'columns' });
  const selected = columns.filter(({ name }) => !except.includes(name)).map(({ name, type }) => sql`${plain(identifier(`t.${name}`), type)} AS ${identifier(name)}`);
  return await store.query<Plain>(sql`SELECT ${joinSql(selected, ', ')} FROM ${identifier(table)} AS t`, { name: 'stored rows' });
}

function plain(name: Sql, type: string): Sql {
  if (type.startsWith('FixedString')) return sql`lower(hex(${name}))`;
  if (type.startsWith('DateTime64(9')) return sql`toString(toUnixTimestamp64Nano(${name}))`;
  if (type.startsWith('DateTime64(3')) return sql`toUnixTimestamp64Milli(${name})`;
  if (type.startsWith('DateTime')) return sql`toUnixTimestamp(${name})`;
  if (/^U?Int64$/.test(type)) return sql`toString(${name})`;
  if (type === 'Array(UInt64)') return sql`arrayMap(x -> toString(x), ${name})`;
  if (/^Map\(.*UInt64\)$/.test(type)) return sql`arrayMap((k, v) -> (toString(k), toString(v)), mapKeys(${name}), mapValues(${name}))`;
  if (type.startsWith('Map(')) return sql`arrayZip(mapKeys(${name}), mapValues(${name}))`;
  if (type.startsWith('Array(Tuple(time')) return sql`arrayMap(e -> (toString(toUnixTimestamp64Nano(e.1)), e.2, arrayZip(mapKeys(e.3), mapValues(e.3))), ${name})`;
  if (type.startsWith('Array(Tuple(trace_id')) return sql`arrayMap(l -> (lower(hex(l.1)), lower(hex(l.2))), ${name})`;
  return name;
}

/** A model row as `Plain` under the table's column names: `httpStatus` → `http_status`, maps as pairs, bigints as text. */
export function flat(row: object, rename: Readonly<Record<string, string>> = {}): Plain {
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [rename[key] ?? key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value]));
}

export const pairs = (map: ReadonlyMap<unknown, unknown>): unknown[] => [...map].map(([key, value]) => [key, value]);
export const textPairs = (map: ReadonlyMap<unknown, unknown>): unknown[] => [...map].map(([key, value]) => [String(key), String(value)]);
export const prefixed = (prefix: string, row: object): Plain => Object.fromEntries(Object.entries(row).map(([key, value]) => [`${prefix}_${key}`, value]));

/** Rows in an order of their own, for comparing sets of rows. */
export function sorted(rows: readonly Plain[]): Plain[] {
  const keyed = rows.map((row) => [JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))), row] as const);
  return keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, row]) => row);
}
