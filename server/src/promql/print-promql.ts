/** A label matcher of a PromQL selector. */
export interface Matcher {
  readonly label: string;
  readonly op: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** The window that a range vector covers, Unix seconds. */
export interface PromqlRange { readonly from: number; readonly to: number }

/**
 * A PromQL string literal of any text. Telemetry names labels' values as it likes: quotes, backslashes and control
 * characters are escaped, so nothing can end the literal.
 */
export function promqlString(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]/gu, escaped)}"`;
}

function escaped(character: string): string {
  const code = character.codePointAt(0)!;
  // Half a surrogate pair is no text: Prometheus stores U+FFFD for it.
  return `\\u${(code >= 0xd800 && code <= 0xdfff ? 0xfffd : code).toString(16).padStart(4, '0')}`;
}

/** A regular expression (RE2) that matches any of the given texts and nothing else; PromQL anchors it at both ends. */
export function anyOfPattern(values: readonly string[]): string {
  return values.map((value) => value.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')).join('|');
}

/** The matcher for one value, or for any of several. */
export function matchAny(label: string, values: readonly string[]): Matcher {
  return values.length === 1 ? { label, op: '=', value: values[0]! } : { label, op: '=~', value: anyOfPattern(values) };
}

/** `name{label="value",…}`. */
export function selector(name: string, matchers: readonly Matcher[]): string {
  return `${name}{${matchers.map(({ label, op, value }) => `${label}${op}${promqlString(value)}`).join(',')}}`;
}

/** `rate(selector[300s] @ 1800000300)`: per second over exactly the window. */
export function rateOver(of: string, { from, to }: PromqlRange): string {
  return `rate(${of}[${Math.max(1, Math.round(to - from))}s] @ ${Math.round(to)})`;
}
