import type { GraphEdge, ServiceGraph } from '../../inference/graph.ts';
import type { SignalSeries } from '../../inference/signal-series.ts';
import { nodeObject, windowObject, type NodeObject, type WindowObject } from './graph-objects.ts';

/** `EdgeDetail` of the schema. */
export interface EdgeDetail {
  readonly edge: GraphEdge;
  readonly source: NodeObject;
  readonly destination: NodeObject;
  readonly window: WindowObject;
  readonly series: SignalSeries;
}

/** `NodeDetail` of the schema. */
export interface NodeDetail {
  readonly node: NodeObject;
  readonly window: WindowObject;
  readonly series: SignalSeries;
  readonly inbound: readonly GraphEdge[];
  readonly outbound: readonly GraphEdge[];
  readonly neighbours: readonly NodeObject[];
}

/** Time series of some stored edges, as one. */
export type SeriesOf = (edgeIds: readonly string[]) => Promise<SignalSeries>;

/** An edge of the graph with its ends and its time series; null if the graph has none with this id. */
export async function edgeDetail(graph: ServiceGraph, id: string, seriesOf: SeriesOf): Promise<EdgeDetail | null> {
  const edge = graph.edges.find((one) => one.id === id);
  const source = graph.nodes.find((node) => node.id === edge?.source);
  const destination = graph.nodes.find((node) => node.id === edge?.destination);
  if (!edge || !source || !destination) return null;
  return { edge, source: nodeObject(source), destination: nodeObject(destination), window: windowObject(graph), series: await seriesOf(edge.edgeIds) };
}

/** A node with its edges and the series of its inbound traffic (outbound where nobody calls it); null if there is none. */
export async function nodeDetail(graph: ServiceGraph, id: string, seriesOf: SeriesOf): Promise<NodeDetail | null> {
  const node = graph.nodes.find((one) => one.id === id);
  if (!node) return null;
  const inbound = busiest(graph.edges.filter((edge) => edge.destination === id));
  const outbound = busiest(graph.edges.filter((edge) => edge.source === id));
  const ends = new Set([id, ...inbound.map((edge) => edge.source), ...outbound.map((edge) => edge.destination)]);
  const speaking = inbound.length > 0 ? inbound : outbound;
  return {
    node: nodeObject(node), inbound, outbound,
    window: windowObject(graph),
    series: await seriesOf([...new Set(speaking.flatMap((edge) => edge.edgeIds))]),
    neighbours: graph.nodes.filter((one) => ends.has(one.id)).map(nodeObject),
  };
}

/** A gateway may have thousands of neighbours; a panel lists this many each way. */
const maxEdgesEachWay = 500;

function busiest(edges: readonly GraphEdge[]): readonly GraphEdge[] {
  if (edges.length <= maxEdgesEachWay) return edges;
  const rate = ({ signals }: GraphEdge): number => signals.requestsPerSecond ?? signals.connectionsPerSecond ?? 0;
  return [...edges].sort((a, b) => rate(b) - rate(a)).slice(0, maxEdgesEachWay);
}
