import { costKinds, type CostKind } from '../../inference/cost/prices.ts';
import { trafficCost, type Cost, type CostPart, type EdgeCost } from '../../inference/cost/traffic-cost.ts';
import type { GraphNode } from '../../inference/graph.ts';
import { windowObject, type WindowObject } from '../graph/graph-objects.ts';
import type { GraphInput } from '../graph/graph-request.ts';
import { inRange } from '../in-range.ts';
import type { InsightDeps } from './insight-deps.ts';

/** `CostItem` of the schema. */
export interface CostItem extends Cost {
  readonly edge: string | null;
  readonly source: GraphNode | null;
  readonly destination: GraphNode | null;
  readonly namespace: string;
}

/** `TrafficCost` of the schema. */
export interface TrafficCostObject {
  readonly window: WindowObject;
  readonly currency: string;
  readonly prices: readonly { readonly kind: CostKind; readonly price: number }[];
  readonly items: readonly CostItem[];
  readonly totalItems: number;
  readonly truncated: boolean;
  readonly total: CostItem;
  readonly unknownBytes: number;
  readonly partial: readonly string[];
}

/** What traffic costs. */
export interface Costs {
  /** @throws ApiError BAD_INPUT */
  trafficCost(input: GraphInput, groupBy: 'edge' | 'namespace', first: number): Promise<TrafficCostObject>;
}

const most = 1_000;

/** Prices the bytes of a graph by the zones that they went between; bytes of unknown zones are told and not priced. */
export function createCosts({ graphs, zones, prices }: Pick<InsightDeps, 'graphs' | 'zones' | 'prices'>): Costs {
  return {
    async trafficCost(input, groupBy, first) {
      inRange('first', first, 1, most);
      const { graph, request } = await graphs.ask(input);
      const cost = trafficCost(graph, await zones.zoneTraffic(request.scope, request.window), prices);
      const items = groupBy === 'edge' ? cost.edges.map(edgeItem) : cost.namespaces.map((one) => item(one, one.namespace));
      const unknownBytes = bytesOf(cost.total.parts, 'unknown');
      const partial = unknownBytes > 0 ? [`the zones of ${Math.round((unknownBytes / cost.total.bytes) * 1000) / 10} % of the bytes are not known: they are not priced`] : [];
      return {
        window: windowObject(graph), currency: prices.currency,
        prices: costKinds.flatMap((kind) => (kind === 'unknown' ? [] : [{ kind, price: prices.perGb[kind] }])),
        items: items.slice(0, first), totalItems: items.length, truncated: items.length > first,
        total: item(cost.total, ''), unknownBytes,
        partial: [...graph.quality.partial, ...partial],
      };
    },
  };
}

function edgeItem({ edge, source, destination, ...cost }: EdgeCost): CostItem {
  return { ...item(cost, ''), edge: edge.id, source, destination };
}

function item({ parts, bytes, cost, monthlyCost }: Cost, namespace: string): CostItem {
  return { edge: null, source: null, destination: null, namespace, parts, bytes, cost, monthlyCost };
}

function bytesOf(parts: readonly CostPart[], kind: CostKind): number {
  return parts.find((part) => part.kind === kind)?.bytes ?? 0;
}
