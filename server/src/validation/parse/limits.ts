/** What one source may bring. Above it a document is refused with its place, and the others stand. */
export interface ParseLimits {
  /** Characters of one YAML document; the API server takes objects of up to 1.5 MB. */
  readonly documentCharacters: number;
  /** Characters of one document of JSON, which is read a hundred times as fast, and in which nothing unfolds: a List of a whole cluster. */
  readonly jsonCharacters: number;
  /** Values in one document after aliases are followed: the size that a YAML bomb reaches. */
  readonly values: number;
  readonly depth: number;
  readonly objects: number;
}

/** Of whatever is read: more is refused with its place. */
export const defaultLimits: ParseLimits = { documentCharacters: 4 * 1024 * 1024, jsonCharacters: 128 * 1024 * 1024, values: 500_000, depth: 100, objects: 200_000 };

/**
 * Why a decoded value is beyond the limits, or undefined. An alias is counted each time that it is met, so a
 * document of a few lines that unfolds to millions of values is refused, and so is one that contains itself.
 */
export function beyondLimits(value: unknown, limits: Pick<ParseLimits, 'values' | 'depth'>): string | undefined {
  let left = limits.values;
  const walk = (node: unknown, depth: number): string | undefined => {
    if (--left < 0) return `unfolds to more than ${limits.values} values`;
    if (typeof node !== 'object' || node === null) return undefined;
    if (depth >= limits.depth) return `is nested deeper than ${limits.depth} levels, or contains itself`;
    for (const child of Array.isArray(node) ? node : Object.values(node)) {
      const reason = walk(child, depth + 1);
      if (reason !== undefined) return reason;
    }
    return undefined;
  };
  return walk(value, 0);
}
