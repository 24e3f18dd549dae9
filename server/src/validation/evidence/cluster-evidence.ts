import type { ConfigObject } from '../model/config-object.ts';
import type { EdgeEvidence, Evidence } from './evidence.ts';

/** Evidence as one cluster's configuration asks for it. Edges into a place are those of the cluster, whoever calls. */
export class ClusterEvidence {
  readonly evidence: Evidence;
  readonly #into = new Map<string, EdgeEvidence[]>();
  readonly #outOf = new Map<string, EdgeEvidence[]>();
  readonly #toHost = new Map<string, EdgeEvidence[]>();

  /** @param cluster `''` = not told apart */
  constructor(evidence: Evidence, cluster: string) {
    this.evidence = evidence;
    const here = (of: string): boolean => of === cluster || of === '' || cluster === '';
    for (const edge of evidence.edges) {
      const source = edge.source.entity, destination = edge.destination.entity;
      if (here(source.cluster)) add(this.#outOf, `${source.namespace}/${source.name}`, edge);
      if (here(destination.cluster)) add(this.#into, `${destination.namespace}/${destination.name}`, edge);
      if (here(source.cluster) || here(destination.cluster)) for (const host of edge.edge.services) add(this.#toHost, host.toLowerCase(), edge);
    }
  }

  /** Traffic into a workload. */
  into({ namespace, name }: Pick<ConfigObject, 'namespace' | 'name'>): readonly EdgeEvidence[] {
    return this.#into.get(`${namespace}/${name}`) ?? none;
  }

  outOf({ namespace, name }: Pick<ConfigObject, 'namespace' | 'name'>): readonly EdgeEvidence[] {
    return this.#outOf.get(`${namespace}/${name}`) ?? none;
  }

  /** Traffic addressed to a full host, whatever answered. An edge of several services is in the answer for each: `edge.services` tells. */
  toHost(host: string): readonly EdgeEvidence[] {
    return this.#toHost.get(host.toLowerCase()) ?? none;
  }

  hosts(): Iterable<string> {
    return this.#toHost.keys();
  }
}

const none: readonly EdgeEvidence[] = [];

function add(lists: Map<string, EdgeEvidence[]>, key: string, edge: EdgeEvidence): void {
  const found = lists.get(key);
  if (found) found.push(edge);
  else lists.set(key, [edge]);
}
