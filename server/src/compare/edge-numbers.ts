/** Numbers that are compared. */
export const comparedNumbers = ['requests', 'errors', 'connections'] as const;
export type ComparedNumber = (typeof comparedNumbers)[number];

/** Counts over the window; null = not measured. */
export type EdgeNumbers = Readonly<Record<ComparedNumber, number | null>>;

/**
 * An end of an edge as both sides of a comparison can name it: `<namespace>/<workload>`, `<namespace>/` where no workload
 * is known, `external:<host>`, `unknown`.
 */
export function endName(namespace: string, name: string): string {
  if (name !== '') return namespace === '' ? name : `${namespace}/${name}`;
  return namespace === '' ? 'unknown' : `${namespace}/`;
}

export const edgeName = (source: string, destination: string): string => `${source} → ${destination}`;
