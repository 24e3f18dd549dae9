import { deepStrictEqual, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { AppenderName } from '@orrery/server/inference/appenders/appender';
import { NodeBadge } from '@orrery/server/inference/badges';
import { GraphType, type GraphNode, type ServiceGraph } from '@orrery/server/inference/graph';
import type { MeshInventory } from '@orrery/server/inference/inventory';
import { viewGraph, type GraphView } from '@orrery/server/inference/scope/view-graph';
import { kialiIds, responseRates } from './kiali-ids.ts';
import { kialiRequest, nodesAt, type KialiRequest } from './kiali-request.ts';
import { from, rowsOf, seconds, seriesOf, type KialiCase } from './kiali-vectors.ts';
import { suiteFrom, type ConformanceCase, type Suite } from './suite.ts';

/**
 * Kiali's golden graphs: the answers that its tests give to its PromQL, through Orrery's decoding of labels, its rows, its
 * graph and its views, against the graphs that Kiali draws of them: nodes, edges, rates of both, and marks.
 */
export function kialiGraph(): Suite {
  return suiteFrom('kiali-graph', (path) => {
    const cases = JSON.parse(readFileSync(resolve(path, 'cases.json'), 'utf8')) as KialiCase[];
    const asked = cases.map((one) => ({ one, request: kialiRequest(one.url, one.ambientTraffic) }));
    return {
      skipped: asked.flatMap(({ one, request }) => (request ? [] : [{ case: one.test, reason: `no rule for ${one.url}` }])),
      cases: asked.flatMap(({ one, request }) => (request ? graphCases(one, request, JSON.parse(readFileSync(resolve(path, one.expected), 'utf8')) as KialiGraph) : [])),
    };
  });
}

type Rates = Readonly<Record<string, string>>;
interface KialiGraph { readonly elements: { readonly nodes: readonly { readonly data: KialiNode }[]; readonly edges: readonly { readonly data: KialiEdge }[] } }
interface KialiNode { readonly id: string; readonly isBox?: string; readonly isRoot?: boolean; readonly isOutside?: boolean; readonly isInaccessible?: boolean; readonly isWaypoint?: boolean; readonly traffic?: readonly { readonly rates: Rates }[] }
interface KialiEdge { readonly id: string; readonly source: string; readonly target: string; readonly traffic: { readonly protocol: string; readonly rates: Rates }; readonly waypoint?: { readonly fromEdge?: KialiEdge } }

/** A graph in what both sides can be compared by. */
interface Comparable {
  /** Marks that are not compared, by node, because Orrery knows better (docs/conformance.md). */
  readonly unmarked: ReadonlyMap<string, readonly string[]>;
  readonly nodes: ReadonlyMap<string, { readonly rates: Rates; readonly marks: readonly string[] }>;
  readonly edges: ReadonlyMap<string, Rates>;
}

function graphCases(one: KialiCase, request: KialiRequest, golden: KialiGraph): ConformanceCase[] {
  const name = one.test.split(':')[1] ?? one.test;
  const expected = expectedOf(golden);
  const found = (): Comparable => (cached ??= foundOf(one, request));
  let cached: Comparable | undefined;
  const column = <T, U>(map: ReadonlyMap<string, T>, get: (value: T) => U): Record<string, U> => Object.fromEntries([...map].map(([id, value]) => [id, get(value)] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
  return [
    { name: `${name} nodes`, run: () => deepStrictEqual([...found().nodes.keys()].sort(), [...expected.nodes.keys()].sort()) },
    { name: `${name} edges`, run: () => deepStrictEqual([...found().edges.keys()].sort(), [...expected.edges.keys()].sort()) },
    { name: `${name} rates of edges`, run: () => deepStrictEqual(column(found().edges, (rates) => rates), column(expected.edges, (rates) => rates)) },
    // Kiali keeps at a service the rates that it had before its workloads were taken out of the graph.
    ...request.type === GraphType.service ? [] : [{ name: `${name} rates of nodes`, run: () => deepStrictEqual(column(found().nodes, ({ rates }) => rates), column(expected.nodes, ({ rates }) => rates)) }],
    {
      name: `${name} marks of nodes`,
      run() {
        const { nodes, unmarked } = found();
        const compared = (from: Comparable): Record<string, readonly string[]> => Object.fromEntries([...from.nodes].sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([id, { marks }]) => [id, marks.filter((mark) => !unmarked.get(id)?.includes(mark))]));
        ok(nodes.size > 0);
        deepStrictEqual(compared(found()), compared(expected));
      },
    },
  ];
}

function expectedOf({ elements }: KialiGraph): Comparable {
  const nodes = elements.nodes.map(({ data }) => data).filter(({ isBox }) => isBox === undefined);
  const edges = elements.edges.map(({ data }) => data);
  // Kiali draws both directions of a waypoint as one edge; of the second it prints the wrong ends, so its id is left out.
  const back = edges.flatMap(({ waypoint, source, target }) => (waypoint?.fromEdge ? [{ ...waypoint.fromEdge, source: target, target: source, id: `back ${target}` }] : []));
  return {
    unmarked: new Map(),
    nodes: new Map(nodes.map((node) => [node.id, {
      rates: Object.assign({}, ...(node.traffic ?? []).map(({ rates }) => rates)) as Rates,
      marks: (['isRoot', 'isOutside', 'isInaccessible', 'isWaypoint'] as const).filter((mark) => node[mark] === true),
    }])),
    edges: new Map([...edges, ...back].map(({ id, traffic }) => [id, withoutShares(traffic.rates)])),
  };
}

/** Shares follow from the rates. */
function withoutShares(rates: Rates): Rates {
  return Object.fromEntries(Object.entries(rates).filter(([name]) => !name.includes('Percent')));
}

function foundOf(one: KialiCase, request: KialiRequest): Comparable {
  const series = seriesOf(one);
  const rows = rowsOf(series, one.knownWaypoints);
  const whole = graphOf(one, rows, request, null);
  const named = request.node === null ? null : nodesAt(whole, request.node, kialiIds(request.type, whole, series).serviceName);
  ok(named === null || named.length > 0, 'the node is in the graph');
  const graph = named === null ? whole : together(named.map(({ id }) => graphOf(one, rows, request, { id, depth: 1 })));

  const ids = kialiIds(request.type, graph, series);
  const byId = new Map(graph.nodes.map((other) => [other.id, ids.node(other)]));
  const edges = new Map<string, Rates>();
  const unmarked = new Map<string, readonly string[]>();
  const nodes = new Map<string, { rates: Record<string, number>; marks: readonly string[] }>();
  for (const other of graph.nodes) {
    const id = byId.get(other.id);
    if (id) nodes.set(id, { rates: {}, marks: marksOf(other) });
    // Orrery takes the namespace of a service from its host, Kiali from a label that may say `unknown`, or name a ServiceEntry's.
    if (id && ['service', 'external'].includes(other.entity.kind)) unmarked.set(id, ['isInaccessible', 'isOutside']);
  }
  const add = (id: string, direction: 'In' | 'Out', rates: Readonly<Record<string, number>>): void => {
    const sums = nodes.get(id)?.rates;
    for (const [name, rate] of Object.entries(rates)) {
      const protocol = /^(?:http|grpc|tcp)/.exec(name)?.[0] ?? '', kind = name.slice(protocol.length);
      // Kiali breaks inbound traffic down by response, outbound traffic not.
      if (!sums || (direction === 'Out' && kind !== '')) continue;
      sums[`${protocol}${direction}${kind}`] = (sums[`${protocol}${direction}${kind}`] ?? 0) + rate;
    }
  };
  const waypoints = new Set(graph.nodes.filter(({ entity }) => entity.kind === 'waypoint').map(({ id }) => id));
  for (const edge of graph.edges) {
    const source = byId.get(edge.source), destination = byId.get(edge.destination);
    if (!source || !destination) continue;
    for (const { protocol, perSecond } of edge.traffic ?? []) {
      const rates = { [protocol]: perSecond, ...(protocol === 'tcp' ? {} : responseRates(edge, protocol, seconds)) };
      const isBack = waypoints.has(edge.source) && graph.edges.some((other) => other.source === edge.destination && other.destination === edge.source);
      // Kiali takes the way back for a part of the way there, so what a waypoint calls is a root to it.
      if (isBack) unmarked.set(destination, ['isRoot']);
      edges.set(isBack ? `back ${source}` : ids.edge(source, destination, protocol), printed(rates));
      add(source, 'Out', rates);
      add(destination, 'In', rates);
    }
  }
  return { edges, unmarked, nodes: new Map([...nodes].map(([id, { rates, marks }]) => [id, { rates: printed(rates), marks }])) };
}

function graphOf(one: KialiCase, rows: ReturnType<typeof rowsOf>, { type, namespaces, selectors, injectServices }: KialiRequest, node: GraphView['node']): ServiceGraph {
  const accessible = [...new Set(Object.values(one.accessibleNamespaces).flat())];
  const inventory: MeshInventory = { namespaces: accessible.map((name) => ({ cluster: '', name, labels: new Map() })), services: [], workloads: [], serviceEntries: [], workloadEntries: [] };
  const graph = viewGraph(rows, { tenant: 'default', type, window: { from, to: from + seconds, step: 10 }, now: from + 3600 }, {
    selectors, injectServices, showWaypoints: true, namespaces, node,
    appenders: new Set<AppenderName>(['outsider', 'istio']), idle: { nodes: false, edges: false },
  }, { inventory, operations: null });
  ok(graph, 'the node is in the graph');
  return graph;
}

/** Several node graphs as one. */
function together(graphs: readonly ServiceGraph[]): ServiceGraph {
  const byId = <T extends { readonly id: string }>(lists: readonly (readonly T[])[]): T[] => [...new Map(lists.flat().map((item) => [item.id, item])).values()];
  return { ...graphs[0]!, nodes: byId(graphs.map(({ nodes }) => nodes)), edges: byId(graphs.map(({ edges }) => edges)) };
}

function marksOf({ isRoot, badges = 0 }: GraphNode): string[] {
  const has = (badge: keyof typeof NodeBadge): boolean => (badges & NodeBadge[badge]) !== 0;
  return [...isRoot ? ['isRoot'] : [], ...has('outside') ? ['isOutside'] : [], ...has('inaccessible') ? ['isInaccessible'] : [], ...has('waypoint') ? ['isWaypoint'] : []];
}

/** As Kiali prints rates. */
function printed(rates: Readonly<Record<string, number>>): Rates {
  return Object.fromEntries(Object.entries(rates).map(([name, rate]) => [name, rate.toFixed(2)]));
}
