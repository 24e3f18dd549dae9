/**
 * Reads ClickHouse's Native format: blocks of a varint count of columns and of rows, then each column as name, type and
 * data. Numbers come as typed arrays, whole numbers beyond 2^53 lose their last digits as they do in JSON.
 */

/** As wide as they are stored; whole numbers of 8 bytes as floating point. */
export type NumberArray = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float64Array;

/** A column over all blocks. Values are numbers, texts, lowercase hex of fixed strings, or lists of them. */
export type NativeColumn =
  | { readonly kind: 'numbers'; readonly values: NumberArray }
  | { readonly kind: 'texts'; readonly values: readonly string[] }
  /** `items` of row i are those from `ends[i − 1]` (0 for the first) to `ends[i]`. */
  | { readonly kind: 'lists'; readonly ends: Float64Array; readonly items: NativeColumn };

/** A Native answer as it was read. */
export interface NativeAnswer {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, NativeColumn>;
}

/** The bytes are no Native format, of a type that is not read here, or end too early. */
export class NativeFormatError extends Error {}

type Parse = (at: Cursor, rows: number) => NativeColumn;

/** @throws NativeFormatError */
export function readNative(bytes: Uint8Array): NativeAnswer {
  const at = new Cursor(bytes);
  const blocks: { readonly rows: number; readonly columns: ReadonlyMap<string, NativeColumn> }[] = [];
  let rows = 0;
  while (!at.done) {
    const count = at.varint(), size = at.varint();
    // A row takes at least a byte in some column, so more rows than bytes are a damaged count.
    if (count > maxColumns || size > bytes.length) throw new NativeFormatError(`a block of ${count} columns and ${size} rows cannot be`);
    const columns = new Map<string, NativeColumn>();
    for (let i = 0; i < count; i++) {
      const name = at.text(), { prefix, parse } = parserOf(at.text());
      if (size === 0) {
        columns.set(name, parse(at, 0));
        continue;
      }
      prefix(at);
      columns.set(name, parse(at, size));
    }
    blocks.push({ rows: size, columns });
    rows += size;
  }
  const first = blocks[0];
  if (!first) return { rows: 0, columns: new Map() };
  if (blocks.length === 1) return first;
  return { rows, columns: new Map([...first.columns.keys()].map((name) => [name, concat(blocks.map((block) => present(block.columns.get(name), name)))])) };
}

const maxColumns = 10_000;

function present(column: NativeColumn | undefined, name: string): NativeColumn {
  if (!column) throw new NativeFormatError(`a block lacks the column ${name}`);
  return column;
}

interface TypeParser {
  /** What stands before the data of a column, once, however deep the type that needs it. */
  readonly prefix: (at: Cursor) => void;
  readonly parse: Parse;
}

const noPrefix = (): void => undefined;
const parsers = new Map<string, TypeParser>();

function parserOf(type: string): TypeParser {
  let parser = parsers.get(type);
  if (!parser) {
    parser = makeParser(type);
    // Types come from our own queries, so they are few; a damaged answer must not fill the memory.
    if (parsers.size < 1_000) parsers.set(type, parser);
  }
  return parser;
}

function makeParser(type: string): TypeParser {
  const [, outer, inner] = /^(Array|LowCardinality|SimpleAggregateFunction)\((.*)\)$/s.exec(type) ?? [];
  if (outer === 'Array' && inner !== undefined) {
    const { prefix, parse } = parserOf(inner);
    return { prefix, parse: (at, rows) => { const ends = at.numbers(rows, 8, uint64); return { kind: 'lists', ends, items: parse(at, lastOf(ends, at)) }; } };
  }
  if (outer === 'LowCardinality' && inner === 'String') return { prefix: (at) => { at.skip(8); }, parse: lowCardinality };
  const fixed = /^FixedString\((\d+)\)$/.exec(type);
  if (fixed) return { prefix: noPrefix, parse: (at, rows) => ({ kind: 'texts', values: at.hexes(rows, Number(fixed[1])) }) };
  const members = /^Enum8\((.*)\)$/s.exec(type);
  if (members) return { prefix: noPrefix, parse: enumParser(members[1]!) };
  if (type === 'String') return { prefix: noPrefix, parse: (at, rows) => ({ kind: 'texts', values: at.texts(rows) }) };
  const number = numberTypes[type.startsWith('DateTime(') ? 'DateTime' : type];
  if (!number) throw new NativeFormatError(`the type ${type.slice(0, 80)} is not read`);
  return { prefix: noPrefix, parse: (at, rows) => ({ kind: 'numbers', values: at.numbers(rows, number.size, number.read) }) };
}

/** Numbers out of bytes of their own, which therefore are aligned; little-endian, as the format and every machine that Node runs on. */
type ReadNumbers<T extends NumberArray = NumberArray> = (bytes: ArrayBuffer) => T;

