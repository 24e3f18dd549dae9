/**
 * Readers of untrusted values. Whatever a manifest holds at a path, these give a value of the asked type or nothing;
 * none throws. That a field has the wrong type is told once, by the check `object/field-type`.
 */

/** The own property `key` of a map, or undefined. */
export function field(value: unknown, key: string): unknown {
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The value under a chain of keys, or undefined as soon as one is not there. */
export function dig(value: unknown, ...keys: readonly string[]): unknown {
  let found = value;
  for (const key of keys) found = field(found, key);
  return found;
}

/** The items of a list; empty for all else. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : nothing;
}

/** A string that is not empty. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A value as part of a message or key: text, numbers and booleans as they are, `''` for all else. Never throws, unlike `String`. */
export function shown(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** The number, where it is a whole one. */
export function integer(value: unknown): number | undefined {
  return Number.isInteger(value) ? (value as number) : undefined;
}

/** Strings of a list with their places in it, which paths need. */
export function texts(value: unknown): { readonly index: number; readonly text: string }[] {
  const found: { index: number; text: string }[] = [];
  list(value).forEach((item, index) => {
    if (typeof item === 'string' && item !== '') found.push({ index, text: item });
  });
  return found;
}

/** Whether a value of YAML or JSON is a mapping. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const nothing: readonly unknown[] = Object.freeze([]);
