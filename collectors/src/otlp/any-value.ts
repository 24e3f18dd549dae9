/**
 * How an OTLP `AnyValue` is written as text: strings as they are, booleans, decimal numbers, bytes as base64,
 * arrays and key-value lists as JSON. The decoders of both encodings share these, so that they agree.
 */

/** Arrays and lists nested deeper than this are replaced by `tooDeep`. */
export const maxValueDepth = 8;
/** What stands for a value nested deeper, as JSON. */
export const tooDeep = '"[nested too deeply]"';

/** A double as proto3 JSON names it, `NaN` and `Infinity` included. */
export function doubleText(value: number): string {
  return String(value);
}

/** A double inside JSON, where `NaN` and the infinities are strings. */
export function doubleJson(value: number): string {
  return Number.isFinite(value) ? String(value) : `"${value}"`;
}

/** A string inside JSON: escaped and in quotes. */
export function stringJson(value: string): string {
  return JSON.stringify(value);
}
