import type { ByteWriter } from './byte-writer.ts';

/**
 * How values of one ClickHouse type lie in a Native block. `prefix` is what stands before the data of the outermost
 * column (LowCardinality's version number), once, even where the type sits inside another.
 */
export interface NativeType<T> {
  readonly name: string;
  prefix(out: ByteWriter): void;
  write(out: ByteWriter, values: readonly T[]): void;
}

const none = (): void => {};

function plain<T>(name: string, put: (out: ByteWriter, value: T) => void): NativeType<T> {
  return {
    name,
    prefix: none,
    write(out, values) {
      for (const value of values) put(out, value);
    },
  };
}

/** Counts, ports and codes are never negative: what is (a hostile sender) becomes 0, too large a value the largest. */
const within = (value: number, most: number): number => (value > 0 ? Math.min(value, most) : 0);

export const uint8 = plain<number>('UInt8', (out, value) => out.uint8(within(value, 0xff)));
export const int8 = plain<number>('Int8', (out, value) => out.uint8(value & 0xff));
export const bool = plain<boolean>('Bool', (out, value) => out.uint8(value ? 1 : 0));
export const uint16 = plain<number>('UInt16', (out, value) => out.uint16(within(value, 0xffff)));
export const int16 = plain<number>('Int16', (out, value) => out.uint16(value));
export const uint32 = plain<number>('UInt32', (out, value) => out.uint32(within(value, 0xffff_ffff)));
export const uint64 = plain<number | bigint>('UInt64', (out, value) => out.uint64(value > 0 ? value : 0));
/** The same where values are always bigint. */
export const uint64Big: NativeType<bigint> = plain<bigint>('UInt64', (out, value) => out.uint64(value));
export const int64 = plain<number | bigint>('Int64', (out, value) => out.uint64(value));
export const float64 = plain<number>('Float64', (out, value) => out.float64(value));
export const string = plain<string>('String', (out, value) => out.string(value));

/** Unix seconds. */
export const dateTime = plain<number>("DateTime('UTC')", (out, value) => out.uint32(within(value, 0xffff_ffff)));
/** Unix milliseconds. */
export const dateTime64Ms = plain<number>("DateTime64(3, 'UTC')", (out, value) => out.uint64(Math.round(value)));
/** Unix nanoseconds. */
export const dateTime64Ns = plain<bigint>("DateTime64(9, 'UTC')", (out, value) => out.uint64(value));

/** Bytes given as hex. */
export function fixedHex(size: number): NativeType<string> {
  return plain(`FixedString(${size})`, (out, value) => out.hex(value, size));
}

/** An Enum8 of the given names and numbers. */
export function enum8<Name extends string>(numbers: Readonly<Record<Name, number>>): NativeType<Name> {
  const members = Object.entries<number>(numbers).map(([name, number]) => `'${name}' = ${number}`);
  return plain(`Enum8(${members.join(', ')})`, (out, value) => out.uint8(numbers[value]));
}

const serializationVersion = 1;
/** HasAdditionalKeys and NeedUpdateDictionary, with the width of the indexes in the low byte. */
const dictionaryFlags = 0x600;

/** LowCardinality(String): a dictionary of this block's values, and an index into it for each row. */
export const lowCardinality: NativeType<string> = {
  name: 'LowCardinality(String)',
  prefix: (out) => out.uint64(serializationVersion),
  write(out, values) {
    if (values.length === 0) return;
    const keys = new Map<string, number>([['', 0]]);
    const indexes = new Uint32Array(values.length);
    let last = '', lastIndex = 0;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] ?? '';
      if (value !== last) {
        let index = keys.get(value);
        if (index === undefined) keys.set(value, (index = keys.size));
        last = value;
        lastIndex = index;
      }
      indexes[i] = lastIndex;
    }
    const width = keys.size <= 0x100 ? 0 : keys.size <= 0x10000 ? 1 : 2;
    out.uint64(dictionaryFlags | width);
    out.uint64(keys.size);
    for (const key of keys.keys()) out.string(key);
    out.uint64(values.length);
    out.raw(width === 0 ? new Uint8Array(indexes) : width === 1 ? new Uint16Array(indexes) : indexes);
  },
};

/** Array(T): the end of each row's items, then all items. */
export function array<T>(inner: NativeType<T>): NativeType<readonly T[]> {
  return {
    name: `Array(${inner.name})`,
    prefix: (out) => inner.prefix(out),
    write(out, values) {
      const items: T[] = [];
      for (const value of values) {
        for (const item of value) items.push(item);
        out.uint64(items.length);
      }
      inner.write(out, items);
    },
  };
}

/** Map(K, V): the end of each row's entries, then all keys, then all values. */
export function map<K, V>(key: NativeType<K>, value: NativeType<V>): NativeType<ReadonlyMap<K, V>> {
  return {
    name: `Map(${key.name}, ${value.name})`,
    prefix(out) {
      key.prefix(out);
      value.prefix(out);
    },
    write(out, maps) {
      const keys: K[] = [], values: V[] = [];
      // `forEach` because destructuring an iterator's pairs makes an array for each entry.
      const keep = (v: V, k: K): void => {
        keys.push(k);
        values.push(v);
      };
      for (const entries of maps) {
        if (entries.size > 0) entries.forEach(keep);
        out.uint64(keys.length);
      }
      key.write(out, keys);
      value.write(out, values);
    },
  };
}

type Field<T> = { readonly [Name in keyof T]: NativeType<T[Name]> };

/** A named Tuple: one column after the other. */
export function tuple<T extends object>(fields: Field<T>): NativeType<T> {
  const entries = Object.entries(fields) as [keyof T & string, NativeType<T[keyof T]>][];
  return {
    name: `Tuple(${entries.map(([name, type]) => `${name} ${type.name}`).join(', ')})`,
    prefix(out) {
      for (const [, type] of entries) type.prefix(out);
    },
    write(out, values) {
      for (const [name, type] of entries) type.write(out, values.map((value) => value[name]));
    },
  };
}
