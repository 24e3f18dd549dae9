/** A value in the JSON form of a protobuf message that is not what its field demands. */
export class JsonShapeError extends Error {
  constructor(field: string, demand: string) {
    super(`${field} is not ${demand}`);
    this.name = 'JsonShapeError';
  }
}

/** A JSON object whose fields were not looked at yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

const nothing: JsonObject = {};
const none: readonly unknown[] = [];

/** These read one field; absent and null mean the default, as in proto3 JSON. @throws JsonShapeError. */
export function asObject(value: unknown, field: string): JsonObject {
  if (value === undefined || value === null) return nothing;
  if (typeof value !== 'object' || Array.isArray(value)) throw new JsonShapeError(field, 'an object');
  return value as JsonObject;
}

/** A repeated field; what is left out or null has no items. @throws JsonShapeError */
export function asList(value: unknown, field: string): readonly unknown[] {
  if (value === undefined || value === null) return none;
  if (!Array.isArray(value)) throw new JsonShapeError(field, 'an array');
  return value;
}

/** A string field; `''` where it is left out or null. @throws JsonShapeError */
export function asText(value: unknown, field: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw new JsonShapeError(field, 'a string');
  return value;
}

/** Hex of any length and case, as lower case. */
export function asHex(value: unknown, field: string): string {
  const text = asText(value, field);
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) throw new JsonShapeError(field, 'hexadecimal bytes');
  return text.toLowerCase();
}

/** A 32-bit integer or an enum without names (OTLP): a JSON number. */
export function asInt32(value: unknown, field: string): number {
  if (value === undefined || value === null) return 0;
  if (typeof value !== 'number' || !Number.isInteger(value) || (value | 0) !== value) throw new JsonShapeError(field, 'a 32-bit integer');
  return value;
}

/** A `uint32` as proto3 JSON has it, a number or its decimal digits; 0 where it is left out or null. @throws JsonShapeError */
export function asUint32(value: unknown, field: string): number {
  if (value === undefined || value === null) return 0;
  const n = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
  if (typeof n !== 'number' || !Number.isInteger(n) || n < 0 || n > 0xffff_ffff) throw new JsonShapeError(field, 'an unsigned 32-bit integer');
  return n;
}

/** A 64-bit integer, a decimal string or a number; `signed` tells int64 from (u)fixed64. */
export function asInteger64(value: unknown, field: string, signed: boolean): bigint {
  if (value === undefined || value === null) return 0n;
  const decimal = typeof value === 'string' ? /^-?\d{1,20}$/.test(value) : Number.isInteger(value);
  const n = decimal ? BigInt(value as string | number) : undefined;
  const inRange = n !== undefined && (signed ? BigInt.asIntN(64, n) === n : BigInt.asUintN(64, n) === n);
  if (!inRange) throw new JsonShapeError(field, `${signed ? 'a signed' : 'an unsigned'} 64-bit integer`);
  return n;
}

/** A double: a number, or a string as proto3 JSON writes NaN and the infinities. */
export function asDouble(value: unknown, field: string): number {
  if (typeof value === 'number') return value;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  if (typeof value === 'string' && /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(value)) return Number(value);
  throw new JsonShapeError(field, 'a number');
}

/** A `bool` that is there. @throws JsonShapeError */
export function asBool(value: unknown, field: string): boolean {
  if (typeof value !== 'boolean') throw new JsonShapeError(field, 'true or false');
  return value;
}

/** Base64 of either alphabet, as the standard one with padding. */
export function asBase64(value: unknown, field: string): string {
  const text = asText(value, field);
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) throw new JsonShapeError(field, 'base64');
  return Buffer.from(text, 'base64').toString('base64');
}
