import fc from 'fast-check';

type Path = readonly (string | number)[];

/** Values that a manifest can hold where another type is wanted. */
export const wrongValue = fc.constantFrom<unknown>(null, 0, -1, 1e999, true, '', '*', '*.', '.', ':', '/', 'a/b/c', '[0]', '__proto__', 'constructor', [], {}, [null], [[]], [7], [{}], { a: null }, 'x'.repeat(10_000), '\u0000\ud800', { __proto__: 1, toString: 3, hasOwnProperty: 1 });

/** Every path to a value in a manifest. */
export function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const children = Object.entries(value).flatMap(([key, child]) => pathsIn(child, [...path, Array.isArray(value) ? Number(key) : key]));
  return path.length === 0 ? children : [path, ...children];
}

/** A copy with another value at the path. */
export function replaced(value: unknown, [step, ...rest]: Path, by: unknown): unknown {
  if (step === undefined) return by;
  const copy: unknown = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) };
  (copy as Record<string | number, unknown>)[step] = replaced((copy as Record<string | number, unknown>)[step], rest, by);
  return copy;
}
