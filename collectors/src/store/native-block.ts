import { ByteWriter } from './byte-writer.ts';
import type { NativeType } from './native-types.ts';

/** One column of a table: its name, how it is encoded, and where a row has its value. */
export interface Column<Row> {
  readonly name: string;
  write(out: ByteWriter, rows: readonly Row[]): void;
}

/** A table's columns, declared once: the insert's column list derives from it. */
export interface TableRow<Row> {
  readonly table: string;
  readonly columns: readonly Column<Row>[];
}

/** How a row of a table becomes Native columns, in the order in which they are sent. */
export function tableRow<Row>(table: string, columns: readonly Column<Row>[]): TableRow<Row> {
  return { table, columns };
}

/** A column by its name, its type and where a row has its value. */
export function column<Row, T>(name: string, type: NativeType<T>, get: (row: Row) => T): Column<Row> {
  return {
    name,
    write(out, rows) {
      out.string(name);
      out.string(type.name);
      type.prefix(out);
      type.write(out, rows.map(get));
    },
  };
}

/**
 * Rows as one block of ClickHouse's Native format: column count, row count, then each column as name, type, data.
 * @throws RangeError where a value does not fit its column
 */
export function encodeBlock<Row>(format: TableRow<Row>, rows: readonly Row[]): Uint8Array {
  const out = new ByteWriter(Math.max(1 << 12, rows.length * format.columns.length * 8));
  out.varint(format.columns.length);
  out.varint(rows.length);
  for (const one of format.columns) one.write(out, rows);
  return out.bytes();
}
