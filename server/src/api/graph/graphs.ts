import type { TimeWindow } from '@orrery/collectors/model/time-window';
import type { GraphDiff } from '../../inference/graph-columns.ts';
import type { GraphEdge, ServiceGraph } from '../../inference/graph.ts';
import type { Scope } from '../../inference/ports.ts';
import type { SignalSeries } from '../../inference/signal-series.ts';
import { edgeDetail, nodeDetail, type EdgeDetail, type NodeDetail, type SeriesOf } from './details.ts';
import { edgeId, nodeId } from '../ids.ts';
import { graphRequest, type GraphInput, type GraphRequest } from './graph-request.ts';
import type { GraphSnapshot, GraphSnapshots } from './graph-snapshots.ts';
import type { LiveGraphs } from './live-graphs.ts';

/** All questions about the graph, as resolvers and controllers ask them. Every method may throw `ApiError`. */
export interface Graphs {
  /** The whole graph; its edges without evidence. */
  snapshot(input: GraphInput): Promise<GraphSnapshot>;
  /** The whole graph for object-typed answers, its edges with evidence unless that is spared. */
  detailed(input: GraphInput, evidence?: boolean): Promise<ServiceGraph>;
  /** Null if the window has no such edge. */
  edge(id: string, input: GraphInput): Promise<EdgeDetail | null>;
  /** Null if the window has no such node. */
  node(id: string, input: GraphInput): Promise<NodeDetail | null>;
  /** The graph with the request that it answers; its edges without evidence. */
  ask(input: GraphInput): Promise<{ readonly graph: ServiceGraph; readonly request: GraphRequest }>;
  /** The edge with the graph and the request it was found by; null if the window has no such edge. */
  findEdge(id: string, input: GraphInput): Promise<FoundEdge | null>;
  live(input: GraphInput): AsyncIterableIterator<GraphDiff>;
}

/** An edge with the graph that has it and the request that the graph answers. */
export interface FoundEdge {
  readonly edge: GraphEdge;
  readonly graph: ServiceGraph;
  readonly request: GraphRequest;
}

/** What questions about graphs are answered from. */
export interface GraphsDeps {
  readonly tenant: string;
  readonly snapshots: GraphSnapshots;
  readonly liveGraphs: LiveGraphs;
  readonly series: (scope: Scope, window: TimeWindow, edgeIds: readonly string[]) => Promise<SignalSeries>;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** Checks each question and answers it from the snapshots that everybody shares. */
export function createGraphs({ tenant, snapshots, liveGraphs, series, now }: GraphsDeps): Graphs {
  const requestOf = (input: GraphInput): GraphRequest => graphRequest(input, tenant, now() / 1000);
  const seriesOf = (request: GraphRequest): SeriesOf => (edgeIds) => series(request.scope, request.window, edgeIds);
  const detailed = async (request: GraphRequest, evidence = true): Promise<ServiceGraph> => await (await snapshots.get({ ...request, evidence })).graph;

  return {
    snapshot: async (input) => snapshots.get(requestOf(input)),
    detailed: async (input, evidence) => detailed(requestOf(input), evidence),
    async edge(id, input) {
      const request = requestOf(input), asked = edgeId('id', id);
      return edgeDetail(await detailed(request), asked, seriesOf(request));
    },
    async node(id, input) {
      const request = requestOf(input), asked = nodeId('id', id);
      return nodeDetail(await detailed(request), asked, seriesOf(request));
    },
    async ask(input) {
      const request = requestOf(input);
      return { request, graph: await (await snapshots.get(request)).graph };
    },
    async findEdge(id, input) {
      const request = requestOf(input);
      const graph = await (await snapshots.get(request)).graph;
      const edge = graph.edges.find((one) => one.id === id);
      return edge ? { edge, graph, request } : null;
    },
    live: (input) => liveGraphs.subscribe({ ...requestOf(input), watched: true }),
  };
}
