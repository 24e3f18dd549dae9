import { expectedEdges, nodeKey, type ExpectedEdge, type ExpectedNode } from './expected.ts';
import { indexScenario, type Fault, type Scenario } from './scenario.ts';

export type GraphTypeName = 'workload' | 'app' | 'versionedApp' | 'service';

/** Names of what a graph must show, no more and no less. */
export interface ExpectedGraph {
  readonly nodes: readonly string[];
  /** `<source> → <destination>`. */
  readonly edges: readonly string[];
}

/** Nodes and edges of one of Kiali's graph types while `faults` act. */
export function expectedGraph(scenario: Scenario, faults: readonly Fault[], type: GraphTypeName): ExpectedGraph {
  const edges = expectedEdges(scenario, faults);
  const serviceOf = servicesByWorkload(scenario);
  const name = (node: ExpectedNode, edge: ExpectedEdge, end: 'source' | 'destination'): string => {
    if (node.kind !== 'workload') return nodeKey(node);
    switch (type) {
      case 'workload': return `${node.namespace}/${node.name}`;
      case 'app': return `${node.namespace}/${node.app}`;
      case 'versionedApp': return `${node.namespace}/${node.app} ${node.version}`;
      case 'service': {
        // Services, and the workloads at the edge of the graph that are behind none.
        const service = end === 'destination' && edge.service !== '' ? edge.service : serviceOf.get(node.name);
        return `${node.namespace}/${service ?? node.name}`;
      }
    }
  };
  const pairs = new Set<string>(), nodes = new Set<string>();
  for (const edge of edges) {
    const source = name(edge.source, edge, 'source'), destination = name(edge.destination, edge, 'destination');
    nodes.add(source).add(destination);
    pairs.add(`${source} → ${destination}`);
  }
  return { nodes: [...nodes].sort(), edges: [...pairs].sort() };
}

/** The service in front of each workload that was ever called through one. */
function servicesByWorkload(scenario: Scenario): ReadonlyMap<string, string> {
  const { scenario: { services } } = indexScenario(scenario);
  return new Map(services.flatMap((service) => service.backends.map(({ workload }) => [workload, service.name] as const)));
}
