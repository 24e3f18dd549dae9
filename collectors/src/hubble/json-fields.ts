import { asBool, asInteger64, asList, asText, asUint32, JsonShapeError, type JsonObject } from '../wire/json-shape.ts';
import { bounded, maxListed } from './bounds.ts';
import { numberOf } from './flow-enums.ts';

/** A field under its name in the `.proto` file, else under its lowerCamelCase name. */
export function either(object: JsonObject, name: string, camelName: string): unknown {
  return object[name] ?? object[camelName] ?? undefined;
}

/** A text field, bounded. */
export function text(object: JsonObject, name: string, camelName: string): string {
  return bounded(asText(either(object, name, camelName), name));
}

/** A list of texts, bounded. */
export function texts(value: unknown, field: string): string[] {
  return asList(value, field).slice(0, maxListed).map((element) => bounded(asText(element, field)));
}

/** An enum by name or number; 0 for a name that is not known. */
export function enumNumber(value: unknown, field: string, names: Readonly<Record<string, number>>): number {
  return typeof value === 'string' ? numberOf(names, value) : asUint32(value, field);
}

const rfc3339 = /^(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/;

/** Unix nanoseconds of an RFC 3339 time, 0 if it is not given. @throws JsonShapeError */
export function readTime(value: unknown, field: string): bigint {
  if (value === undefined || value === null) return 0n;
  const parts = typeof value === 'string' ? rfc3339.exec(value) : null;
  const seconds = parts === null ? Number.NaN : Date.parse(`${parts[1]}${parts[3]}`.toUpperCase()) / 1000;
  if (Number.isNaN(seconds)) throw new JsonShapeError(field, 'an RFC 3339 time');
  return BigInt(seconds) * 1_000_000_000n + BigInt((parts?.[2] ?? '').padEnd(9, '0'));
}

/** A uint64, which JSON writes as a string. */
export function uint64(value: unknown, field: string): bigint {
  return asInteger64(value, field, false);
}

/** A bool; false where it is not given. */
export function bool(value: unknown, field: string): boolean {
  return value === undefined || value === null ? false : asBool(value, field);
}
