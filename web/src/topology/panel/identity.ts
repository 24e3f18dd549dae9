import type { TopologyNode } from '../graph/topology.ts';
import type { Entity } from '../../graphql/operations.ts';

/** `shop / checkout-v7`, or the kind where there is no namespace. */
export function placeOf(entity: Pick<Entity, 'namespace' | 'name' | 'kind'>): string {
  return entity.namespace === '' ? `${entity.kind} ${entity.name}` : `${entity.namespace} / ${entity.name}`;
}

/** Facts of a node for its panel, in the field's words. */
export function factsOf(node: TopologyNode): readonly (readonly [string, string])[] {
  const facts: [string, string][] = [['Kind', node.kind], ['Name', node.name], ['Namespace', node.namespace], ['Cluster', node.cluster], ['App', node.app], ['Version', node.version]];
  return facts.filter(([, value]) => value !== '');
}
