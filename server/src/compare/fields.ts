/** Reads what others send: a field of an object, or undefined whatever the value is. */
export function field(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null && Object.hasOwn(of, name) ? (of as Record<string, unknown>)[name] : undefined;
}

/** A text field; `''` where there is none. */
export function text(of: unknown, name: string): string {
  const value = field(of, name);
  return typeof value === 'string' ? value : '';
}

/** The items of an array; none of anything else. */
export function list(of: unknown): readonly unknown[] {
  return Array.isArray(of) ? of : [];
}
