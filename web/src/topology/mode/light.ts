import { boxOf, namespaceId, type Drawing } from '../graph/collapse.ts';
import type { TopologyNode } from '../graph/topology.ts';
import { toneOf, type Encoding, type Tone } from './encode.ts';

/** What stays bright, by the ids that are drawn. */
export interface Lit { readonly nodes: ReadonlySet<string>; readonly edges: ReadonlySet<string> }

/**
 * The neighbourhood of the focused node; else the lines of one step of the scale; else what the mode lights.
 * A namespace card is lit with any of its services, an edge of several with both of its ends.
 */
export function lightOf(drawing: Drawing, shown: readonly TopologyNode[], encoding: Encoding | null, focus: string | null, tone: Tone | null): Lit | null {
  if (focus !== null) return around(drawing.edges.filter((edge) => edge.source === focus || edge.destination === focus), [focus]);
  if (tone !== null && encoding) return around(drawing.edges.filter((edge) => toneOf(edge, encoding) === tone), []);
  if (!encoding?.lit) return null;
  const { lit } = encoding;
  const boxes = new Set(shown.filter((node) => lit.nodes.has(node.id)).map(boxOf));
  const cards = drawing.namespaces.filter((card) => boxes.has(card.key)).map((card) => namespaceId(card.key));
  const nodes = new Set([...lit.nodes, ...cards]);
  return { nodes, edges: new Set(drawing.edges.filter((edge) => (edge.edge ? lit.edges.has(edge.id) : nodes.has(edge.source) && nodes.has(edge.destination))).map((edge) => edge.id)) };
}

function around(edges: Drawing['edges'], own: readonly string[]): Lit {
  return { nodes: new Set([...own, ...edges.flatMap((edge) => [edge.source, edge.destination])]), edges: new Set(edges.map((edge) => edge.id)) };
}
