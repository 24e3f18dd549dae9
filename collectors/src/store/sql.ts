/**
 * SQL with typed parameters: values never enter the text. Made by the `sql` tag and its helpers alone;
 * an object that merely looks like one (`{ text, params }` from a request) is not accepted as a fragment.
 * `text` holds `{p1: Type}` placeholders, `params` their values; a long array is several of them.
 */
export interface Sql {
  readonly text: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A value with its ClickHouse type, made by `param`. */
export interface TypedValue {
  readonly type: string;
  readonly value: unknown;
}

/**
 * What may stand in `${…}`. Types are inferred where that is safe: string → String, bigint → UInt64 or Int64,
 * boolean → Bool, whole number → Int64, other number → Float64, string[] → Array(String).
 * Everything else takes `param(type, value)`.
 */
export type SqlValue = string | number | bigint | boolean | readonly string[] | Sql | TypedValue;

/** Constant text between values: what a fragment is stored as, so that composing renumbers placeholders. */
type Part = string | TypedValue;

const fragments = new WeakMap<Sql, readonly Part[]>();
const typedValues = new WeakSet<TypedValue>();

const identifierPattern = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$/;
const typePattern = /^[A-Za-z][A-Za-z0-9_]*(\([A-Za-z0-9_, '()]*\))?$/;

/** Builds a statement or a fragment of one: `` sql`SELECT 1 FROM edges WHERE tenant = ${tenant}` ``. */
export function sql(strings: TemplateStringsArray, ...values: readonly SqlValue[]): Sql {
  const parts: Part[] = [strings[0] ?? ''];
  values.forEach((value, i) => {
    const nested = typeof value === 'object' ? fragments.get(value as Sql) : undefined;
    if (nested) parts.push(...nested);
    else parts.push(toTyped(value));
    parts.push(strings[i + 1] ?? '');
  });
  return fromParts(parts);
}

/** A value of an explicit ClickHouse type, e.g. `param('Array(UInt64)', ids)`. The type is a constant of the program. */
export function param(type: string, value: unknown): TypedValue {
  if (!typePattern.test(type)) throw new TypeError(`not a ClickHouse type: ${JSON.stringify(type)}`);
  const typed = { type, value: wellFormed(value) };
  typedValues.add(typed);
  return typed;
}

/** A table, column or `database.table` name that is a constant of the program; anything but a plain name is refused. */
export function identifier(name: string): Sql {
  if (!identifierPattern.test(name)) throw new TypeError(`not an identifier: ${JSON.stringify(name)}`);
  return fromParts([name]);
}

/** A whole number as a literal, for places that take no parameter, such as a TTL. */
export function integerLiteral(value: number): Sql {
  if (!Number.isSafeInteger(value)) throw new TypeError(`not a whole number: ${value}`);
  return fromParts([String(value)]);
}

/** Fragments with a constant text between them, e.g. `joinSql(conditions, ' AND ')`. */
export function joinSql(items: readonly Sql[], separator: ', ' | ' AND ' | ' OR ' | ' UNION ALL ' | ' '): Sql {
  const parts: Part[] = [];
  items.forEach((item, i) => {
    const nested = fragments.get(item);
    if (!nested) throw new TypeError('only fragments made by the sql tag can be joined');
    if (i > 0) parts.push(separator);
    parts.push(...nested);
  });
  return fromParts(parts);
}

function fromParts(parts: readonly Part[]): Sql {
  let text = '';
  let count = 0;
  const params: Record<string, unknown> = {};
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    const placeholders = inFields(part.value).map((value) => {
      const name = `p${++count}`;
      params[name] = value;
      return `{${name}: ${part.type}}`;
    });
    text += placeholders.length === 1 ? placeholders[0]! : `arrayConcat(${placeholders.join(', ')})`;
  }
  const made: Sql = Object.freeze({ text, params: Object.freeze(params) });
  fragments.set(made, parts);
  return made;
}

/** ClickHouse takes 128 KiB in a field (`http_max_field_value_size`), an element with its quotes, escapes and comma. */
const fieldBytes = 120_000;

/** A value in as many pieces as it takes for each to be taken: an array of many elements is longer than a field may be. */
function inFields(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) return [value];
  const pieces: unknown[][] = [[]];
  let bytes = 0;
  for (const item of value as readonly unknown[]) {
    const own = bytesOf(item);
    if (bytes + own > fieldBytes && bytes > 0) {
      pieces.push([]);
      bytes = 0;
    }
    pieces.at(-1)!.push(item);
    bytes += own;
  }
  return pieces;
}

/** At most: escapes double, and a character takes up to three bytes for each of its UTF-16 units. */
function bytesOf(item: unknown): number {
  if (typeof item === 'string') return item.length * (/^[\x20-\x26\x28-\x5b\x5d-\x7e]*$/.test(item) ? 1 : 6) + 3;
  if (Array.isArray(item)) return item.reduce<number>((sum, one) => sum + bytesOf(one), 2);
  return 24;
}

function toTyped(value: SqlValue): TypedValue {
  switch (typeof value) {
    case 'string':
      return param('String', value);
    case 'boolean':
      return param('Bool', value);
    case 'bigint':
      return param(value < 0n ? 'Int64' : 'UInt64', value);
    case 'number':
      if (Number.isSafeInteger(value)) return param('Int64', value);
      if (Number.isFinite(value)) return param('Float64', value);
      throw new TypeError(`not a finite number: ${value}`);
    case 'object':
      if (typedValues.has(value as TypedValue)) return value as TypedValue;
      if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return param('Array(String)', value);
      break;
    default:
  }
  throw new TypeError('a value of this kind needs param(type, value)');
}

/** Lone surrogates cannot be sent as UTF-8: they become U+FFFD here rather than somewhere on the way. */
function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  return value;
}