const wide = (bytes: ArrayBuffer, halves: Uint32Array, high: ArrayLike<number>): Float64Array => {
  const values = new Float64Array(bytes.byteLength / 8);
  for (let i = 0; i < values.length; i++) values[i] = halves[2 * i]! + high[2 * i + 1]! * 4_294_967_296;
  return values;
};
const uint64: ReadNumbers<Float64Array> = (bytes) => { const halves = new Uint32Array(bytes); return wide(bytes, halves, halves); };
const uint32: ReadNumbers = (bytes) => new Uint32Array(bytes);
const uint8: ReadNumbers = (bytes) => new Uint8Array(bytes);
const numberTypes: Readonly<Record<string, { readonly size: number; readonly read: ReadNumbers }>> = {
  UInt8: { size: 1, read: uint8 },
  Bool: { size: 1, read: uint8 },
  UInt16: { size: 2, read: (bytes) => new Uint16Array(bytes) },
  UInt32: { size: 4, read: uint32 },
  DateTime: { size: 4, read: uint32 },
  UInt64: { size: 8, read: uint64 },
  Int8: { size: 1, read: (bytes) => new Int8Array(bytes) },
  Int16: { size: 2, read: (bytes) => new Int16Array(bytes) },
  Int32: { size: 4, read: (bytes) => new Int32Array(bytes) },
  Int64: { size: 8, read: (bytes) => wide(bytes, new Uint32Array(bytes), new Int32Array(bytes)) },
  Float64: { size: 8, read: (bytes) => new Float64Array(bytes) },
};

function enumParser(members: string): Parse {
  const names = new Map<number, string>();
  for (const [, name, value] of members.matchAll(/'((?:[^'\\]|\\.)*)' = (-?\d+)/g)) names.set(Number(value), name!.replace(/\\(.)/g, '$1'));
  return (at, rows) => ({ kind: 'texts', values: Array.from(at.numbers(rows, 1, numberTypes['Int8']!.read), (value) => names.get(value) ?? '') });
}

/** The bits of the flags that tell how wide an index is. */
const widths = [1, 2, 4, 8];

function lowCardinality(at: Cursor, rows: number): NativeColumn {
  if (rows === 0) return { kind: 'texts', values: [] };
  const width = widths[at.numbers(1, 8, uint64)[0]! % 256];
  if (width === undefined) throw new NativeFormatError('a dictionary with indexes of an unknown width');
  const keys = at.texts(at.count());
  if (at.count() !== rows) throw new NativeFormatError('a dictionary with as many indexes as there are not rows');
  const read = width === 8 ? uint64 : width === 4 ? numberTypes['UInt32']!.read : width === 2 ? numberTypes['UInt16']!.read : numberTypes['UInt8']!.read;
  const indexes = at.numbers(rows, width, read), values = new Array<string>(rows);
  for (let i = 0; i < rows; i++) {
    const value = keys[indexes[i]!];
    if (value === undefined) throw new NativeFormatError('an index beyond its dictionary');
    values[i] = value;
  }
  return { kind: 'texts', values };
}

function lastOf(ends: Float64Array, at: Cursor): number {
  let last = 0;
  for (const end of ends) {
    if (end < last) throw new NativeFormatError('lists that end before they begin');
    last = end;
  }
  if (last > at.left) throw new NativeFormatError('the answer ends inside a list');
  return last;
}

const nothing: readonly string[] = [];

function concat(parts: readonly NativeColumn[]): NativeColumn {
  const first = parts[0]!;
  switch (first.kind) {
    case 'texts': return { kind: 'texts', values: nothing.concat(...parts.map((part) => (part.kind === 'texts' ? part.values : []))) };
    case 'numbers': return { kind: 'numbers', values: joined(parts.map((part) => (part.kind === 'numbers' ? part.values : new Uint8Array()))) };
    case 'lists': {
      const lists = parts.filter((part) => part.kind === 'lists'), ends = new Float64Array(lists.reduce((rows, part) => rows + part.ends.length, 0));
      let at = 0, before = 0;
      for (const { ends: own } of lists) {
        for (let i = 0; i < own.length; i++) ends[at + i] = own[i]! + before;
        at += own.length;
        before = ends[at - 1] ?? 0;
      }
      return { kind: 'lists', ends, items: concat(lists.map(({ items }) => items)) };
    }
  }
}

function joined(parts: readonly NumberArray[]): NumberArray {
  const all = new (parts[0]!.constructor as new (length: number) => NumberArray)(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

class Cursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean { return this.#at >= this.#bytes.length; }
  get left(): number { return this.#bytes.length - this.#at; }

  /** Where `size` bytes begin. @throws NativeFormatError if there are fewer */
  skip(size: number): number {
    const from = this.#at;
    if (size > this.left) throw new NativeFormatError('the answer ends too early');
    this.#at += size;
    return from;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#bytes[this.skip(1)]!;
      value += (byte & 0x7f) * scale;
      if (byte < 128) return value;
      if (scale > 2 ** 42) throw new NativeFormatError('a length that cannot be');
    }
  }

  /** A 64-bit count, which is never more than there are bytes left. */
  count(): number {
    const value = this.numbers(1, 8, uint64)[0]!;
    if (value > this.left) throw new NativeFormatError('the answer ends too early');
    return value;
  }

  text(): string {
    const length = this.varint(), from = this.skip(length);
    return this.#bytes.toString('utf8', from, from + length);
  }

  texts(count: number): string[] {
    const values = new Array<string>(count);
    for (let i = 0; i < count; i++) values[i] = this.text();
    return values;
  }

  hexes(count: number, size: number): string[] {
    const from = this.skip(count * size), values = new Array<string>(count);
    // Each for itself: slices of one long text would keep all of it.
    for (let i = 0; i < count; i++) values[i] = this.#bytes.toString('hex', from + i * size, from + (i + 1) * size);
    return values;
  }

  numbers<T extends NumberArray>(count: number, size: number, read: ReadNumbers<T>): T {
    const from = this.#bytes.byteOffset + this.skip(count * size);
    return read(this.#bytes.buffer.slice(from, from + count * size) as ArrayBuffer);
  }
}
