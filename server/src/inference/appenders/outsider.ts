import { EntityKind } from '@orrery/collectors/model/entity';
import { NodeBadge } from '../badges.ts';
import type { ServiceGraph } from '../graph.ts';
import { mapNodes, withBadges, type AppenderContext } from './appender.ts';

const placeless: ReadonlySet<string> = new Set([EntityKind.unknown, EntityKind.world]);

/**
 * Marks what lies beyond the question. `outside`: in a namespace that was not asked for. `inaccessible`: nothing more can
 * be looked up, because it has no namespace, or one that the inventory does not have (without an inventory: none is known to be closed).
 */
export function outsider(graph: ServiceGraph, { namespaces, inventory }: AppenderContext): ServiceGraph {
  const asked = namespaces === null ? null : new Set(namespaces);
  const known = new Set(inventory.inventory.namespaces.map(({ name }) => name));
  return mapNodes(graph, (node) => {
    const { entity } = node;
    const isOutside = asked !== null && entity.namespace !== '' && !asked.has(entity.namespace);
    const isInaccessible = placeless.has(entity.kind) || entity.namespace === '' || (known.size > 0 && !known.has(entity.namespace));
    return withBadges(node, (isOutside ? NodeBadge.outside : 0) | (isInaccessible ? NodeBadge.inaccessible : 0));
  });
}
