/** Numbers that are compared. `bytes` are the payload of both directions, on edges of TCP alone: requests tell enough of others. */
export const comparedNumbers = ['requests', 'errors', 'connections', 'bytes'] as const;
/** One of `comparedNumbers`. */
export type ComparedNumber = (typeof comparedNumbers)[number];

/** Counts over the window; null = not measured. */
export type EdgeNumbers = Readonly<Record<ComparedNumber, number | null>>;

/**
 * An end of an edge as both sides of a comparison can name it: `<namespace>/<workload>`, `<namespace>/<service>` where no
 * workload is known, `external:<host>`, `unknown`.
 */
export function endName(namespace: string, name: string): string {
  if (name !== '') return namespace === '' ? name : `${namespace}/${name}`;
  return namespace === '' ? 'unknown' : `${namespace}/`;
}

/** `source → destination`, by the names of its ends. */
export const edgeName = (source: string, destination: string): string => `${source} → ${destination}`;

/** Namespaces of the two ends in an edge's name; `''` for an end without. */
export function namespacesOf(edge: string): readonly [source: string, destination: string] {
  const [source = '', destination = ''] = edge.split(' → ').map((end) => (end.startsWith('external:') || !end.includes('/') ? '' : end.slice(0, end.indexOf('/'))));
  return [source, destination];
}

/** Workloads, by their end's name, that were seen behind a service, by `<namespace>/<service>`. */
export class WorkloadsBehind {
  readonly #workloads = new Map<string, Set<string>>();

  add(namespace: string, service: string, workload: string): void {
    const key = `${namespace}/${service}`, seen = this.#workloads.get(key);
    if (seen) seen.add(workload);
    else this.#workloads.set(key, new Set([workload]));
  }

  /** What a request reached of which only the service is known: its only workload, else the service. As Orrery has it. */
  end(namespace: string, service: string): string {
    const key = `${namespace}/${service}`, [first, ...others] = this.#workloads.get(key) ?? [];
    return first !== undefined && others.length === 0 ? first : key;
  }
}
