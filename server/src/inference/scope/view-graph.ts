/**
 * The graph as somebody asked to see it. Everything here is off the way of the plain graph: a view that asks for nothing
 * builds exactly that.
 *
 *  1. While it is built: rows are cut down to the selected traffic, hosts become their ServiceEntries, services are put
 *     between callers and workloads, and edges get what only their rows can tell (`build-view.ts`).
 *  2. Edges without selected traffic leave.
 *  3. Appenders that change or mark the finished graph, in Kiali's order.
 *  4. Operations are put between callers and what answers.
 *  5. The part around one node is cut out, last, so that its numbers are those of the whole.
 */
import { needsInventory, type Appender, type AppenderContext, type AppenderName } from '../appenders/appender.ts';
import { deadNode } from '../appenders/dead-node.ts';
import { annotatedRates } from '../appenders/health-annotations.ts';
import { health } from '../appenders/health.ts';
import { idleNode } from '../appenders/idle-node.ts';
import { InventoryIndex } from '../appenders/inventory-index.ts';
import { istio } from '../appenders/istio.ts';
import { labels } from '../appenders/labels.ts';
import { meshCheck } from '../appenders/mesh-check.ts';
import { outsider } from '../appenders/outsider.ts';
import { responseTime } from '../appenders/response-time.ts';
import { securityPolicy } from '../appenders/security-policy.ts';
import { serviceEntry, toServiceEntries } from '../appenders/service-entry.ts';
import { throughput } from '../appenders/throughput.ts';
import { workloadEntry } from '../appenders/workload-entry.ts';
import type { GraphEdge, ServiceGraph } from '../graph.ts';
import { healthJudge } from '../health/rate-health.ts';
import { defaultHealthConfig } from '../health/tolerance.ts';
import type { IdleParts } from '../idle.ts';
import type { MeshInventory } from '../inventory.ts';
import { buildServiceGraph, type GraphOptions } from '../load-graph.ts';
import type { PlacedRow } from '../placed-row.ts';
import type { EdgeWindow, OperationWindow } from '../ports.ts';
import type { BuildView } from './build-view.ts';
import { injectOperations } from './inject-operations.ts';
import { nodeGraph } from './node-graph.ts';
import { protocolTraffic } from './protocol-traffic.ts';
import { withoutEdges } from './prune.ts';
import { selectRows, type TrafficSelectors } from './traffic-selectors.ts';

/** What is asked for beyond the graph's type and window. */
export interface GraphView {
  readonly selectors: TrafficSelectors | null;
  readonly injectServices: boolean;
  readonly showWaypoints: boolean;
  readonly appenders: ReadonlySet<AppenderName>;
  /** Namespaces that were asked for; null = all. */
  readonly namespaces: readonly string[] | null;
  readonly node: { readonly id: string; readonly depth: number } | null;
  readonly idle: IdleParts;
}

/** What a view needs beside rows; null where it was not asked for or is not there. */
export interface ViewFacts {
  readonly inventory: MeshInventory | null;
  readonly operations: readonly OperationWindow[] | null;
}

const emptyInventory: MeshInventory = { namespaces: [], services: [], workloads: [], serviceEntries: [], workloadEntries: [] };

/** Appenders of the finished graph, in Kiali's order. */
const graphAppenders: readonly (readonly [AppenderName, Appender])[] = [
  ['serviceEntry', serviceEntry], ['deadNode', deadNode], ['workloadEntry', workloadEntry], ['idleNode', idleNode],
  ['meshCheck', meshCheck], ['outsider', outsider], ['istio', istio], ['labels', labels], ['health', health],
];

/** Builds the graph of a view; null if it is to show the surroundings of a node that the window does not have. */
export function viewGraph(rows: readonly EdgeWindow[], options: GraphOptions, view: GraphView, facts: ViewFacts): ServiceGraph | null {
  const inventory = new InventoryIndex(facts.inventory ?? emptyInventory);
  const missing = facts.inventory === null ? [...view.appenders].filter((name) => needsInventory.has(name)).sort() : [];
  const config = options.health ?? defaultHealthConfig;
  const healthConfig = view.appenders.has('health') ? { rate: [...annotatedRates(inventory.inventory), ...config.rate] } : config;
  let graph = buildServiceGraph(rows, {
    ...options,
    health: healthConfig,
    view: buildView(view, inventory),
    partial: [...options.partial ?? [], ...(missing.length > 0 ? [`no source of configuration is connected: nothing added by ${missing.join(', ')}`] : [])],
  });
  if (view.selectors) graph = withoutEdges(graph, hasNothingSelected);
  const context: AppenderContext = { type: options.type, namespaces: view.namespaces, inventory };
  for (const [name, appender] of graphAppenders) if (view.appenders.has(name) && !missing.includes(name)) graph = appender(graph, context);
  if (facts.operations) graph = injectOperations(graph, facts.operations, healthJudge(healthConfig), options.now);
  return view.node ? nodeGraph(graph, view.node.id, view.node.depth) : graph;
}

function buildView({ selectors, injectServices, showWaypoints, appenders, idle }: GraphView, inventory: InventoryIndex): BuildView {
  const renames = appenders.has('serviceEntry') && inventory.inventory.serviceEntries.length > 0;
  const additions = (['responseTime', 'throughput', 'securityPolicy'] as const).some((name) => appenders.has(name));
  return {
    showWaypoints, injectServices, idle,
    ...(selectors || renames ? {
      rows: (rows: readonly PlacedRow[]) => {
        const renamed = renames ? toServiceEntries(rows, inventory) : rows;
        return selectors ? selectRows(renamed, selectors) : renamed;
      },
    } : {}),
    ...(selectors || additions ? {
      addToEdge: (edge, sum, seconds) => ({
        ...(selectors ? { traffic: protocolTraffic(edge, selectors, seconds) } : {}),
        ...(appenders.has('responseTime') ? { responseTime: responseTime(edge) } : {}),
        ...(appenders.has('throughput') ? { throughput: throughput(edge, seconds) } : {}),
        ...(appenders.has('securityPolicy') ? { securityPolicy: securityPolicy(sum) } : {}),
      }),
    } : {}),
  };
}

const rated: ReadonlySet<string> = new Set(['http', 'grpc', 'tcp']);

/** An edge that was there only for traffic that is not selected; one of a protocol without a selector stays. */
function hasNothingSelected(edge: GraphEdge): boolean {
  return !edge.isIdle && (edge.traffic ?? []).length === 0 && edge.protocols.every((protocol) => rated.has(protocol));
}
